"""Class: what a teacher sees and does, at `/classroom?class=…&section=…`; the sections have a file each."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.i18n import _
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.store import runs
from pages.components.classroom.class_changes import change_class
from pages.components.classroom.sections import SECTIONS
from pages.components.shared import forms, keys
from pages.components.shared.trouble import Sentence
from pages.components.shared.visitor import viewer

CLASS, SECTION = "class", "section"  # in the address


def choose(found: Sequence[SchoolClass]) -> SchoolClass:
    """The class that is looked at: as the address says, else the newest; the address always says which."""
    known = {each.id: each for each in found}
    asked = st.query_params.get(CLASS)
    forms.hold(keys.CLASS, asked if asked in known else found[0].id)
    chosen: str = st.selectbox(_("My class"), list(known), format_func=lambda each: known[each].name, key=keys.CLASS,
                               on_change=_say_class, label_visibility="collapsed", width=320)  # fmt: skip
    st.query_params[CLASS] = chosen
    return known[chosen]


def _say_class() -> None:
    st.query_params[CLASS] = st.session_state[keys.CLASS]


def choose_section() -> str:
    """The section that is drawn, of those that there are; the others cost nothing."""
    asked = st.query_params.get(SECTION)
    key = keys.in_language(keys.CLASS_SECTION)
    forms.hold(key, asked if asked in SECTIONS else next(iter(SECTIONS)))
    chosen: str = st.segmented_control(
        _("Section"), list(SECTIONS), format_func=lambda each: f"{SECTIONS[each].icon} {_(SECTIONS[each].title)}",
        key=key, required=True, label_visibility="collapsed", on_change=_say_section, args=(key,),
    )  # fmt: skip
    return chosen


def _say_section(key: str) -> None:
    st.query_params[SECTION] = st.session_state[key]


def new_class() -> None:
    """The form that makes a class."""
    with st.form(keys.CLASS_MAKE, border=False):
        st.text_input(_("Name of the class"), key=keys.CLASS_NAME, max_chars=200)
        st.form_submit_button(_("Make the class"), type="primary", icon=":material/add:", on_click=_make)
    if keys.CLASS_PROBLEM in st.session_state:
        st.error(str(st.session_state.pop(keys.CLASS_PROBLEM)), icon=":material/error:")


def _make() -> None:
    try:
        made = runs().make_class(st.session_state[keys.CLASS_NAME], viewer())
    except DlcoreError as error:
        st.session_state[keys.CLASS_PROBLEM] = Sentence.of(error)
        return
    st.session_state[keys.CLASS_NAME] = ""
    st.query_params.update({CLASS: made.id, SECTION: "students"})  # where its code stands


if viewer().role != "teacher":
    st.stop()
classes = runs().classes(viewer())
if not classes:
    st.markdown(_("You have no class yet. Make one: students join it with a code, a name and a word of their own."))
    new_class()
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    school_class = choose(classes)
    with st.popover(_("Another class"), icon=":material/add:"):
        new_class()
    change_class(school_class)
SECTIONS[choose_section()].draw(school_class)
