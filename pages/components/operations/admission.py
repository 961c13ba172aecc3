"""Who may look after the server: «me» at the own machine, and whoever shows the operator's token."""

from __future__ import annotations

import streamlit as st

from dlcore.access import FIRST_TEACHER, ME
from dlcore.i18n import _
from dlcore.serving import operator_token
from pages.components.shared import keys
from pages.components.shared.visitor import viewer


def is_operator() -> bool:
    """Whether this session may."""
    return viewer() in (ME, FIRST_TEACHER) or bool(st.session_state.get(keys.OPERATOR))


def ask_for_token() -> None:
    """Say whose this page is, and take the token, where there is one."""
    if not operator_token.is_set():
        said = _("This page is for whoever looks after this server. Set DLCORE_METRICS_TOKEN there, or open the "
                 "address that `serve` prints.")  # fmt: skip
        st.info(said, icon=":material/lock:")
        return
    with st.form(keys.OPERATOR_FORM, width=480):
        st.markdown(_("This page is for whoever looks after this server."))
        sent = st.text_input(_("Operator's token"), type="password", key=keys.OPERATOR_TOKEN)
        if not st.form_submit_button(_("Open"), type="primary", icon=":material/lock_open:"):
            return
    if operator_token.is_token(sent):
        st.session_state[keys.OPERATOR] = True
        st.rerun()
    st.error(_("This is not the token that DLCORE_METRICS_TOKEN is set to on the server."), icon=":material/error:")
