"""The language of this visitor: from the address, else as chosen before, else as the browser asks."""

from __future__ import annotations

import streamlit as st

from dlcore.data.uploads import upload_access
from dlcore.i18n import LANGUAGES, _, preferred_language, set_language
from dlcore.serving import assets
from dlcore.serving.store import runs
from pages.components.shared import forms, keys
from pages.components.shared.visitor import stop_if_ended, viewer

IN_ADDRESS = "lang"  # ?lang=zh_CN: a link that opens in a language
PREFERENCE = "language"
COMPLETING = ["runs"]  # what a page adds to its address where it is not said: Compare, which runs it shows

_tell_browser = st.components.v2.component("browser_page", js=assets.loader("browser_page"))


def apply() -> None:
    """Show texts in this visitor's language, and their own data sets. Every script run and fragment begins with it."""
    if keys.LANGUAGE not in st.session_state:
        st.session_state[keys.LANGUAGE] = _first_guess()
    set_language(st.session_state[keys.LANGUAGE])
    stop_if_ended()
    upload_access.use(runs().upload_access(viewer()))


def choose() -> None:
    """Draw the switch, at the right end of a row of its own, and tell the browser what it reads aloud."""
    with st.container(horizontal=True, horizontal_alignment="right", gap=None, width="content"):
        forms.hold(keys.LANGUAGE, st.session_state[keys.LANGUAGE])
        st.segmented_control(
            _("Language"),
            list(LANGUAGES),
            format_func=lambda code: LANGUAGES[code],
            key=keys.LANGUAGE,
            required=True,
            label_visibility="collapsed",
            on_change=_remember,
        )
        code = st.session_state[keys.LANGUAGE].replace("_", "-")
        _tell_browser(key="html_language", data={"language": code, "completing": COMPLETING}, width="content")


def _first_guess() -> str:
    wanted = st.query_params.get(IN_ADDRESS) or runs().preference(viewer(), PREFERENCE)
    return preferred_language(wanted or str(st.context.locale or "en"))


def _remember() -> None:
    code = st.session_state[keys.LANGUAGE]
    runs().save_preference(viewer(), PREFERENCE, code)
    st.query_params[IN_ADDRESS] = code
