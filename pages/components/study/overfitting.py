"""Whether the base of a study overfits at all: remedies for what is not there have nothing to mend."""

from __future__ import annotations

from statistics import fmean

import streamlit as st

from dlcore.i18n import _
from dlcore.studies.results import BEYOND_DOUBT, overfitted
from pages.components.shared.forms import escape
from pages.components.study.view import StudyView


def of_base(view: StudyView) -> None:
    """How far the validation loss of the base ends above its best."""
    ratios = overfitted([each for each in view.results if each.arm == 0])
    if not ratios:
        return
    many = sum(each >= BEYOND_DOUBT for each in ratios)
    said = _("The base: its validation loss ends at {ratio} × its best on average, at {least} × or more with {many} of "
             "{seeds} seeds.", ratio=f"{fmean(ratios):.2f}", least=f"{BEYOND_DOUBT:g}", many=many,
             seeds=len(ratios))  # fmt: skip
    hardly = "" if 2 * many > len(ratios) else _("It hardly overfits: remedies have little to mend here.")
    st.markdown(escape(f"{said} {hardly}"))
