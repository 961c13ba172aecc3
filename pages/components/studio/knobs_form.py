"""What can be changed while a run trains: a knob each, from the next batch on."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.runs import ENDED
from dlcore.serving.store import runs
from pages.components.shared import forms, keys
from pages.components.shared.visitor import viewer
from pages.components.studio.training_form import LABELS


def knobs_form(run_id: str) -> None:
    """The knobs of a run that has not ended, as they are set now, behind a button; nothing for any other run.

    A run of a study has none: what a study says is about the settings it began with.
    """
    try:
        status, experiment = runs().status(run_id, viewer()), runs().experiment(run_id, viewer())
    except DlcoreError:  # it was deleted, or its data: the live view says so
        return
    if status.state in ENDED or status.in_study or status.owner != viewer().name:
        return
    with st.popover(_("Change while it trains"), icon=":material/tune:", key=keys.KNOBS):
        st.caption(_("Counts from the next batch on, the batch size from the next epoch on. Each change is kept in the "
                     "experiment, and the exported script makes it at the same step."))  # fmt: skip
        present = _present(run_id, experiment)
        known = [knob for name, knob in experiment.knobs_now.items() if name != "epochs"]
        places = [place for _row in range(0, len(known), 3) for place in st.columns(3, vertical_alignment="bottom")]
        for place, knob in zip(places, known, strict=False):

            def change(_name: str, value: Any, name: str = knob.name) -> None:
                runs().set_knobs(run_id, {name: value}, viewer())

            key = f"knob.{run_id}.{knob.name}"
            forms.one(place, knob.setting, present[knob.name], key, change, label=label(knob.name))


def _present(run_id: str, experiment: Experiment) -> dict[str, Any]:
    """The value of each knob, as the last change that was asked for leaves it."""
    values = {name: knob.value for name, knob in experiment.knobs_now.items()}
    for command in runs().commands(run_id, viewer()):
        if command["kind"] == "set" and command["taken_at"] is None:
            values |= command["payload"]["set"]
    return values


def label(name: str) -> str:
    """A knob's name as its form says it: torch's own, a layer's with its place."""
    group, _dot, rest = name.partition(".")
    if group == "network":
        place, _dot, setting = rest.partition(".")
        return _("{setting}, layer {number}", setting=setting, number=int(place) + 1)
    return _(LABELS[name]) if name in LABELS else rest or name
