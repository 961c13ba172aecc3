"""What a teacher does for one student: a new word, the work of a second identity, a farewell."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dlcore.errors import ClassNotFound
from dlcore.i18n import _
from dlcore.runs.store.classes import Member, SchoolClass
from dlcore.serving.store import runs
from pages.components.shared import forms, keys
from pages.components.shared.visitor import viewer


def student_actions(school_class: SchoolClass, member: Member, members: Sequence[Member]) -> None:
    """Draw them, below the table of all."""
    with st.container(border=True):
        st.text(member.called)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.button(_("Reset the word"), icon=":material/key:", on_click=_reset, args=(school_class, member),
                      key=f"{keys.CLASS_ROSTER}.reset",
                      help=_("Whoever is signed in with the old word is signed out."))  # fmt: skip
            if len(members) > 1:
                _merge_form(school_class, member, members)
            _remove_form(school_class, member)
        _new_word(member)


def _reset(school_class: SchoolClass, member: Member) -> None:
    word = runs().reset_word(school_class.id, member.name, viewer())
    st.session_state[keys.CLASS_WORD] = (member.name, word)


def _new_word(member: Member) -> None:
    """The word that was just made: shown as long as this student is chosen, and never again."""
    name, word = st.session_state.get(keys.CLASS_WORD, ("", ""))
    if name != member.name:
        st.session_state.pop(keys.CLASS_WORD, None)
        return
    st.success(_("The new word of {called}, shown this once:", called=forms.escape(member.called)))
    st.code(word, language=None)


def _merge_form(school_class: SchoolClass, member: Member, members: Sequence[Member]) -> None:
    others = {each.name: each for each in members if each.name != member.name}
    with st.popover(_("Is the same as …"), icon=":material/merge:", key=f"{keys.CLASS_ROSTER}.merge"):
        st.markdown(_("All that {called} has becomes the other one's, and {called} is no more.",
                      called=forms.escape(member.called)))  # fmt: skip
        first: str = st.selectbox(_("The other one"), list(others), format_func=lambda each: others[each].called,
                                  key=f"{keys.CLASS_ROSTER}.first.{member.name}")  # fmt: skip
        st.button(_("Merge"), type="primary", on_click=_merge, args=(school_class, member, first),
                  key=f"{keys.CLASS_ROSTER}.merge_now")  # fmt: skip


def _merge(school_class: SchoolClass, member: Member, first: str) -> None:
    runs().merge_members(school_class.id, member.name, first, viewer())


def _remove_form(school_class: SchoolClass, member: Member) -> None:
    with st.popover(_("Remove"), icon=":material/person_remove:", key=f"{keys.CLASS_ROSTER}.remove"):
        st.markdown(_("{called} is signed out and taken out of the class. The work stays, but nobody can reach it any "
                      "more: let it be taken along before.", called=forms.escape(member.called)))  # fmt: skip
        st.button(_("Remove from the class"), type="primary", on_click=_remove, args=(school_class, member),
                  key=f"{keys.CLASS_ROSTER}.remove_now")  # fmt: skip


def _remove(school_class: SchoolClass, member: Member) -> None:
    try:
        runs().remove_member(school_class.id, member.name, viewer())
    except ClassNotFound:  # removed already, in another tab
        return
