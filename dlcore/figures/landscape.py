"""The loss around the final weights as a map of heights, with the way that training took."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from dlcore.figures import colours
from dlcore.figures.bindings import Binding, bound
from dlcore.figures.boundary import HEIGHTS
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _

BANDS = 16  # of the colours: their edges are lines of equal loss
EDGE = "#ffffff"  # of what lies over the map, whatever the page
TITLES = {
    "random": N_("The loss around the final weights: how steep, how wide"),
    "path": N_("The way of training down the loss"),
}
AXES = {
    "random": (N_("random direction 1 (1 = as long as the weights)"), N_("random direction 2")),
    "path": (N_("first principal direction (distance between weights)"), N_("second principal direction")),
}
SAID = {
    "random": N_(
        "Colour: mean loss of examples of the training part in eval mode, in equal ratios. Each filter of a direction "
        "is as long as the network's own (Li et al. 2018); biases stay where they are."
    ),
    "path": N_(
        "Colour: mean loss of examples of the training part in eval mode, in equal ratios, in the plane in which the "
        "recorded weights differ most. They lie beside it: the line is their shadow."
    ),
}


def landscape(mode: str, run: str = "") -> go.Figure:
    """The empty map of a mode of the analysis `landscape`: `random` or `path`.

    `landscape.<mode>` fills it, and `.shown` (x, y, one number each) with the place of the epoch that is shown.
    """
    part = f"landscape.{mode}"
    traces: list[Any] = [_ground(part, run)]
    if mode == "path":
        traces += [_way(part, run, EDGE, 5), _way(part, run, colours.TRAINING, 2.5, _("way of training"))]
        traces.append(_mark(f"{part}.shown", run, "circle", colours.TRAINING, _("epoch shown"), "shown"))
    traces.append(_mark(f"{part}.end", run, "star", colours.BEST, _("final weights"), "best"))
    across, up = AXES[mode]
    chart = figure(_(TITLES[mode]), _(across), _(up), _(SAID[mode]), traces=traces, height=420, hovermode="closest")
    return chart.update_xaxes(showgrid=False, zeroline=False).update_yaxes(showgrid=False, zeroline=False)


def _ground(part: str, run: str) -> go.Heatmap:
    places: dict[str, Binding] = {axis: ["linspace", f"{part}.{axis}", f"{part}.size"] for axis in ("x", "y")}
    marks: dict[str, Binding] = {"colorbar.tickvals": f"{part}.ticks", "colorbar.ticktext": f"{part}.labels"}
    return go.Heatmap(
        z=[],
        zsmooth="best",
        colorscale=bands(),
        colorbar={"title": {"text": escape(_("loss")), "side": "right"}, "thickness": 12},
        hovertemplate="%{x:.2f}, %{y:.2f}: %{customdata:.4g}<extra></extra>",
        meta=bound(run, "map", **places, z=["+", f"{part}.height", 0], customdata=["+", f"{part}.loss", 0], **marks),
    )


def _way(part: str, run: str, colour: str, width: float, name: str = "") -> go.Scatter:
    """The path of the recorded weights: twice, as a line with an edge."""
    return go.Scatter(
        name=escape(name),
        showlegend=bool(name),
        mode="lines+markers" if name else "lines",
        line={"color": colour, "width": width},
        marker={"color": colour, "size": 6, "line": {"width": 1, "color": EDGE}},
        hoverinfo=None if name else "skip",
        hovertemplate=_("epoch {epoch}: loss {loss}", epoch="%{text}", loss="%{customdata:.4g}") + "<extra></extra>"
        if name
        else None,
        meta=bound(run, "way", x=f"{part}.path.x", y=f"{part}.path.y", text=f"{part}.path.epoch",
                   customdata=f"{part}.path.loss"),
    )  # fmt: skip


def _mark(place: str, run: str, symbol: str, colour: str, name: str, series: str) -> go.Scatter:
    return go.Scatter(
        name=escape(name),
        mode="markers",
        marker={"color": colour, "size": 13, "symbol": symbol, "line": {"width": 2, "color": EDGE}},
        hoverinfo="skip",
        meta=bound(run, series, x=f"{place}.x", y=f"{place}.y"),
    )


def bands() -> list[list[Any]]:
    """The scale of heights in bands of one colour each."""
    shades = sample_colorscale(HEIGHTS, [band / (BANDS - 1) for band in range(BANDS)])
    return [[(band + end) / BANDS, shade] for band, shade in enumerate(shades) for end in (0, 1)]
