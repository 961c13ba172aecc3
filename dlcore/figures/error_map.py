"""The mean error of every cell of a grid, as a map: one of the part that teaches, one of the part that judges.

What is drawn is small and known to the page: the figure is made with its numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _

TITLES = {
    "training": N_("Training error: what the network has learned by heart"),
    "validation": N_("Validation error: what it makes of rows it has not seen"),
}
NAMES = {"training": N_("training"), "validation": N_("validation")}
SAID = N_(
    "Mean over the seeds that have ended, at the end of training; both maps have one scale. A click opens a cell's run."
)
ROW = 44  # pixels a row of cells
AROUND = 170  # … and above and below them


@dataclass(frozen=True)
class Square:
    """One cell as it is drawn: its place by number, its mean error, how it is said, and the run that a click opens."""

    x: int
    y: int
    error: float | None
    said: str
    run: str


@dataclass(frozen=True)
class Axis:
    """What stands along a side of a map: the setting, and its values as they are read."""

    title: str
    values: Sequence[str]


def error_map(
    part: str, squares: Sequence[Square], across: Axis, up: Axis, span: tuple[float, float], digits: int
) -> go.Figure:
    """A map of a part, `training` or `validation`. `span`: the least and largest error of both maps."""
    columns, rows = len(across.values), len(up.values)
    z: list[list[float | None]] = [[None] * columns for _row in range(rows)]
    said = [[""] * columns for _row in range(rows)]
    runs = [[""] * columns for _row in range(rows)]
    for each in squares:
        z[each.y][each.x], said[each.y][each.x], runs[each.y][each.x] = each.error, escape(each.said), each.run
    colour = colours.TRAINING if part == "training" else colours.VALIDATION
    cells = go.Heatmap(
        name=escape(_(NAMES[part])),
        x=list(range(columns)),
        y=list(range(rows)),
        z=z,
        text=said,
        customdata=runs,
        zmin=span[0],
        zmax=span[1],
        colorscale=[[0, colours.faint(colour, 0.06)], [1, colours.faint(colour, 0.85)]],
        colorbar={"thickness": 10},
        texttemplate=f"%{{z:.{digits}f}}",
        hovertemplate="%{text}<extra></extra>",
        hoverongaps=False,
        xgap=2,
        ygap=2,
        meta={"series": part},
    )
    chart = figure(_(TITLES[part]), across.title, up.title, _(SAID), traces=[cells], height=AROUND + ROW * rows,
                   hovermode="closest", showlegend=False)  # fmt: skip
    chart.update_xaxes(**_ticks(across), showgrid=False, zeroline=False, fixedrange=True)
    return chart.update_yaxes(**_ticks(up), showgrid=False, zeroline=False, fixedrange=True)


def _ticks(axis: Axis) -> dict[str, object]:
    return {"tickvals": list(range(len(axis.values))), "ticktext": [escape(each) for each in axis.values]}
