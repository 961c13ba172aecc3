"""What a network of two inputs answers everywhere in the plane, with the examples it learned from on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import Binding, bound
from dlcore.figures.style import escape, figure
from dlcore.i18n import _

MOST_POINTS = 600  # of a part: more would hide the map
MOST_SURE = 255  # of a byte: a probability of 1, or the highest answer
# Where the points of the map are.
PLACES: dict[str, Binding] = {axis: ["linspace", f"boundary.{axis}", "boundary.size"] for axis in ("x", "y")}

Points = tuple[Sequence[float], Sequence[float], Sequence[float]]  # x₁, x₂, and the class or the target's value


def boundary(
    classes: Sequence[str],
    axes: Sequence[str],
    training: Points | None = None,
    validation: Points | None = None,
    run: str = "",
) -> go.Figure:
    """The map with these examples on it, empty until the probe `boundary` has seen the answers. Scaled units."""
    said = _(
        "Colour: the network's answer at each place, stronger where it is surer. "
        "Filled dots: training examples; rings: validation."
    )
    traces: list[Any] = [_map(number, run) for number in range(len(classes))]
    for name, points, symbol in ((_("training"), training, "circle"), (_("validation"), validation, "circle-open")):
        if points is not None:
            traces += _dots(name, points, classes, symbol, run)
    chart = figure(
        _("Decision boundary: where the answer changes"), _("{feature} (scaled)", feature=axes[0]),
        _("{feature} (scaled)", feature=axes[1]), said, traces=traces, height=460, hovermode="closest",
    )  # fmt: skip
    chart.update_xaxes(showgrid=False, zeroline=False, constrain="domain")
    chart.update_yaxes(showgrid=False, zeroline=False, scaleanchor="x", constrain="domain")
    return chart


def _map(number: int, run: str) -> go.Heatmap:
    """One class's region: its hue, stronger where the answer is surer."""
    hue = colours.hue(number)
    return go.Heatmap(
        z=[],
        zmin=0,
        zmax=1,
        zsmooth=False,
        colorscale=[[0, colours.faint(hue, 0.04)], [0.5, colours.faint(hue, 0.14)], [1, colours.faint(hue, 0.5)]],
        showscale=False,
        hoverinfo="skip",
        hoverongaps=False,
        meta=bound(run, "map", **PLACES, z=["where", "boundary.classes", number, ["/", "boundary.values", MOST_SURE]]),
    )


def _dots(part: str, points: Points, classes: Sequence[str], symbol: str, run: str) -> list[go.Scatter]:
    across, up, labels = points
    chosen = range(0, len(labels), max(1, -(-len(labels) // MOST_POINTS)))
    return [
        go.Scatter(
            name=escape(f"{name}, {part}"),
            x=[round(float(across[n]), 4) for n in chosen if labels[n] == number],
            y=[round(float(up[n]), 4) for n in chosen if labels[n] == number],
            mode="markers",
            marker={"color": colours.hue(number), "size": 6, "symbol": symbol, "line": _edge(symbol)},
            meta={"run": run, "series": "points"},
            hovertemplate="%{x:.2f}, %{y:.2f}",
        )
        for number, name in enumerate(classes)
    ]  # fmt: skip


def _edge(symbol: str) -> dict[str, Any]:
    return {"width": 1.8} if symbol == "circle-open" else {"width": 0.7, "color": "white"}


def heights(
    axes: Sequence[str], target: str, training: Points | None = None, validation: Points | None = None, run: str = ""
) -> go.Figure:
    """The empty map of a regression on the plane: one colour scale for the answers and the examples' targets."""
    said = _(
        "Colour of the map: the network's answer at each place. Colour of the dots: the true values, training filled, "
        "validation ringed. Where a dot cannot be seen, the answer is right."
    )
    values = [value for points in (training, validation) if points for value in points[2]]
    low, high = (min(values), max(values)) if values else (-2.0, 2.0)
    shared = {"colorscale": HEIGHTS, "cmin": low, "cmax": high}
    extent = ["-", "boundary.high", "boundary.low"]
    answers: Binding = ["+", "boundary.low", ["*", extent, ["/", "boundary.values", MOST_SURE]]]
    ground = go.Heatmap(
        z=[], zmin=low, zmax=high, colorscale=HEIGHTS, hoverinfo="skip",
        colorbar={"title": {"text": escape(target)}, "thickness": 12},
        meta=bound(run, "heights", **PLACES, z=answers),
    )  # fmt: skip
    dots = [
        go.Scatter(
            name=name, x=list(points[0]), y=list(points[1]), mode="markers", customdata=list(points[2]),
            marker={"color": list(points[2]), "size": 8, "symbol": symbol, "line": {"width": 1, "color": edge},
                    **shared},
            meta={"run": run, "series": "points"},
            hovertemplate="%{x:.2f}, %{y:.2f}: %{customdata:.3f}",
        )
        for name, points, symbol, edge in (
            (_("training"), training, "circle", "white"),
            (_("validation"), validation, "circle", colours.VALIDATION),
        )
        if points is not None
    ]  # fmt: skip
    chart = figure(
        _("The learned surface: where the answer is high and where low"), _("{feature} (scaled)", feature=axes[0]),
        _("{feature} (scaled)", feature=axes[1]), said, traces=[ground, *dots], height=460, hovermode="closest",
    )  # fmt: skip
    chart.update_xaxes(showgrid=False, zeroline=False, constrain="domain")
    return chart.update_yaxes(showgrid=False, zeroline=False, scaleanchor="x", constrain="domain")


# From dark to light, so that high and low can be told apart without seeing hues.
HEIGHTS = [[0, "#2b3a67"], [0.25, "#0e8a9b"], [0.5, "#7fb77e"], [0.75, "#e2c044"], [1, "#f7f0c6"]]
