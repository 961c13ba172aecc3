"""A place to draw a picture with mouse, pen or finger, for a network that learned from light ink on a dark ground."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

import streamlit as st

from dlcore.i18n import _
from dlcore.serving import assets

PREFIX = "data:image/png;base64,"
MOST_CHARACTERS = 200_000  # of a drawing; the pad's own have some thousand

_component = st.components.v2.component(
    "drawing_pad",
    css=(Path(__file__).parents[1] / "kit/pad.css").read_text("utf-8"),
    js=assets.loader("drawing_pad"),
)


def drawing_pad(*, key: str) -> bytes | None:
    """Draw the pad: what is on it as a PNG, light on dark; None while it is empty."""
    words = {"label": _("Draw here"), "clear": _("Clear")}
    found = _component(key=key, data=words, default={"drawing": ""}, on_drawing_change=assets.ignored).drawing
    return _png(found)


def _png(said: object) -> bytes | None:
    """The bytes of a data URL; None for whatever else a browser may have sent."""
    if not isinstance(said, str) or not said.startswith(PREFIX) or len(said) > MOST_CHARACTERS:
        return None
    try:
        return base64.b64decode(said.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        return None
