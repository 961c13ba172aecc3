"""The tasks of a class: give one, see who has handed in what, and what the server measured of it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.runs.assignments import asked_of
from dlcore.runs.store.assignments import ClassAssignment
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.store import runs
from pages.components.classroom.give_task import due_field, give_task
from pages.components.classroom.opened_run import show_opened
from pages.components.classroom.task_results import results
from pages.components.shared import draft, forms, keys
from pages.components.shared.forms import escape
from pages.components.shared.local_time import shown_with_zone
from pages.components.shared.visitor import viewer


def section(school_class: SchoolClass) -> None:
    """Draw the section: one run that is open, or the tasks."""
    if show_opened(school_class):
        return
    found = runs().class_assignments(school_class.id, viewer())
    with st.expander(_("Give a task"), icon=":material/add:", expanded=not found,
                     key=f"{keys.GIVE_TASK}.open.{len(found)}"):  # fmt: skip
        give_task(school_class)
    if not found:
        st.info(_("This class has no task yet. Lay an experiment on the desk in the Studio, and give it here."))
        return
    task = choose(found)
    said = [escape(str(each)) for each in asked_of(task).task(Experiment.from_stored(task.experiment))]
    due = _("no date") if task.due_at is None else _("due {time}", time=shown_with_zone(task.due_at))
    st.markdown(" · ".join([*said, due, _attempts(task.attempts)]))
    results(task)
    with st.container(horizontal=True, key=f"{keys.TASK_RESULTS}.buttons"):
        extension(task)
        other_date(task)
        if st.button(_("Open in the Studio"), icon=":material/science:", key=f"{keys.TASK_RESULTS}.studio",
                     type="tertiary"):  # fmt: skip
            draft.open_in_studio(Experiment.from_stored(task.experiment))
        deletion(task)


def _attempts(count: int | None) -> str:
    if count is None:
        return _("any number of attempts")
    return _("{count} attempts", count=count)


def choose(found: list[ClassAssignment]) -> ClassAssignment:
    """The task that is looked at: the newest, unless another was chosen."""
    key, known = f"{keys.TASK_RESULTS}.task", {each.id: each for each in found}
    forms.hold(key, st.session_state[key] if st.session_state.get(key) in known else found[0].id)
    chosen: str = st.selectbox(_("Task"), list(known), format_func=lambda each: known[each].title, key=key, width=480)
    return known[chosen]


def extension(task: ClassAssignment) -> None:
    """A date of their own for one student."""
    members = runs().members(task.class_id, viewer())
    with st.popover(_("Extension"), icon=":material/more_time:", key=f"{keys.TASK_RESULTS}.extension",
                    disabled=not members):  # fmt: skip
        named = {each.name: each.called for each in members}
        form = f"{keys.TASK_RESULTS}.extend"
        member = st.selectbox(_("Student"), list(named), format_func=lambda each: named[each], key=f"{form}.student")
        due_at = due_field(form)
        st.button(_("Give until then"), type="primary", key=form, disabled=due_at is None,
                  on_click=_extend, args=(task.id, member, due_at))  # fmt: skip
        st.button(_("The same date as all"), key=f"{form}.none", type="tertiary",
                  on_click=_extend, args=(task.id, member, None))  # fmt: skip


def _extend(assignment_id: str, member: str, due_at: datetime | None) -> None:
    try:
        runs().extend(assignment_id, member, due_at, viewer())
    except DlcoreError as error:  # they have left the class meanwhile
        st.toast(str(error), icon=":material/error:")


def other_date(task: ClassAssignment) -> None:
    """Another date for all."""
    form = f"{keys.TASK_RESULTS}.due"
    with st.popover(_("Another date"), icon=":material/event:", key=f"{form}.open"):
        due_at = due_field(form)
        st.button(_("Move the date of all"), type="primary", key=form, on_click=_set_due, args=(task.id, due_at))


def _set_due(assignment_id: str, due_at: datetime | None) -> None:
    try:
        runs().set_due(assignment_id, due_at, viewer())
    except DlcoreError as error:
        st.toast(str(error), icon=":material/error:")


def deletion(task: ClassAssignment) -> None:
    """Forget the task with all that was handed in, after a second question."""
    with st.popover(_("Delete"), icon=":material/delete:", type="tertiary", key=f"{keys.TASK_RESULTS}.delete"):
        st.markdown(_("The task and everything that was handed in for it are forgotten; the runs stay the students'."))
        st.button(_("Delete the task"), icon=":material/delete:", key=f"{keys.TASK_RESULTS}.delete_now",
                  on_click=_delete, args=(task.id,))  # fmt: skip


def _delete(assignment_id: str) -> None:
    try:
        runs().delete_assignment(assignment_id, viewer())
    except DlcoreError as error:
        st.toast(str(error), icon=":material/error:")
