"""The range test of the learning rate: the loss over a rate that grows from batch to batch."""

from __future__ import annotations

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import bound
from dlcore.figures.style import figure
from dlcore.i18n import _


def rate_finder(run: str = "") -> go.Figure:
    """The empty chart, which the analysis `lr_range` fills."""
    said = _(
        "On a copy of the network with its first weights: a batch at each rate, the rate growing by the same factor. "
        "Faint: the loss of single batches; bold: their running mean; dotted: where it falls most steeply."
    )
    raw = go.Scatter(
        name=_("batch by batch"), mode="lines", line={"color": colours.TRAINING, "width": 1}, opacity=0.3,
        hoverinfo="skip", meta=bound(run, "batches", x="lr_range.lr", y="lr_range.loss"),
    )  # fmt: skip
    smooth = go.Scatter(
        name=_("running mean"), mode="lines", line={"color": colours.TRAINING, "width": 2.5},
        meta=bound(run, "train", x="lr_range.lr", y="lr_range.smooth"),
    )  # fmt: skip
    lowest, highest = ["min", "lr_range.smooth"], ["max", "lr_range.smooth"]
    line = go.Scatter(
        name=_("suggestion"), mode="lines", line={"color": colours.BEST, "width": 2, "dash": "dot"},
        meta=bound(run, "best", x=["join", "lr_range.suggestion", "lr_range.suggestion"], y=["join", lowest, highest]),
    )  # fmt: skip
    chart = figure(
        _("Which learning rate? Where the loss falls most steeply"), _("learning rate"), _("loss"), said,
        traces=[raw, smooth, line],
    )  # fmt: skip
    return chart.update_xaxes(type="log", exponentformat="power")
