"""Optimizers racing: the loss against epochs and against seconds, and their ways on a slice of the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.landscape import EDGE, bands
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _

AXES = {"epochs": N_("epoch"), "seconds": N_("seconds of training")}
TITLES = {
    "epochs": N_("Who gets lower in as many epochs?"),
    "seconds": N_("Who gets lower in the same time?"),
}


@dataclass(frozen=True)
class Lane:
    """One optimizer: its place among the arms, and the training loss of one seed by epoch and by seconds."""

    name: str
    number: int
    epochs: Sequence[float]
    seconds: Sequence[float]
    loss: Sequence[float]


def lanes(along: str, found: Sequence[Lane]) -> go.Figure:
    """The training loss of all optimizers along `epochs` or `seconds`, on shared axes, the loss logarithmic."""
    said = _(
        "The training loss after each epoch, measured with dropout off, of the first seed: all began with the same "
        "weights and saw the same batches. Seconds are those of this machine, with whatever else it did."
    )
    chart = figure(_(TITLES[along]), _(AXES[along]), _("training loss (logarithmic)"), said,
                   traces=[_lane(along, each) for each in found], height=380, hovermode="closest")  # fmt: skip
    positive = all(value > 0 for lane in found for value in lane.loss)
    return chart.update_yaxes(type="log" if positive else "linear").update_xaxes(rangemode="tozero")


def _lane(along: str, lane: Lane) -> go.Scatter:
    return go.Scatter(
        x=list(getattr(lane, along)), y=list(lane.loss), mode="lines", name=escape(lane.name),
        line={"color": colours.hue(lane.number), "width": 2}, hovertemplate="%{x:.4~g}: %{y:.4g}",
        meta={"series": f"arm {lane.number}"},
    )  # fmt: skip


def ways(found: Mapping[str, Any], names: Sequence[tuple[int, str]]) -> go.Figure:
    """The ways of the optimizers over the loss; `names` are (place among the arms, name) in the order of the paths."""
    across, up = found["axes"] or (_("first direction"), _("second direction"))
    if found["axes"]:
        said = _("The training loss for every value of the two parameters, and the way of each optimizer from the same "
                 "first weights (circle) to where it ended (star).")  # fmt: skip
    else:
        said = _("A slice of the training loss along the two directions in which all recorded weights differ most: "
                 "{share} of what they moved lies in it. Away from the slice the loss is another, so that a way may "
                 "seem to climb.", share=f"{min(1.0, sum(found['shares'])):.0%}")  # fmt: skip
    traces: list[Any] = [_ground(found)]
    traces += [_way(path, *name) for path, name in zip(found["paths"], names, strict=True)]
    chart = figure(
        _("Which way does each take down?"), across, up, said, traces=traces, height=480, hovermode="closest"
    )
    return chart.update_xaxes(showgrid=False, zeroline=False).update_yaxes(showgrid=False, zeroline=False)


def _ground(found: Mapping[str, Any]) -> go.Heatmap:
    size = found["size"]
    across, up = (np.linspace(low, high, size).tolist() for low, high in (found["x"], found["y"]))
    return go.Heatmap(
        x=across, y=up, z=np.asarray(found["height"]).tolist(), customdata=np.asarray(found["loss"]).tolist(),
        zsmooth="best", colorscale=bands(),
        colorbar={"title": {"text": escape(_("loss")), "side": "right"}, "thickness": 12,
                  "tickvals": found["ticks"], "ticktext": found["labels"]},
        hovertemplate="%{x:.2f}, %{y:.2f}: %{customdata:.4g}", name="", meta={"series": "map"},
    )  # fmt: skip


def _way(path: Mapping[str, Any], number: int, name: str) -> go.Scatter:
    count = len(path["x"])
    symbols = ["circle-open", *["circle"] * (count - 2), "star"][-count:]
    return go.Scatter(
        x=path["x"], y=path["y"], mode="lines+markers", name=escape(name),
        line={"color": colours.hue(number), "width": 2},
        marker={"color": colours.hue(number), "size": [10, *[5] * (count - 2), 14][-count:], "symbol": symbols,
                "line": {"width": 1, "color": EDGE}},
        text=[_("epoch {epoch}: loss {loss}", epoch=epoch, loss=f"{loss:.4g}")
              for epoch, loss in zip(path["epoch"], path["loss"], strict=True)],
        hovertemplate="%{text}", meta={"series": f"arm {number}"},
    )  # fmt: skip
