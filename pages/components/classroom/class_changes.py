"""What a teacher changes of a class as a whole: its name, its code, and whether there is one."""

from __future__ import annotations

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.i18n import _
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.store import runs
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.shared.trouble import Sentence
from pages.components.shared.visitor import viewer

RENAME, RENEW, DELETE = (f"{keys.CLASS_CHANGE}.{each}" for each in ("rename", "renew", "delete"))


def change_class(school_class: SchoolClass) -> None:
    """Draw the way to another name, and to the end of the class."""
    with st.popover(_("Rename or delete"), icon=":material/edit:", type="tertiary", key=f"{RENAME}.open"):
        name = f"{RENAME}.name.{school_class.id}"
        with st.form(RENAME, border=False):
            st.text_input(_("Name of the class"), school_class.name, key=name, max_chars=200)
            st.form_submit_button(_("Rename the class"), type="primary", on_click=_rename, args=(school_class, name))
        _problem(RENAME)
        st.divider()
        _deletion(school_class)


def _deletion(school_class: SchoolClass) -> None:
    """What goes and what stays, and the field in which the name is typed once more."""
    students = len(runs().members(school_class.id, viewer()))
    tasks = len(runs().class_assignments(school_class.id, viewer()))
    st.markdown(_("**Delete the class for good**, with its tasks ({tasks}) and what was handed in for them. Its "
                  "students ({students}) are signed out. Their runs, data sets and studies are kept, but only who is "
                  "in another class, too, can reach them again: let them be taken along before. Other classes stay as "
                  "they are.", tasks=tasks, students=students))  # fmt: skip
    typed = f"{DELETE}.typed.{school_class.id}"
    with st.form(DELETE, border=False):
        st.text_input(_("Type the name of the class to delete it"), key=typed, placeholder=school_class.name,
                      autocomplete="off")  # fmt: skip
        st.form_submit_button(_("Delete the class"), icon=":material/delete:", on_click=_delete,
                              args=(school_class, typed))  # fmt: skip
    _problem(DELETE)


def renew_code(school_class: SchoolClass) -> None:
    """Draw the way to another code, after a second question."""
    with st.popover(_("New code"), icon=":material/autorenew:", type="tertiary", key=f"{RENEW}.open"):
        st.markdown(_("The code, the address and the picture of now stop working at once. Who is signed in stays; who "
                      "comes back on another computer needs the new code."))  # fmt: skip
        st.button(_("Make a new code"), type="primary", key=RENEW, on_click=_renew, args=(school_class,))
        _problem(RENEW)


def _rename(school_class: SchoolClass, field: str) -> None:
    try:
        runs().rename_class(school_class.id, st.session_state[field], viewer())
    except DlcoreError as error:
        st.session_state[f"{RENAME}.problem"] = Sentence.of(error)


def _renew(school_class: SchoolClass) -> None:
    try:
        runs().renew_code(school_class.id, viewer())
    except DlcoreError as error:
        st.session_state[f"{RENEW}.problem"] = Sentence.of(error)
    else:
        st.toast(_("The class has a new code."), icon=":material/check:")


def _delete(school_class: SchoolClass, field: str) -> None:
    if st.session_state[field].strip() != school_class.name:
        st.session_state[f"{DELETE}.problem"] = _("This is not the name of the class: it is {name}.",
                                                  name=school_class.name)  # fmt: skip
        return
    try:
        runs().delete_class(school_class.id, viewer())
    except DlcoreError as error:
        st.session_state[f"{DELETE}.problem"] = Sentence.of(error)
    else:
        st.toast(_("{name} is deleted.", name=escape(school_class.name)), icon=":material/check:")


def _problem(form: str) -> None:
    """Why the last try was refused, told once."""
    if f"{form}.problem" in st.session_state:
        st.error(escape(str(st.session_state.pop(f"{form}.problem"))), icon=":material/error:")
