"""The task that a teacher's link brought: what is asked, whether it is reached, what is locked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st

from dlcore.errors import DlcoreError, ExportError, NetworkError
from dlcore.experiment import Experiment
from dlcore.export.assignment import LOCKS, Assignment, Tried, parameters_of
from dlcore.export.link import Shared, decode
from dlcore.i18n import _
from dlcore.serving.store import runs
from dlcore.training.scores import headline, value
from pages.components.shared import draft, keys
from pages.components.shared.forms import escape
from pages.components.shared.visitor import owner

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


def link_problem() -> None:
    """Why the last link was not opened, until the learner changes something."""
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
        st.markdown(f":material/flag: **{_('Your task')}** {progress(shared, tried())}")
        if task.note:
            st.text(task.note)
        if task.locks:
            parts = ", ".join(_(LOCKS[each]) for each in task.locks)
            st.markdown(f":small[:material/lock: {_('Locked by your teacher: {parts}.', parts=parts)}]")
        with st.container(horizontal=True):
            st.button(_("Begin the task again"), on_click=draft.change, args=(draft.draft_of(shared.experiment),),
                      icon=":material/restart_alt:", key="task_again", type="tertiary")  # fmt: skip
            st.button(_("Leave the task"), on_click=_keep, args=(None,), icon=":material/logout:", key="task_leave",
                      type="tertiary")  # fmt: skip


def progress(shared: Shared, found: Sequence[Tried]) -> str:
    """Each part that is asked with a tick where the nearest run has met it, and which run that is, as Markdown."""
    task = shared.assignment or Assignment()
    asked = [escape(str(each)) for each in task.task(shared.experiment)]
    if not asked:
        return ""
    if not found:
        open_parts = " · ".join(f":material/radio_button_unchecked: {each}" for each in asked)
        return f"{open_parts}  \n:small[{_('Not reached yet: nothing was trained for it.')}]"
    nearest = max(found, key=lambda each: (sum(task.met(each)), -1.0 if each.score is None else each.score))
    met = task.met(nearest)
    parts = " · ".join(
        f":green[:material/check_circle: {each}]" if done else f":material/radio_button_unchecked: {each}"
        for each, done in zip(asked, met, strict=True)
    )
    numbers = {
        "run": escape(nearest.name),
        "score": "–" if nearest.score is None else f"{nearest.score:.4f}",
        "parameters": f"{nearest.parameters:,}",
        "seconds": f"{nearest.seconds:,.1f}",
    }
    if all(met):
        said = _("Reached by {run}: {score}, {parameters} parameters, {seconds} s of training.", **numbers)
        return f"{parts}  \n:small[:green[**{said}**]]"
    said = _("Not reached yet. Nearest: {run}: {score}, {parameters} parameters, {seconds} s of training.", **numbers)
    return f"{parts}  \n:small[{said}]"


def tried() -> list[Tried]:
    """Each run that was trained for the task and measured."""
    found = []
    for status in runs().list(owner(), limit=MOST_RUNS, group=group()):
        if status.best is None:
            continue
        name = headline(status.best)
        score = None if name == "loss" else value(status.best, name)
        experiment = runs().experiment(status.id, owner())
        try:
            parameters = parameters_of(experiment)
        except NetworkError:
            continue
        effort = experiment.training.epochs * parameters
        found.append(Tried(str(status.title), score, parameters, effort, status.seconds))
    return found
