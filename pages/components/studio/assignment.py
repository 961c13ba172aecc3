"""The task of a class, or of a teacher's link: what is asked, whether it is reached, what is locked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import streamlit as st

from dlcore.errors import ClassError, DlcoreError, ExportError, NetworkError
from dlcore.experiment import Experiment
from dlcore.export.assignment import LOCKS, Assignment, Tried, effort_of
from dlcore.export.link import Shared, decode
from dlcore.i18n import _
from dlcore.network import parameters_of
from dlcore.runs.assignments import asked_of
from dlcore.runs.store.assignments import ClassAssignment
from dlcore.serving.store import runs
from dlcore.training.scores import headline, value
from pages.components.shared import draft, keys
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.studio import class_task

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
    code = _code()
    try:
        if code is None:
            return None
        found = of_class()
        if found is not None:
            return Shared(Experiment.from_stored(found.experiment), asked_of(found))
        return None if code.startswith(class_task.CODE) else decode(code)
    except DlcoreError:  # of another version of the app
        return None


def of_class() -> ClassAssignment | None:
    """The task under way, where it is one of a class; None where it is a link's, or is gone."""
    code = _code()
    if code is None or not code.startswith(class_task.CODE):
        return None
    try:
        return runs().find_assignment(code.removeprefix(class_task.CODE), viewer())
    except ClassError:
        return None


def _code() -> str | None:
    """The link of the task under way, or which one of a class it is."""
    if keys.ASSIGNMENT not in st.session_state:
        st.session_state[keys.ASSIGNMENT] = runs().preference(viewer(), keys.ASSIGNMENT)
    code = st.session_state[keys.ASSIGNMENT]
    return None if code is None else str(code)


def _keep(code: str | None) -> None:
    st.session_state[keys.ASSIGNMENT] = code
    runs().save_preference(viewer(), keys.ASSIGNMENT, code)


def begin(assignment_id: str) -> None:
    """Lay the experiment with which a task of a class begins on the desk. Raises DlcoreError where it cannot be had."""
    draft.change(draft.draft_of(runs().begin_assignment(assignment_id, viewer())))
    _keep(f"{class_task.CODE}{assignment_id}")


def submitted_for() -> dict[str, str]:
    """How runs and studies are submitted that are trained now: for the task of a class, where one is under way."""
    found = of_class()
    return {} if found is None else {"assignment": found.id}


def group() -> str | None:
    """What the runs of a link's task have in common; the store knows those of a class."""
    if current() is None or of_class() is not None:
        return None
    return "task-" + hashlib.sha256(str(_code()).encode()).hexdigest()[:16]


def locked(part: str) -> bool:
    """Whether the teacher has locked a part of the experiment."""
    shared = current()
    return shared is not None and shared.assignment is not None and part in shared.assignment.locks


def check(experiment: Experiment) -> None:
    """Raise why an experiment may not be trained for the task."""
    found, shared = of_class(), current()
    if found is not None:
        runs().check_assignment(found.id, [experiment], viewer())
    elif shared is not None and shared.assignment is not None:
        for text in shared.assignment.against(shared.experiment, experiment):
            raise ExportError(text)


def task_bar() -> None:
    """What is asked, how far it is reached, and the ways back and out; without a task, those of the class."""
    shared, found = current(), of_class()
    if shared is None or shared.assignment is None:
        class_task.open_tasks(begin)
        return
    task = shared.assignment
    with st.container(border=True, gap="small", key="task_bar"):
        title = _("Your task") if found is None else escape(found.title)
        st.markdown(f":material/flag: **{title}** {progress(shared, tried())}")
        if task.note:
            st.text(task.note)
        lines = [] if found is None else class_task.state_lines(found)
        if task.locks:
            parts = ", ".join(_(LOCKS[each]) for each in task.locks)
            lines.append(f":material/lock: {_('Locked by your teacher: {parts}.', parts=parts)}")
        if lines:
            st.markdown("  \n".join(f":small[{each}]" for each in lines))
        with st.container(horizontal=True):
            if found is not None:
                class_task.hand_in_button(found)
            st.button(_("Begin the task again"), on_click=_begin_again, args=(shared, found),
                      icon=":material/restart_alt:", key="task_again", type="tertiary")  # fmt: skip
            st.button(_("Leave the task"), on_click=_keep, args=(None,), icon=":material/logout:", key="task_leave",
                      type="tertiary")  # fmt: skip


def _begin_again(shared: Shared, found: ClassAssignment | None) -> None:
    """The experiment as the task came with it; a class's with its weights, which may have been deleted meanwhile."""
    experiment = shared.experiment
    if found is not None:
        experiment = runs().begin_assignment(found.id, viewer())
    draft.change(draft.draft_of(experiment))


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
    chosen = submitted_for() or {"group": group()}
    for status in runs().list(viewer(), limit=MOST_RUNS, **chosen):
        if status.best is None:
            continue
        name = headline(status.best)
        score = None if name == "loss" else value(status.best, name)
        experiment = runs().experiment(status.id, viewer())
        try:
            parameters, effort = parameters_of(experiment), effort_of(experiment)
        except NetworkError:
            continue
        found.append(Tried(str(status.title), score, parameters, effort, status.seconds))
    return found
