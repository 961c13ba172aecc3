"""What one network mistakes more, or less, than another: the difference of their confusion matrices.

What is drawn is small and known to the page: the figure is made with its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure
from dlcore.i18n import _

SIDE, LARGEST_SIDE = 34, 80  # pixels a cell, of many and of few classes
LARGEST, SMALLEST = 640, 360  # pixels high
AROUND = 150  # pixels above and below the cells
MOST_NUMBERS = 20  # with more classes the counts would not be readable inside the cells


def confusion_difference(classes: Sequence[str], counts: Sequence[Sequence[int]], second: str) -> go.Figure:
    """counts: of the second network less those of the first, by true class (row) and answer. A cell's `customdata` is
    `row,column`.
    """
    labels = [escape(name) for name in classes]
    said = _(
        "Validation examples: the count of “{arm}” less that of the first arm, with the same seed, measured with "
        "dropout off. Green: more right answers or fewer mistakes. Red: the other way round.",
        arm=second,
    )
    height = max(SMALLEST, min(LARGEST, AROUND + SIDE * len(labels)))
    side = min(LARGEST_SIDE, (height - AROUND) / max(1, len(labels)))
    title = _("What “{arm}” answers otherwise: who was rescued, who was lost", arm=second)
    chart = figure(
        title, _("answer of the network"), _("true class"), said, traces=[_cells(labels, counts, side)],
        height=height, hovermode="closest", showlegend=False,
    )  # fmt: skip
    places, ends = list(range(len(labels))), [-0.5, len(labels) - 0.5]
    named: dict[str, Any] = {"tickvals": places, "ticktext": labels, "showgrid": False, "zeroline": False}
    chart.update_xaxes(**named, range=ends, constrain="domain")
    return chart.update_yaxes(**named, range=ends[::-1], scaleanchor="x", constrain="domain")


def _cells(labels: Sequence[str], counts: Sequence[Sequence[int]], side: float) -> go.Scatter:
    """A square a cell that differs: a heat map would tell nobody of a click."""
    cells = [(row, column, int(each)) for row, line in enumerate(counts) for column, each in enumerate(line) if each]
    largest = max((abs(each) for _row, _column, each in cells), default=1)
    return go.Scatter(
        x=[column for _row, column, _each in cells],
        y=[row for row, _column, _each in cells],
        customdata=[f"{row},{column}" for row, column, _each in cells],
        text=[f"{each:+d}" for _row, _column, each in cells],
        mode="markers+text" if len(labels) <= MOST_NUMBERS else "markers",
        marker={
            "symbol": "square",
            "size": side * 0.9,
            "color": [_colour(row == column, each, largest) for row, column, each in cells],
            "line": {"width": 0},
        },
        hovertext=[
            _(
                "true class {true}, answer {answer}: {count}",
                true=labels[row],
                answer=labels[column],
                count=f"{each:+d}",
            )
            for row, column, each in cells
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        meta={"series": "cells"},
    )


def _colour(right: bool, count: int, largest: int) -> str:
    """Green where it is better: more on the diagonal, fewer beside it; the stronger, the more examples."""
    hue = colours.BEST if (count > 0) == right else colours.TROUBLE
    return colours.faint(hue, 0.25 + 0.5 * abs(count) / largest)
