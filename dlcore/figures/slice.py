"""What a network answers over the plane of two of its inputs: the map of `boundary` with axes of their own units."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlcore.figures import boundary, colours
from dlcore.figures.bindings import bound
from dlcore.i18n import _


def regions(classes: Sequence[str], run: str = "") -> go.Figure:
    """The empty map of these classes; the arrays of the analysis `slice` fill it as `boundary`, `points` and `held`."""
    said = _(
        "Colour: what the network would answer at each place, stronger where it is surer, if only these two columns "
        "changed. Dots: training examples; rings: validation; most of them differ in the other columns, too."
    )
    chart = _sliced(boundary.boundary(classes, ("", ""), run), said, run)
    return chart.update_layout(title_text=_("Two columns of the table: where the answer changes"))


def heights(target: str, run: str = "") -> go.Figure:
    """The same of a regression: one scale for the answers and the examples' targets, in the target's own units."""
    said = _(
        "Colour of the map: what the network would answer at each place if only these two columns changed. Colour of "
        "the dots: the true values, training filled, validation ringed; most of them differ in the other columns, too."
    )
    chart = _sliced(boundary.heights(("", ""), target, run), said, run)
    return chart.update_layout(title_text=_("Two columns of the table: where the answer is high and where low"))


def _sliced(chart: go.Figure, said: str, run: str) -> go.Figure:
    """With the row that holds the other columns, and axes that need not have one scale: a browser names them."""
    chart.add_trace(
        go.Scatter(
            name=_("the row that holds the others"),
            mode="markers",
            marker={"symbol": "x", "size": 11, "color": colours.INK, "line": {"width": 1.5, "color": "white"}},
            meta=bound(run, "held", x="held.x", y="held.y"),
            hovertemplate="%{x:.4g}, %{y:.4g}",
        )
    )
    chart.update_layout(meta={**chart.layout.meta, "caption": said})
    chart.update_yaxes(scaleanchor=None, constrain=None)
    return chart.update_xaxes(constrain=None)
