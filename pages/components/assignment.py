"""The task that a teacher's link brought: what is asked, whether it is reached, what is locked."""

from __future__ import annotations

import hashlib

import streamlit as st

from dlcore.errors import DlcoreError, ExportError, NetworkError
from dlcore.experiment import Experiment
from dlcore.export.assignment import LOCKS, Assignment, parameters_of
from dlcore.export.link import Shared, decode
from dlcore.i18n import _
from pages.components import draft, keys
from pages.components.forms import escape
from pages.components.identity import owner
from pages.components.store import runs

PARAMETER = "share"  # of the address: the link itself
MOST_RUNS = 100  # that are looked at


def open_shared() -> None:
    """Lay what the address holds on the desk, once; a link that is not whole leaves everything as it is."""
    code = st.query_params.get(PARAMETER)
    if code is not None:
        del st.query_params[PARAMETER]
        st.session_state[keys.SHARE_PROBLEM] = None
        try:
            shared = decode(code)
        except DlcoreError as error:
            st.session_state[keys.SHARE_PROBLEM] = error.text
        else:
            draft.change(draft.draft_of(shared.experiment))
            _keep(code if shared.assignment is not None else None)
    problem = st.session_state.get(keys.SHARE_PROBLEM)
    if problem is not None:
        st.error(escape(str(problem)), icon=":material/link_off:")


def current() -> Shared | None:
    """The experiment and the task that this learner works on; None where there is no task."""
    if keys.ASSIGNMENT not in st.session_state:
        st.session_state[keys.ASSIGNMENT] = runs().preference(owner(), keys.ASSIGNMENT)
    code = st.session_state[keys.ASSIGNMENT]
    try:
        return None if code is None else decode(str(code))
    except DlcoreError:  # of another version of the app
        return None


def _keep(code: str | None) -> None:
    st.session_state[keys.ASSIGNMENT] = code
    runs().save_preference(owner(), keys.ASSIGNMENT, code)


def group() -> str | None:
    """What the runs of the task under way have in common."""
    if current() is None:
        return None
    return "task-" + hashlib.sha256(str(st.session_state[keys.ASSIGNMENT]).encode()).hexdigest()[:16]


def locked(part: str) -> bool:
    """Whether the teacher has locked a part of the experiment."""
    shared = current()
    return shared is not None and shared.assignment is not None and part in shared.assignment.locks


def check(experiment: Experiment) -> None:
    """Raise why an experiment may not be trained for the task."""
    shared = current()
    if shared is not None and shared.assignment is not None:
        for text in shared.assignment.against(shared.experiment, experiment):
            raise ExportError(text)


def task_bar() -> None:
    """What is asked, how far it is reached, and the ways back and out."""
    shared = current()
    if shared is None or shared.assignment is None:
        return
    task = shared.assignment
    with st.container(border=True, gap="small", key="task_bar"):
        asked = " · ".join(escape(str(each)) for each in task.task(shared.experiment))
        st.markdown(f":material/flag: **{_('Your task')}** {asked}")
        if task.note:
            st.text(task.note)
        if task.locks:
            parts = ", ".join(_(LOCKS[each]) for each in task.locks)
            st.markdown(f":small[:material/lock: {_('Locked by your teacher: {parts}.', parts=parts)}]")
        st.markdown(progress(task))
        with st.container(horizontal=True):
            st.button(_("Begin the task again"), on_click=draft.change, args=(draft.draft_of(shared.experiment),),
                      icon=":material/restart_alt:", key="task_again", type="tertiary")  # fmt: skip
            st.button(_("Leave the task"), on_click=_keep, args=(None,), icon=":material/logout:", key="task_leave",
                      type="tertiary")  # fmt: skip


def progress(task: Assignment) -> str:
    """Whether a run that was really trained has reached it; else the best so far."""
    found = tried()
    if not found:
        return _("Not reached yet: nothing was trained for it.")
    best = max(found, key=lambda each: (task.reached(each[1], each[2]), each[1] or -1.0))
    name, score, parameters = best
    said = "–" if score is None else f"{score:.4f}"
    values = {"run": escape(name), "score": said, "parameters": f"{parameters:,}"}
    if task.reached(score, parameters):
        return (
            f":green[:material/check_circle: {_('Reached by {run}: {score} with {parameters} parameters.', **values)}]"
        )
    return _("Not reached yet. Best so far: {run}, {score} with {parameters} parameters.", **values)


def tried() -> list[tuple[str, float | None, int]]:
    """(name, score of the best epoch, parameters) of each run that was trained for the task and measured."""
    found = []
    for status in runs().list(owner(), limit=MOST_RUNS, group=group()):
        if status.best is None:
            continue
        score = status.best.accuracy if status.best.accuracy is not None else status.best.r2
        try:
            found.append((str(status.title), score, parameters_of(runs().experiment(status.id, owner()))))
        except NetworkError:
            continue
    return found
