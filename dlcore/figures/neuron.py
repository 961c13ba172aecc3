"""The plane of one neuron: its examples, its answers, and the line where its weighted sum is zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.boundary import Points, boundary, fill_boundary
from dlcore.i18n import _


def neuron_plane(examples: Points, answers: dict[str, Any], w1: float, w2: float, b: float) -> go.Figure:
    """The decision boundary of weights and bias; an arrow along the weights shows which side is class B."""
    low, high = answers["x"]
    chart = fill_boundary(boundary(("A", "B"), ("x₁", "x₂"), training=examples), answers)
    chart.update_layout(title={"text": _("Where the weighted sum is zero, the answer changes")}, height=430)
    chart.update_xaxes(range=[low, high], title={"text": "x₁"})
    chart.update_yaxes(range=[low, high], title={"text": "x₂"})
    across, up = line(w1, w2, b, low, high)
    chart.add_scatter(
        x=across, y=up, mode="lines", line={"color": colours.QUIET, "width": 3}, name="w₁x₁ + w₂x₂ + b = 0",
        hoverinfo="skip", meta={"run": "", "series": "line", "metric": "boundary"},
    )  # fmt: skip
    return chart


def line(w1: float, w2: float, b: float, low: float, high: float) -> tuple[Sequence[float], Sequence[float]]:
    """The two ends of w₁x₁ + w₂x₂ + b = 0 inside the square from low to high; empty where it misses the square."""
    ends: list[tuple[float, float]] = []
    for edge in (low, high):
        if abs(w2) > 1e-9 and low <= (crossing := -(b + w1 * edge) / w2) <= high:
            ends.append((edge, crossing))
        if abs(w1) > 1e-9 and low <= (crossing := -(b + w2 * edge) / w1) <= high:
            ends.append((crossing, edge))
    ends = sorted(set(ends))
    return ([], []) if len(ends) < 2 else ([ends[0][0], ends[-1][0]], [ends[0][1], ends[-1][1]])
