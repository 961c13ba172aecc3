"""From a study to one of its runs."""

from __future__ import annotations

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.i18n import _
from dlcore.serving.store import runs
from pages.components.shared import keys
from pages.components.shared.draft import open_in_studio
from pages.components.shared.visitor import viewer
from pages.components.study.view import StudyView


def open_run(view: StudyView, run_id: str) -> None:
    """Show a run of this study in the Studio, its experiment on the desk. One that is gone is said to be."""
    try:
        if run_id in {status.id for status in view.statuses.values()}:
            open_in_studio(runs().experiment(run_id, viewer()), run_id)
    except DlcoreError as error:
        st.toast(str(error), icon=":material/error:")


def choose_run(view: StudyView) -> None:
    """The runs by name, for who cannot click a dot, and the button that opens one."""
    named = {status.id: str(status.title) for status in view.statuses.values()}
    if not named:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(_("Run"), list(named), format_func=lambda each: named.get(each, each),
                              key=view.key(keys.STUDY_RUN), width=420)  # fmt: skip
        if st.button(_("Open in the Studio"), icon=":material/science:", key=f"{keys.STUDY_RUN}.open"):
            open_run(view, str(chosen))
