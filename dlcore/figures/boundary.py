"""What a network of two inputs answers everywhere in the plane, with the examples it learned from on top."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import Binding, bound
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _

MOST_SURE = 255  # of a byte: a probability of 1, or the highest answer
# Where the points of the map are.
PLACES: dict[str, Binding] = {axis: ["linspace", f"boundary.{axis}", "boundary.size"] for axis in ("x", "y")}


# In a browser the map is pixels behind the chart (`raster`: between which values its colours lie), so that it can move.


def boundary(classes: Sequence[str], axes: Sequence[str], run: str = "") -> go.Figure:
    """The empty map of these classes; the probes `boundary` and `points` fill it. Scaled units."""
    said = _(
        "Colour: the network's answer at each place, stronger where it is surer. "
        "Filled dots: training examples; rings: validation."
    )
    numbered = list(enumerate(classes))
    traces: list[Any] = [_map(number, run) for number, _name in numbered]
    for part, called, symbol in PARTS:
        traces += [_dots(part, f"{name}, {_(called)}", number, symbol, run) for number, name in numbered]
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
        meta=bound(run, "map", **PLACES, z=["where", "boundary.classes", number, ["/", "boundary.values", MOST_SURE]])
        | {"raster": {"low": 0, "high": 1}},
    )


def _dots(part: str, name: str, number: int, symbol: str, run: str) -> go.Scatter:
    """The examples of one class of one part."""
    target, x, y = (f"points.{part}.{each}" for each in ("target", "x", "y"))
    return go.Scatter(
        name=escape(name),
        mode="markers",
        marker={"color": colours.hue(number), "size": 6, "symbol": symbol, "line": _edge(symbol)},
        meta=bound(run, "points", x=["where", target, number, x], y=["where", target, number, y]),
        hovertemplate="%{x:.2f}, %{y:.2f}",
    )


def _edge(symbol: str) -> dict[str, Any]:
    return {"width": 1.8} if symbol == "circle-open" else {"width": 0.7, "color": "white"}


def heights(axes: Sequence[str], target: str, run: str = "") -> go.Figure:
    """The empty map of a regression on the plane: one colour scale for the answers and the examples' targets."""
    said = _(
        "Colour of the map: the network's answer at each place. Colour of the dots: the true values, training filled, "
        "validation ringed. Where a dot cannot be seen, the answer is right."
    )
    extent = ["-", "boundary.high", "boundary.low"]
    answers: Binding = ["+", "boundary.low", ["*", extent, ["/", "boundary.values", MOST_SURE]]]
    targets = [f"points.{part}.target" for part, _name, _symbol in PARTS]
    ground = go.Heatmap(
        z=[], coloraxis="coloraxis", colorscale=HEIGHTS, hoverinfo="skip",
        meta=bound(run, "heights", **PLACES, z=answers)
        | {"raster": {"low": ["min", *targets], "high": ["max", *targets]}},
    )  # fmt: skip
    dots = [_heights_of(part, _(called), edge, run) for (part, called, _symbol), edge in zip(PARTS, EDGES, strict=True)]
    chart = figure(
        _("The learned surface: where the answer is high and where low"), _("{feature} (scaled)", feature=axes[0]),
        _("{feature} (scaled)", feature=axes[1]), said, traces=[ground, *dots], height=460, hovermode="closest",
        coloraxis={"colorscale": HEIGHTS, "colorbar": {"title": {"text": escape(target)}, "thickness": 12}},
    )  # fmt: skip
    chart.update_xaxes(showgrid=False, zeroline=False, constrain="domain")
    return chart.update_yaxes(showgrid=False, zeroline=False, scaleanchor="x", constrain="domain")


def _heights_of(part: str, name: str, edge: str, run: str) -> go.Scatter:
    """The examples of one part of a regression, coloured by their true values."""
    target = f"points.{part}.target"
    fill: dict[str, Binding] = {"x": f"points.{part}.x", "y": f"points.{part}.y", "customdata": target}
    return go.Scatter(
        name=name,
        mode="markers",
        marker={"size": 8, "symbol": "circle", "line": {"width": 1, "color": edge}, "coloraxis": "coloraxis"},
        meta=bound(run, "points", **fill, **{"marker.color": target}),
        hovertemplate="%{x:.2f}, %{y:.2f}: %{customdata:.3f}",
    )


PARTS = (("train", N_("training"), "circle"), ("validation", N_("validation"), "circle-open"))
EDGES = ("white", colours.VALIDATION)  # around the dots of each part, where their colour is a value
# From dark to light, so that high and low can be told apart without seeing hues.
HEIGHTS = [[0, "#2b3a67"], [0.25, "#0e8a9b"], [0.5, "#7fb77e"], [0.75, "#e2c044"], [1, "#f7f0c6"]]
