"""The page of a lesson: the idea, what moves, then its sections in the order of its text."""

from __future__ import annotations

import itertools
from pathlib import Path

import streamlit as st

from dlcore.i18n import _
from dlcore.lessons.course import lesson
from pages.components.lessons import course_cards, progress, standing, tasks
from pages.components.lessons.texts import say, sections
from pages.components.lessons.workbench import workbench
from pages.components.shared.draft import open_in_studio
from pages.components.study.begin import begin, or_sentence


def show(name: str) -> None:
    """Show a lesson."""
    say(name, "idea")
    workbench(name)
    done = progress.read(name)
    after = [section for section in sections(name) if section not in ("title", "idea") and ", revealed" not in section]
    for beside, run in itertools.groupby(after, lambda section: sections(name)[section].startswith("#### ")):
        group, wide = list(run), 2 if beside else 1
        for first in range(0, len(group), wide):
            show_row(name, group[first : first + wide], done)
    if st.button(_("Open this in the Studio"), type="primary", icon=":material/science:",
                 key=standing.key(name, "studio")):  # fmt: skip
        open_in_studio(lesson(name).experiment(standing.now(name)))
    offer_study(name)
    st.html(Path(__file__).parent / "course.css")
    st.html(course_cards.neighbours(name))


def show_row(name: str, row: list[str], done: progress.Progress) -> None:
    """Sections side by side: those that have a heading of their own; all others stand alone."""
    for column, section in zip(st.columns(len(row), gap="large"), row, strict=True):
        with column:
            show_section(name, section, done)


def show_section(name: str, section: str, done: progress.Progress) -> None:
    """A question, a task, or a text."""
    declared = lesson(name)
    question = next((each for each in declared.questions if each.section == section), None)
    task = next((each for each in declared.tasks if each.section == section), None)
    if question is not None:
        tasks.ask(name, question)
    elif task is not None:
        tasks.show(name, task, done)
    else:
        say(name, section)


def offer_study(name: str) -> None:
    """The study of this lesson, where it has one: what it costs, and the button that begins it."""
    offered = lesson(name).study(standing.now(name))
    if offered is not None:
        title = sections(name)["title"].partition(" · ")[2]
        or_sentence(begin, *offered, title, standing.key(name, "study"), _("Begin this search as a study"))
