"""The component in a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import streamlit as st

from dlcore.figures import colours
from dlcore.i18n import _
from dlcore.lessons.board.board import Board
from dlcore.serving import assets

_component = st.components.v2.component(
    "board",
    css=(Path(__file__).parent / "component.css").read_text("utf-8"),
    js=assets.loader("board"),
)


def board(
    declared: Board, *, key: str, revision: int, values: Mapping[str, float], on_hand: Callable[[], None]
) -> None:
    """Show a board with these values. `on_hand` runs when the learner moved something and it rests.

    revision: counts the times that Python itself moved something; only then the browser takes over its values.
    """
    _component(
        key=key,
        data={
            "board": declared.to_json(),
            "revision": revision,
            "values": dict(values),
            "at": dict(values),
            "dark": colours.DARK,
            "texts": _texts(),
        },
        on_hand_change=on_hand,
    )


def _texts() -> dict[str, str]:
    return {
        "play": _("Play"),
        "pause": _("Pause"),
        "back": _("One frame back"),
        "on": _("One frame on"),
        "frame": _("Frame"),
    }
