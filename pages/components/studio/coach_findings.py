"""What the coach says of the draft before anything is trained, each beside the layer or the form that it concerns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from dlcore import coach
from dlcore.coach import DataSummary, Finding, Remedy
from dlcore.data.base import About
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.network import Diagnosis
from pages.components.shared import draft, keys
from pages.components.shared.forms import escape
from pages.components.shared.remedies import remedy_label
from pages.components.studio import assignment
from pages.components.web.layer_stack.operations import with_remedy

Part = Literal["data", "layers", "training"]


def examine(experiment: Experiment, about: About, look: Mapping[str, Any] | None) -> list[Finding]:
    """What the static rules find, the gravest first; of the data what was counted when they were looked at."""
    summary = None if look is None else DataSummary(**look["summary"])
    return coach.examine(experiment, about, summary)


def on_cards(found: Sequence[Finding]) -> list[Finding]:
    """Those that a layer's card says. What refuses the experiment is said beside Train."""
    return [each for each in found if each.layer is not None and each.severity != "error"]


def of_part(found: Sequence[Finding], part: Part) -> list[Finding]:
    """Those that concern this part of the experiment as a whole, and no single layer of it."""
    return [each for each in found if each.layer is None and each.severity != "error" and _parts(each)[0] == part]


def _parts(finding: Finding) -> list[Part]:
    """The parts of the experiment that its remedy changes, the one that it stands beside first."""
    settings = finding.remedy.settings
    found: list[Part] = ["data"] if any(each.startswith("dataset.") for each in settings) else []
    found += ["training"] if any(each.startswith("training.") for each in settings) else []
    return found + (["layers"] if finding.remedy.repairs or not found else [])


def say(found: Sequence[Finding], part: Part) -> None:
    """Errors and warnings in the open, remarks behind a button; nothing at all where there is nothing to say."""
    remarks = [each for each in found if each.severity == "remark"]
    for each in found:
        if each.severity != "remark":
            _line(each, f":orange[:material/warning: {escape(str(each.sentence))}]")
    if remarks:
        label = _("Remarks of the coach: {count}", count=len(remarks))
        with st.popover(label, icon=":material/school:", type="tertiary", key=f"{keys.COACH}.{part}"):
            for each in remarks:
                _line(each, escape(str(each.sentence)))


def _line(finding: Finding, text: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"{keys.COACH}.said.{finding.rule}"):
        st.markdown(f":small[{text}]")
        remedy_button(finding)


def remedy_button(finding: Finding) -> None:
    """One click that makes the change, as an edit that can be undone; greyed out where a teacher has locked it."""
    st.button(
        remedy_label(finding.remedy),
        key=f"{keys.COACH}.{finding.rule}",
        on_click=_apply,
        args=(finding.remedy.to_json(),),
        disabled=any(assignment.locked(part) for part in _parts(finding)),
    )


def what_refuses(found: Sequence[Finding], diagnosis: Diagnosis) -> Finding | None:
    """The finding whose remedy mends what keeps the experiment from being trained, where no card offers a repair."""
    errors = [each for each in found if each.severity == "error"]
    return next((each for each in errors if each.layer is None or diagnosis.error is None), None)


def _apply(remedy: dict[str, Any]) -> None:
    try:
        draft.change(with_remedy(draft.current(), Remedy.from_json(remedy)))
    except DlcoreError as error:
        st.toast(escape(str(error)), icon=":material/error:")
