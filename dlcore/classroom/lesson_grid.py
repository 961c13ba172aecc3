"""Lessons by students: how much of what each lesson asks each student has done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dlcore.classroom.standing import done_of
from dlcore.runs.store.classroom import Activity

Grid = dict[str, dict[str, int]]  # name of the viewer -> lesson -> how many of its questions and tasks are done


def lesson_grid(activities: Iterable[Activity], asked: Mapping[str, Sequence[str]]) -> Grid:
    """asked: by the lesson, the sections that ask something. A lesson in which nothing was tried is left out."""
    return {
        each.name: {name: done_of(each.lessons[name], asked[name]) for name in asked if each.lessons.get(name)}
        for each in activities
    }
