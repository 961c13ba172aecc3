"""Overfit, then fix it: one button. The base overfits beyond doubt; every remedy is a twin of it."""

from __future__ import annotations

import streamlit as st

from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.network import estimate
from dlcore.number_format import count
from dlcore.presets import PRESETS
from dlcore.runs.welcome import NAME
from dlcore.studies.overfitting.remedy import with_settings
from pages.components.shared import forms, keys
from pages.components.study.begin import begin, or_sentence
from pages.components.study.remedies_form import remedies_form

PRESET = "overfit"
MOST_NOISE = 40  # per cent of the training labels


def overfit_card() -> None:
    """What the base is, the remedies behind a button, seeds, cost, and the one button."""
    with st.container(border=True):
        st.subheader(_("Overfit, then fix it"), anchor=False)
        or_sentence(_form)


def _form() -> None:
    words, knobs = st.columns([3, 2], gap="large")
    with knobs:
        base = with_noise(PRESETS[PRESET].experiment)
    with words:
        st.markdown(about(base))
    with st.expander(_("Remedies and their strengths"), icon=":material/healing:"):
        kind = remedies_form(base, keys.OVERFIT)
    begin(kind, base, NAME, keys.OVERFIT, _("Overfit, then fix it"))


def with_noise(preset: Experiment) -> Experiment:
    """The base with as many labels changed as the slider says."""
    key = keys.LABEL_NOISE
    usual = round(100 * preset.dataset.label_noise)
    forms.hold(key, st.session_state.get(key, usual))
    per_cent = st.slider(
        _("Training labels changed by chance"), 0, MOST_NOISE, step=5, format="%d %%", key=key,
        help=_("Only labels that teach are changed; those that judge stay right."),
    )  # fmt: skip
    return with_settings(preset, {"dataset.label_noise": per_cent / 100})


def about(base: Experiment) -> str:
    """What makes the base overfit, and what is done about it."""
    return _(
        "{rows} digits teach a network of {parameters} parameters for {epochs} epochs, {noise} of their labels changed "
        "by chance: it learns them by heart, and the validation loss rises. Beside it trains, for each remedy, a twin "
        "that differs in that alone. Which one helps, by how much, and how sure is that?",
        rows=base.dataset.limit, parameters=count(estimate(base).parameters), epochs=base.training.epochs,
        noise=f"{base.dataset.label_noise:.0%}",
    )  # fmt: skip
