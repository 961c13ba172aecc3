"""A study at its address, `/study?id=…`: how it stands, what it has found so far, and every run behind that."""

from __future__ import annotations

import streamlit as st

from dlcore.errors import RunNotFound
from dlcore.i18n import _
from pages.components.study.header import header
from pages.components.study.panels import panels_of
from pages.components.study.study_list import study_list
from pages.components.study.view import StudyView, look

REFRESH = 1  # seconds between two looks while runs go on


def show(study_id: str, going: bool) -> None:
    """The page of a study, drawn anew with every look; when that begins or ends, the page is told once."""
    try:
        view = look(study_id)
    except RunNotFound:
        st.rerun()
    if view.going != going:
        st.rerun()
    draw(view)


def draw(view: StudyView) -> None:
    """Its head, and the panels of its kind."""
    header(view)
    for panel in panels_of(view):
        panel(view)


def all_studies() -> None:
    """What stands here without the id of a study."""
    st.markdown(_("A study trains variants of one experiment with several seeds each, and says what helped."))
    study_list()
    st.page_link("compare.py", label=_("Begin one on the page Compare"), icon=":material/compare_arrows:")
    st.stop()


asked = st.query_params.get("id")
if asked is None:
    all_studies()
try:
    going = look(asked).going
except RunNotFound as error:
    st.error(str(error), icon=":material/error:")
    all_studies()
st.page_link("compare.py", label=_("All studies"), icon=":material/arrow_back:")
st.fragment(run_every=REFRESH if going else None)(show)(asked, going)
