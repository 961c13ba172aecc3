"""Whose session this is: under which name its runs, its draft and its data sets are kept."""

from __future__ import annotations

import streamlit as st

from dlcore.serving.identity import owner_of
from pages.components.shared import keys


def owner() -> str:
    """The name under which this visitor's runs are kept. A session keeps it, whatever becomes of its connection.

    Streamlit knows no cookies of a browser that has just left, while its script may still run.
    """
    found: str | None = st.session_state.get(keys.OWNER)
    if found is None:
        found = st.session_state[keys.OWNER] = owner_of(st.context.cookies)
    return found
