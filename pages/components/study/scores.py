"""The scores of a study that compares no arms with a first one: every run, and the mean ± standard deviation."""

from __future__ import annotations

import streamlit as st

from dlcore.i18n import _
from dlcore.studies.sentences import closing, headings, row
from pages.components.shared.forms import escape
from pages.components.study.view import StudyView

SCORED = 3  # of the columns of the table: arm, score, mean ± standard deviation


def table(view: StudyView) -> None:
    """A line an arm, with what is not done yet, and no verdict: no arm is compared with another."""
    heads = [*headings(view.study)[:SCORED], _("State")]
    lines = [[*row(line)[:SCORED], row(line)[-1]] for line in view.lines]
    st.table([dict(zip(heads, map(escape, line), strict=True)) for line in lines], hide_index=True)
    st.markdown(f"**{escape(closing(view.study, view.lines))}**")
