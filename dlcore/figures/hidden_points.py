"""Where the examples lie inside a network at one epoch: a dot an example, in the colour of its class or value.

What is drawn is small and known to the page: the figure is made with its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure
from dlcore.i18n import _

Numbers = np.ndarray[Any, Any]


def hidden_points(
    xy: Numbers, truth: Numbers | None, classes: Sequence[str], layer: str, explained: Sequence[float]
) -> go.Figure:
    """xy (n, 2): along the first two principal components; truth (n,): class numbers, or values where no classes are.

    explained (2,): the share of the variance along each.
    """
    said = _(
        "What layer {layer} gives for each validation example, along its first two principal components, found at the "
        "run's last recorded epoch. Colour: the true class, or the true value.",
        layer=layer,
    )
    across, up = (
        _("component {number} ({share} of the variance)", number=number, share=f"{share:.0%}")
        for number, share in enumerate(explained, 1)
    )
    chart = figure(
        _("Hidden space: are the classes apart?") if classes else _("Hidden space: do like values lie together?"),
        across, up, said, traces=_traces(xy, truth, classes), height=380, hovermode="closest", showlegend=bool(classes),
    )  # fmt: skip
    chart.update_xaxes(zeroline=False)
    return chart.update_yaxes(zeroline=False)


def _traces(xy: Numbers, truth: Numbers | None, classes: Sequence[str]) -> list[go.Scatter]:
    if not classes or truth is None:
        return [_dots(xy, "", colours.QUIET if truth is None else [float(each) for each in truth])]
    return [_dots(xy[truth == number], name, colours.hue(number)) for number, name in enumerate(classes)]


def _dots(xy: Numbers, name: str, colour: str | list[float]) -> go.Scatter:
    """A point that is not finite is not drawn."""
    marker: dict[str, Any] = {"color": colour, "size": 6, "opacity": 0.75}
    return go.Scatter(
        x=_listed(xy[:, 0]),
        y=_listed(xy[:, 1]),
        mode="markers",
        name=escape(name),
        marker=marker | ({"colorscale": "Viridis"} if isinstance(colour, list) else {}),
        hovertemplate="%{x:.3~g}, %{y:.3~g}",
        meta={"series": "examples"},
    )


def _listed(values: Numbers) -> list[float | None]:
    return [float(each) if np.isfinite(each) else None for each in values]
