"""The whole experiment as a link; for teachers, with a task and with parts that learners cannot change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.export.assignment import LOCKS, Assignment
from dlcore.export.link import encode
from dlcore.i18n import _, translate
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.studio.assignment import PARAMETER


def share_button(experiment: Experiment) -> None:
    """The button that shows the link, and what a teacher may add to it."""
    with st.popover(_("Share"), icon=":material/share:", key=keys.SHARE):
        st.caption(_("This address holds the whole experiment: whoever opens it finds the Studio ready to train."))
        place = st.container()
        with st.expander(_("For teachers: set a task"), icon=":material/school:"):
            given = task_options(keys.SHARE)
        try:
            task = Assignment.parse(given, "task")
            link = address(encode(experiment, task if task.requirements() else None))
        except DlcoreError as error:
            place.error(escape(str(error)))
            return
        place.code(link, language=None, wrap_lines=True)
        if experiment.start is not None or experiment.dataset.source.name == "upload":
            place.caption(_("Data and weights that you brought stay on this machine: the link does not hold them."))


def task_options(form: str, locks: Sequence[str] = ()) -> dict[str, Any]:
    """What the teacher asks, as plain data. `form` is the prefix of the keys, `locks` what is locked at first."""
    declared = Assignment.settings()

    def help_of(name: str) -> str:
        return translate(declared[name].help)

    locked = st.pills(_("Locked"), list(LOCKS), default=list(locks), format_func=lambda each: _(LOCKS[each]),
                     selection_mode="multi", help=help_of("locks"), key=keys.in_language(f"{form}.locks"))  # fmt: skip
    left, right = st.columns(2, vertical_alignment="bottom")
    score = left.number_input(_("Score to reach"), -1.0, 1.0, None, 0.01, help=help_of("score"), placeholder=_("none"),
                              key=f"{form}.score")  # fmt: skip
    whole = {"parameters": _("Parameters at most"), "compute": _("Epochs × parameters"),
             "seconds": _("Seconds of training")}  # fmt: skip
    steps = {"parameters": 100, "compute": 1000, "seconds": 10}
    limits = {
        name: place.number_input(label, 1, None, None, steps[name], help=help_of(name), placeholder=_("none"),
                                 key=f"{form}.{name}")
        for place, (name, label) in zip((right, left, right), whole.items(), strict=True)
    }  # fmt: skip
    note = st.text_area(_("Note"), max_chars=300, height=80, help=help_of("note"), key=f"{form}.note")
    return {"locks": list(locked), "score": score, **limits, "note": note.strip()}


def address(code: str) -> str:
    """Where the Studio opens with this code: on the same server as this page."""
    found = urlsplit(st.context.url or "http://localhost:8501/")
    return urlunsplit((found.scheme, found.netloc, found.path.removesuffix("studio") or "/", f"{PARAMETER}={code}", ""))
