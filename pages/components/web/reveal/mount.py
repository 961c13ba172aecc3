"""The component in a page."""

from __future__ import annotations

import streamlit as st

from dlcore.serving import assets

_component = st.components.v2.component("reveal", js=assets.loader("reveal"))


def reveal(occasion: str | None, *, key: str) -> None:
    """Mark this place. When `occasion` changes to another one, a narrow page scrolls here."""
    _component(key=key, data=occasion)
