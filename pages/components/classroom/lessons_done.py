"""Lessons of a class: what each student has done, and which questions are most often answered wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from dlcore.classroom.lesson_grid import Grid, lesson_grid
from dlcore.classroom.missed_questions import MissedQuestion, missed_questions
from dlcore.i18n import _
from dlcore.runs.store.classes import SchoolClass
from dlcore.runs.store.classroom import Activity
from dlcore.serving.csv_file import csv_file
from dlcore.serving.store import runs
from pages.components.lessons import texts
from pages.components.shared import keys
from pages.components.shared.visitor import viewer

DONE = "✓"
MOST = 10  # questions that are shown


def section(school_class: SchoolClass) -> None:
    """Draw the section."""
    activities = runs().class_activity(school_class.id, viewer())
    if not activities:
        st.info(_("Nobody has joined yet."))
        return
    lessons = texts.lessons()
    asked = {each.name: texts.asked(each.name) for each in lessons}
    grid = lesson_grid(activities, asked)
    frame = table(activities, lessons, asked, grid)
    st.markdown(f"**{_('Lessons done')}**")
    st.dataframe(frame, hide_index=True, width="stretch", column_config=columns(lessons), placeholder="")
    st.caption(_("✓ all questions and tasks of a lesson; else how many of them. Rest the pointer on a number to read "
                 "the lesson's title."))  # fmt: skip
    st.download_button(_("Table (.csv)"), csv_file(frame), "lessons.csv", "text/csv", icon=":material/download:",
                       on_click="ignore", key=keys.CLASS_LESSONS_CSV)  # fmt: skip
    missed({each.name: each for each in lessons}, missed_questions(activities))


def table(
    activities: Sequence[Activity], lessons: Sequence[texts.Lesson], asked: Mapping[str, Sequence[str]], grid: Grid
) -> pd.DataFrame:
    """A row a student, a column a lesson by its number."""

    def cells(done: Mapping[str, int]) -> dict[str, str | None]:
        return {str(each.number): cell(done.get(each.name), len(asked[each.name])) for each in lessons}

    return pd.DataFrame([{"student": each.called} | cells(grid[each.name]) for each in activities])


def cell(done: int | None, asked: int) -> str | None:
    """What stands in a cell; nothing where nothing was tried."""
    if done is None:
        return None
    return DONE if done == asked else f"{done}/{asked}"


def columns(lessons: Sequence[texts.Lesson]) -> dict[str, object]:
    """How the columns look."""
    column = st.column_config
    numbered = {
        str(each.number): column.TextColumn(str(each.number), help=f"{each.number} · {each.title}", width=44)
        for each in lessons
    }
    return {"student": column.TextColumn(_("Student"), pinned=True, width=150), **numbered}


def missed(lessons: Mapping[str, texts.Lesson], found: Sequence[MissedQuestion]) -> None:
    """The questions that most got wrong at first, each with the wrong answer that most of them chose."""
    st.markdown(f"**{_('Questions most often answered wrong at first')}**")
    there = [each for each in found if each.lesson in lessons and is_asked(each)]
    if not there:
        st.caption(_("No question was answered wrong yet."))
        return
    for each in there[:MOST]:
        show_missed(lessons[each.lesson], each)


def is_asked(question: MissedQuestion) -> bool:
    """Whether the lesson still has this question."""
    return question.section in texts.sections(question.lesson)


def show_missed(lesson: texts.Lesson, question: MissedQuestion) -> None:
    """One of them."""
    asked, answers = texts.choices(question.lesson, question.section)
    with st.container(border=True):
        wrong = _("{wrong} of {answered} wrong at first", wrong=question.wrong, answered=question.answered)
        st.markdown(f":small[{lesson.number} · {lesson.title}] · **{wrong}**")
        st.progress(question.wrong / question.answered)
        st.markdown(asked)
        if question.chosen is not None and question.chosen < len(answers):
            st.markdown(_("Most chosen ({times}): {answer}", times=question.times, answer=answers[question.chosen]))
