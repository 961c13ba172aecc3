"""The language of this visit: what was chosen, else what the browser asks for."""

from __future__ import annotations

import streamlit as st

from dlcore.i18n import preferred_language, set_language
from pages.components import keys


def apply() -> None:
    """Show texts in this visitor's language. Every script run and every fragment begins with it."""
    set_language(st.session_state.get(keys.LANGUAGE) or preferred_language(st.context.locale or "en"))
