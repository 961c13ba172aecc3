"""The form in which a teacher gives the class the experiment on the desk as a task."""

from __future__ import annotations

from datetime import datetime, time

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.export.assignment import Assignment
from dlcore.i18n import _
from dlcore.runs.store.assignments import MOST_ATTEMPTS
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.store import runs
from pages.components.shared import draft, keys
from pages.components.shared.forms import escape
from pages.components.shared.local_time import moment_of, zone
from pages.components.shared.trouble import Sentence
from pages.components.shared.visitor import viewer
from pages.components.studio.sharing import task_options

LAST_MINUTE = time(23, 59)
PROBLEM = f"{keys.GIVE_TASK}.problem"


def give_task(school_class: SchoolClass) -> None:
    """Draw the form; what is on the Studio's desk is what the class begins with."""
    st.markdown(_desk())
    title = st.text_input(_("Title of the task"), max_chars=200, key=f"{keys.GIVE_TASK}.title")
    asked = task_options(keys.GIVE_TASK, ("data",))  # on other rows, scores could not be compared
    due_at = due_field(keys.GIVE_TASK)
    attempts = st.number_input(
        _("Attempts"), 1, MOST_ATTEMPTS, None, placeholder=_("any number"), key=f"{keys.GIVE_TASK}.attempts",
        help=_("How often a student may hand in; the last one counts. Empty: as often as they like."), width=240,
    )  # fmt: skip
    st.button(_("Give the task"), type="primary", icon=":material/send:", key=keys.GIVE_TASK,
              disabled=not title.strip(), on_click=_give, args=(school_class.id, title, asked, due_at, attempts),
              help=None if title.strip() else _("The task needs a title first."))  # fmt: skip
    if PROBLEM in st.session_state:
        st.error(escape(str(st.session_state.pop(PROBLEM))), icon=":material/error:")


def _desk() -> str:
    """«On the Studio's desk: digits, 5 layers, 20 epochs, seed 0.»: what will be given."""
    experiment = draft.experiment_of(draft.current())
    said = _(
        "The class begins with the experiment on your desk in the Studio: {data}, {layers} layers, {epochs} epochs, "
        "seed {seed}.",
        data=escape(experiment.dataset.source.called),  # type: ignore[attr-defined]
        layers=len(experiment.network), epochs=experiment.training.epochs, seed=experiment.seed,
    )  # fmt: skip
    return f":material/science: {said}"


def due_field(form: str) -> datetime | None:
    """A date and an hour by this visitor's clock, in UTC; None where there is no date."""
    left, right = st.columns(2)
    day = left.date_input(_("Due date"), None, key=f"{form}.day", help=_("Empty: the task has no date."))
    hour = right.time_input(_("Time"), LAST_MINUTE, key=f"{form}.hour", step=900,
                            help=_("By your clock: {zone}.", zone=zone().key))  # fmt: skip
    return moment_of(day, hour) if day is not None and hour is not None else None


def _give(class_id: str, title: str, asked: dict[str, object], due_at: datetime | None, attempts: int | None) -> None:
    try:
        experiment, task = draft.experiment_of(draft.current()), Assignment.parse(asked, "task")
        runs().give_assignment(class_id, title, experiment, task, viewer(), due_at, attempts)
    except DlcoreError as error:
        st.session_state[PROBLEM] = Sentence.of(error)
        return
    st.session_state[f"{keys.GIVE_TASK}.title"] = ""
    st.toast(_("Your class has the task: {title}", title=title), icon=":material/check:")
