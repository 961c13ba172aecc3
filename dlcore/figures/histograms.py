"""What is inside a network: the weights, gradients or activations of each layer, one ridge above the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _

TITLES = {
    "weights": N_("Weights: how far they have moved from where they began"),
    "gradients": N_("Gradients: which layers still hear what went wrong"),
    "activations": N_("Activations: which layers are silent, which are stuck"),
}
AXES = {
    "weights": N_("weight"),
    "gradients": N_("gradient of the loss"),
    "activations": N_("value that the layer gives"),
}
OVERLAP = 0.9  # how high a ridge is, in distances between two baselines


@dataclass(frozen=True)
class LayerHistogram:
    """The values of one layer, counted: `edges` has one more than `counts`."""

    name: str  # "2 Linear"
    kind: str  # as `Layer.kind`: its hue
    edges: Sequence[float]
    counts: Sequence[int]


def histograms(what: str, layers: Sequence[LayerHistogram], epoch: int) -> go.Figure:
    """Ridges of `weights`, `gradients` or `activations`, the first layer on top; each as high as its own peak."""
    ridges = [
        trace
        for place, layer in enumerate(layers)
        for trace in (_baseline(layer, place), _ridge(layer, place))
    ]  # fmt: skip
    said = _(
        "All values of each layer after epoch {epoch}, counted in bins of equal width; every ridge is scaled to its "
        "own peak.",
        epoch=epoch,
    )
    chart = figure(
        _(TITLES[what]), _(AXES[what]), _("layer"), said,
        traces=ridges, height=120 + 46 * len(layers), hovermode="closest", showlegend=False,
    )  # fmt: skip
    return chart.update_yaxes(
        tickvals=[-place for place in range(len(layers))],
        ticktext=[escape(layer.name) for layer in layers],
        range=[-len(layers) + 0.8, 1.1],
        showgrid=False,
        zeroline=False,
        automargin=True,
    )


def _baseline(layer: LayerHistogram, place: int) -> go.Scatter:
    ends = [layer.edges[0], layer.edges[-1]]
    return go.Scatter(x=ends, y=[-place, -place], mode="lines", line={"width": 0}, hoverinfo="skip")


def _ridge(layer: LayerHistogram, place: int) -> go.Scatter:
    middles = [(low + high) / 2 for low, high in zip(layer.edges[:-1], layer.edges[1:], strict=True)]
    peak = max(layer.counts, default=0) or 1
    colour = colours.LAYER_KINDS.get(layer.kind, colours.QUIET)
    return go.Scatter(
        x=middles,
        y=[-place + OVERLAP * count / peak for count in layer.counts],
        mode="lines",
        line={"color": colour, "width": 1.5, "shape": "hvh"},
        fill="tonexty",
        fillcolor=colours.faint(colour, 0.3),
        name=escape(layer.name),
        customdata=list(layer.counts),
        hovertemplate="%{x:.3~g}: %{customdata}",
    )
