"""A study of any experiment: of a run, or of the draft."""

from __future__ import annotations

import streamlit as st

from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.studies import STUDIES
from pages.components.shared import keys
from pages.components.study.begin import begin, or_sentence
from pages.components.study.kind_forms import FORMS

FORM = "study_form"


def study_form(experiment: Experiment, name: str) -> None:
    """What is compared, its settings, seeds, cost, and the button."""
    st.subheader(_("As a study, with several seeds"), anchor=False)
    kind = st.segmented_control(
        _("What is compared"), list(FORMS), default="remedies", required=True,
        format_func=lambda each: _(STUDIES.find(each).title), key=keys.in_language(keys.STUDY_KIND),
        label_visibility="collapsed", persist_state="session",
    )  # fmt: skip
    or_sentence(_form, str(kind), experiment, name)


def _form(kind: str, experiment: Experiment, name: str) -> None:
    made = FORMS[kind](experiment, FORM)
    begin(made, experiment, f"{name}: {_(made.title)}", FORM, _("Train the study"))
