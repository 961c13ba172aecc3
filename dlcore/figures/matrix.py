"""Square maps: the confusion matrix, and how columns of a table move together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import Binding, bound
from dlcore.figures.style import escape, figure
from dlcore.i18n import _

# How strongly a share of a class is coloured: rare mistakes must still be seen.
RIGHT = [[0, colours.faint(colours.BEST, 0)], [1, colours.faint(colours.BEST, 0.5)]]
WRONG = [
    [0, colours.faint(colours.TROUBLE, 0)],
    [0.001, colours.faint(colours.TROUBLE, 0.12)],
    [0.1, colours.faint(colours.TROUBLE, 0.35)],
    [1, colours.faint(colours.TROUBLE, 0.65)],
]
MOST_NUMBERS = 20  # with more classes the counts would not be readable inside the cells


def confusion(classes: Sequence[str], run: str = "") -> go.Figure:
    """The empty confusion matrix of these classes: rows are the true class, columns the answer.

    Its two heatmaps, right answers and mistakes, show shares of the true class, and the counts as texts.
    """
    labels = [escape(name) for name in classes]
    counts = "%{text}" if len(labels) <= MOST_NUMBERS else ""
    said = _(
        "Counts of validation examples, measured after the epoch with dropout off. Colour: share of the true class."
    )
    traces = [
        _cells(labels, "right", RIGHT, counts, run),
        _cells(labels, "wrong", WRONG, counts, run),
    ]
    chart = figure(
        _("Confusion matrix: what is mistaken for what (red)"), _("answer of the network"), _("true class"), said,
        traces=traces, height=max(360, min(640, 120 + 30 * len(labels))), hovermode="closest",
    )  # fmt: skip
    chart.update_xaxes(type="category", constrain="domain", showgrid=False, categoryarray=labels)
    chart.update_yaxes(type="category", autorange="reversed", scaleanchor="x", constrain="domain", showgrid=False)
    return chart


def _cells(labels: list[str], series: str, scale: list[Any], counts: str, run: str) -> go.Heatmap:
    kept = int(series == "right")  # of the matrix: its diagonal, or everything else
    shares: Binding = ["diagonal", ["of row", "confusion.counts"], kept]
    texts: Binding = ["text", ["diagonal", "confusion.counts", kept]]
    return go.Heatmap(
        x=labels,
        y=labels,
        z=[],
        zmin=0,
        zmax=1,
        colorscale=scale,
        showscale=False,
        hoverongaps=False,
        xgap=1,
        ygap=1,
        texttemplate=counts,
        hovertemplate=escape(_("true class")) + ": %{y}<br>" + escape(_("answer of the network")) + ": %{x}<br>"
        "%{text} (%{z:.1%})<extra></extra>",
        meta=bound(run, series, z=shares, text=texts),
    )  # fmt: skip


def correlation(columns: Sequence[str], values: Sequence[Sequence[float]]) -> go.Figure:
    """How columns move together: Pearson's r of every pair, −1 to 1. `values` is square."""
    labels = [escape(name) for name in columns]
    cells = go.Heatmap(
        x=labels,
        y=labels,
        z=values,
        zmin=-1,
        zmax=1,
        colorscale=[
            [0, colours.faint(colours.VALIDATION, 0.9)],
            [0.5, colours.faint(colours.QUIET, 0.06)],
            [1, colours.faint(colours.TRAINING, 0.9)],
        ],
        colorbar={"title": {"text": "r"}, "thickness": 12, "tickvals": [-1, -0.5, 0, 0.5, 1]},
        texttemplate="%{z:.2f}" if len(labels) <= 12 else "",
        hovertemplate="%{y}<br>%{x}<br>r = %{z:.3f}<extra></extra>",
        xgap=1,
        ygap=1,
    )
    said = _(
        "Pearson's r over the rows where both columns have a value: 1 rise together, −1 one falls, 0 no straight line."
    )
    chart = figure(
        _("Correlation: which columns say the same"), _("column"), _("column"), said,
        traces=[cells], height=max(360, min(800, 140 + 24 * len(labels))), hovermode="closest",
    )  # fmt: skip
    chart.update_xaxes(type="category", showgrid=False)
    chart.update_yaxes(type="category", autorange="reversed", showgrid=False)
    return chart
