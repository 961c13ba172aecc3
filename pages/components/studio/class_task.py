"""The task of a class as its student sees it in the Studio: until when, how often, what was handed in, hand in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.i18n import _
from dlcore.runs.store.assignments import ClassAssignment
from dlcore.runs.store.submissions import Submission
from dlcore.serving.store import runs
from dlcore.serving.submission_checks import submission_checks
from dlcore.training.scores import METRICS, Scores, headline, value
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.shared.local_time import shown, shown_with_zone
from pages.components.shared.visitor import viewer

CODE = "class:"  # how the kept name of a task begins that is no link's
ENDED = ("finished", "stopped")
MOST_RUNS = 100  # that are offered


def open_tasks(begin: Callable[[str], None]) -> None:
    """The tasks of this learner's classes, below them folded those that are over; nothing where there are none."""
    found = [(each, runs().submissions(each.id, viewer())) for each in runs().assignments(viewer())]
    waiting = [task for task, handed_in in found if is_open(task, handed_in)]
    if waiting:
        with st.container(border=True, gap="small", key=keys.CLASS_TASKS):
            for each in waiting:
                task_row(each, begin)
    over = [(task, handed_in) for task, handed_in in found if not is_open(task, handed_in)]
    if over:
        with st.expander(_("Tasks that are over"), icon=":material/assignment_turned_in:", key=keys.TASKS_OVER):
            for task, handed_in in over:
                said = [f"**{escape(task.title)}**", escape(task.class_name), _state(task, handed_in)]
                st.markdown(" · ".join(said))


def is_open(task: ClassAssignment, handed_in: Sequence[Submission]) -> bool:
    """Whether something can be handed in, and is wanted: nothing was, or there is time for a better one."""
    left = task.attempts is None or len(handed_in) < task.attempts
    return left and (not handed_in or task.due_at is None or datetime.now(UTC) <= task.due_at)


def task_row(task: ClassAssignment, begin: Callable[[str], None]) -> None:
    """A task in a line: its title, until when, and the button that begins it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        said = [f"**{escape(task.title)}**", escape(task.class_name), due_text(task)]
        st.markdown(f":material/assignment: {' · '.join(filter(None, said))}")
        st.button(_("Begin the task"), icon=":material/play_circle:", key=f"{keys.CLASS_TASKS}.{task.id}",
                  on_click=_begin, args=(task.id, begin))  # fmt: skip


def _begin(assignment_id: str, begin: Callable[[str], None]) -> None:
    try:
        begin(assignment_id)
    except DlcoreError as error:  # it was deleted meanwhile, or its weights are gone
        st.toast(str(error), icon=":material/error:")


def due_text(task: ClassAssignment) -> str:
    """Until when there is time, by this visitor's clock; empty where there is no date."""
    if task.due_at is None:
        return ""
    time = shown_with_zone(task.due_at)
    return _("extended for you to {time}", time=time) if task.extended else _("due {time}", time=time)


def state_lines(task: ClassAssignment) -> list[str]:
    """Until when, how often one may still hand in, and what was handed in last, as Markdown."""
    handed_in = runs().submissions(task.id, viewer())
    said = [due_text(task), attempts_text(task, handed_in)]
    return [f":material/event: {' · '.join(filter(None, said))}", _state(task, handed_in)]


def attempts_text(task: ClassAssignment, handed_in: Sequence[Submission]) -> str:
    """How often one may still hand in."""
    if task.attempts is None:
        return _("hand in as often as you like; the last one counts")
    left = max(0, task.attempts - len(handed_in))
    return _("{left} of {attempts} attempts left; the last one counts", left=left, attempts=task.attempts)


def _state(task: ClassAssignment, handed_in: Sequence[Submission]) -> str:
    if handed_in:
        last = handed_in[-1]
        when = {"name": escape(last.name), "time": shown(last.submitted_at), "score": score_text(last.recorded)}
        if last.late:
            said = _("Handed in late, on {time}: {name}, {score}.", **when)
            return f":orange[:material/assignment_late: **{said}**] {_check_text(last)}"
        said = _("Handed in on {time}: {name}, {score}.", **when)
        return f":green[:material/assignment_turned_in: **{said}**] {_check_text(last)}"
    if task.due_at is not None and datetime.now(UTC) > task.due_at:
        said = _("Not handed in, and the date has passed: what you hand in now is shown as late.")
        return f":orange[:material/assignment_late: {said}]"
    return f":material/radio_button_unchecked: {_('Not handed in yet.')}"


def _check_text(handed_in: Submission) -> str:
    """What the server found when it measured the weights again; the score of the test part is for the teacher."""
    if handed_in.problem is not None:
        return _("The server could not check it: {reason}", reason=escape(str(handed_in.problem)))
    if handed_in.checked_at is None:
        return _("The server has not checked it yet.")
    if handed_in.differs:
        measured = score_text(handed_in.measured("judging"))
        return _("Its weights do not score what its record says: the server measured {score}.", score=measured)
    return _("The server has checked it.")


def score_text(scores: Scores | None) -> str:
    """«accuracy 0.971»: what says most of the task; a dash where nothing was measured."""
    name = "loss" if scores is None else headline(scores)
    measured, metric = value(scores, name), METRICS[name]
    return "–" if measured is None else f"{_(metric.noun)} {metric.number(measured)}"


def hand_in_button(task: ClassAssignment) -> None:
    """The button that opens the choice of a run to hand in."""
    found = [each for each in runs().list(viewer(), MOST_RUNS, ENDED, assignment=task.id) if each.best is not None]
    why = None if found else _("Train the task first: then you choose the run to hand in.")
    icon = ":material/assignment_turned_in:"
    key = f"{keys.HAND_IN}.{len(runs().submissions(task.id, viewer()))}"  # with each, a new one: it is closed again
    with st.popover(_("Hand in"), icon=icon, key=key, disabled=not found, help=why):
        if not found:
            return
        named = {each.id: f"{each.title} · {score_text(each.best)}" for each in found}
        chosen = st.selectbox(_("Run"), list(named), format_func=lambda each: named[each], key=keys.HAND_IN_RUN)
        st.caption(_("A copy is kept: nobody can change it afterwards, you neither. The last one counts."))
        st.button(_("Hand in this run"), type="primary", key=f"{keys.HAND_IN}.now", icon=":material/send:",
                  on_click=_hand_in, args=(chosen, task.id))  # fmt: skip


def _hand_in(run_id: str, assignment_id: str) -> None:
    try:
        handed_in = runs().hand_in(run_id, assignment_id, viewer())
    except DlcoreError as error:
        st.toast(str(error), icon=":material/error:")
        return
    submission_checks.begin([handed_in])
    st.toast(_("Handed in: {name}", name=handed_in.name), icon=":material/check:")
