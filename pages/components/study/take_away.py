"""A study to take away: a report, the table of its runs, and the script that repeats it."""

from __future__ import annotations

import streamlit as st

from dlcore.i18n import _
from dlcore.serving.study_downloads import study_address
from pages.components.shared.visitor import viewer
from pages.components.study.view import StudyView


def take_away(view: StudyView) -> None:
    """Links that download what came of it so far."""
    with st.container(horizontal=True):
        st.link_button(
            _("Report (.html)"), study_address(view.id, viewer(), "html"), icon=":material/description:",
            help=_("This study with its charts in one file that opens offline."),
        )  # fmt: skip
        st.link_button(
            _("Table (.csv)"), study_address(view.id, viewer(), "csv"), icon=":material/table:",
            help=_("Every run and epoch with all scores."),
        )  # fmt: skip
        st.link_button(
            _("Script (.py)"), study_address(view.id, viewer(), "py"), icon=":material/code:",
            help=_("Repeats the study with torch alone, and prints the same table."),
        )  # fmt: skip
