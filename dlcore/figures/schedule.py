"""The learning rate through a run that has not begun."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import figure
from dlcore.i18n import _


def learning_rate(epochs: Sequence[float], rates: Sequence[float], height: int = 200) -> go.Figure:
    """The learning rate (per step) after so many epochs, as `training.schedules.drawn` gives both."""
    line = go.Scatter(
        x=list(epochs),
        y=list(rates),
        name=_("learning rate"),
        line={"color": colours.TRAINING, "width": 2, "shape": "hv"},
        mode="lines",
        hovertemplate="%{y:.4~g}",
    )
    said = _(
        "What torch's own schedule will give, found by running it on nothing; one that watches the loss may differ."
    )
    chart = figure(
        _("Learning rate: how the steps change size"), _("epoch"), _("learning rate"), said,
        traces=[line], height=height, showlegend=False,
    )  # fmt: skip
    chart.update_layout(margin={"l": 56, "r": 12, "t": 40, "b": 40})
    chart.update_xaxes(rangemode="tozero", hoverformat=".4~g")
    return chart.update_yaxes(rangemode="tozero", exponentformat="power")
