"""The component in a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dlcore.figures import colours
from dlcore.i18n import current_language
from dlcore.serving import assets
from dlcore.serving.assets import address, ignored, plotly_address
from dlcore.serving.empty_charts import plain
from pages.components.web.live_view.texts import texts

# What a chart says by itself, of all that the live view says.
SAID = ("plotly", "points", "under_a_second", "seconds", "minutes", "hours", "log_scale", "close_up")

_component = st.components.v2.component("figure", js=assets.loader("figure"), isolate_styles=False)


def draw_figure(figure: Any, *, key: str) -> str | None:
    """Show a figure that holds its numbers. New ones are drawn into the picture that is there, without flicker.

    Each trace has a `meta` with its `series`. Returns the `customdata` of the point that was just clicked, if it is a
    text that is not empty.
    """
    result = _component(key=key, data=_described(figure), on_point_change=ignored)
    return str(result.point) if result.point else None


def choose_in_figure(figure: Any, choose: Callable[[list[str]], None], *, key: str) -> None:
    """The same of a figure whose boxes choose lines (`layout.meta["brush"]`).

    choose: called once, before the script runs again, with the `customdata` of the lines within a box, or of the point
    that was clicked; with none where all are given up.
    """

    def clicked() -> None:
        if point := st.session_state[key].get("point"):
            choose([str(point)])

    def brushed() -> None:
        if brush := st.session_state[key].get("brush"):
            choose([str(each) for each in brush["points"]])

    _component(key=key, data=_described(figure), on_point_change=clicked, on_brush_change=brushed)


def _described(figure: Any) -> dict[str, Any]:
    return {
        "figure": plain(figure),
        "style": address("live_view/live_view.css"),
        "plotly": plotly_address(),
        "language": current_language(),
        "texts": {name: each for name, each in texts().items() if name in SAID},
        "dark": colours.DARK,
    }
