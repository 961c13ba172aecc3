"""Questions and tasks of a lesson: ask before revealing, say what is done, take a typed number, find the run."""

from __future__ import annotations

import contextlib
import math
from functools import partial

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.i18n import _, translate
from dlcore.lessons.course import lesson
from dlcore.lessons.lesson import Question
from dlcore.lessons.tasks import Task, TrainingTask, TypedTask
from pages.components.lessons import progress, standing
from pages.components.lessons.finished_runs import finished_runs
from pages.components.lessons.texts import choices, say, sections
from pages.components.shared import language


@st.fragment
def ask(name: str, question: Question) -> None:
    """Let the learner predict; then say whether it was right and why, with a button to see it happen."""
    language.apply()
    asked, answers = choices(name, question.section)
    key = standing.key(name, question.section)
    with st.container(border=True):
        st.markdown(f"**{_('Predict, then reveal')}**")
        st.markdown(asked)
        chosen = st.radio(asked, range(len(answers)), format_func=lambda number: answers[number], index=None, key=key,
                          label_visibility="collapsed", on_change=_answered, args=(name, question))  # fmt: skip
        if chosen is None:
            return
        if chosen == question.right:
            st.success(_("Right."), icon=":material/check:")
        else:
            said = _("Not this time. The answer: {answer}", answer=answers[question.right])
            st.warning(said, icon=":material/close:")
        say(name, f"{question.section}, revealed")
        if question.see is not None and st.button(
            translate(question.see.label), on_click=standing.act, args=(name, partial(question.see, lesson(name))),
            icon=":material/visibility:", key=f"{key}.see",
        ):  # fmt: skip
            st.rerun()


def _answered(name: str, question: Question) -> None:
    chosen = st.session_state[standing.key(name, question.section)]
    before = progress.read(name).get(question.section, {})
    first = before.get("first", before.get("chosen", chosen))  # what a class most often gets wrong, its teacher sees
    progress.note(name, question.section, chosen == question.right, chosen=chosen, first=first)


def show(name: str, task: Task | TypedTask | TrainingTask, done: progress.Progress) -> None:
    """Show a task, and whether this learner has done it."""
    if isinstance(task, TrainingTask) and not progress.is_done(done, task.section):
        done = find_run(name, task, done)
    said = sections(name)[task.section]
    if progress.is_done(done, task.section):
        st.success(f"{said}\n\n{_('Done.')}", icon=":material/check_circle:")
        return
    st.info(said, icon=":material/flag:")
    if isinstance(task, TypedTask):
        typed(name, task)


def find_run(name: str, task: TrainingTask, done: progress.Progress) -> progress.Progress:
    """Look among this learner's own finished runs for one that does the task: one query."""
    for run, experiment in finished_runs(lambda _any: True):
        with contextlib.suppress(DlcoreError):  # its network does not work here
            if task.grade(experiment, run.best):
                return progress.note(name, task.section, True, run=run.id)
    return done


@st.fragment
def typed(name: str, task: TypedTask) -> None:
    """A field for a number, graded when it is entered."""
    language.apply()
    key = standing.key(name, task.section)
    entered = st.text_input(_("Your number"), key=key, width=240)
    if not entered:
        return
    number = parsed(entered)
    if number is None:
        st.warning(_("Write a number such as -0.25; “{entered}” is none.", entered=entered[:40]))
        return
    now = standing.now(name)
    right = task.grade(now, number)
    if (entered, dict(now.values)) != st.session_state.get(f"{key}.graded"):
        st.session_state[f"{key}.graded"] = (entered, dict(now.values))
        progress.note(name, task.section, right, typed=number, values=dict(now.values))
    if right:
        st.rerun()
    st.warning(_("Not yet: torch says otherwise. Look at the formula once more."))


def parsed(entered: str) -> float | None:
    """A finite number that somebody typed, with a point or a comma; None for anything else."""
    try:
        number = float(entered.strip().replace("−", "-").replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None
