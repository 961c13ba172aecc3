"""The board of a class in a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from dlcore.figures.small_curves import HEIGHT, WIDTH
from dlcore.i18n import _
from dlcore.serving import assets

_component = st.components.v2.component(
    "class_board",
    css=(Path(__file__).parent / "component.css").read_text("utf-8"),
    js=assets.loader("class_board"),
    isolate_styles=False,
)


def class_board(cards: Sequence[dict[str, Any]], *, key: str) -> str | None:
    """Show a card a student, in this order. Returns the id of the run whose card was just clicked."""
    result = _component(
        key=key,
        data={"cards": list(cards), "texts": {"nothing": _("No run yet")}, "width": WIDTH, "height": HEIGHT},
        on_opened_change=assets.ignored,
    )
    return str(result.opened) if result.opened else None
