"""What probes saw of each layer, over the epochs: a line a layer, from the first (dark) to the last (light)."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlcore.figures.bindings import bound
from dlcore.figures.histograms import Layers
from dlcore.figures.style import escape, figure
from dlcore.i18n import _

DEPTHS = ("#123c69", "#1d6996", "#38a6a5", "#73af48", "#edad08", "#e17c05", "#cc503e")  # in the order of the layers

SHARES = {"tickformat": ".0%", "hoverformat": ".1%", "range": [-0.02, 1.02]}


def gradient_norms(layers: Layers, run: str = "") -> go.Figure:
    """How strongly each layer is pulled: where the first is pulled far less than the last, gradients vanish."""
    said = _(
        "L2 norm of the gradient of the loss with respect to a layer's weights, over up to 128 training examples, "
        "dropout off, at each recorded epoch."
    )
    chart = figure(
        _("Gradients, layer by layer: do the first layers still learn?"), _("epoch"), _("gradient norm"), said,
        traces=_lines(layers, "gradients.{place}.norm", run),
    )  # fmt: skip
    return chart.update_yaxes(type="log", exponentformat="power")


def moved(layers: Layers, run: str = "") -> go.Figure:
    """How far each layer's weights went in an epoch, as a share of their size."""
    said = _(
        "‖change of a layer's weights in the epoch‖ / ‖weights before it‖, at each recorded epoch. "
        "Near 0 a layer stands still; near 1 it is made anew."
    )
    chart = figure(
        _("Update to weight: how far each layer moves in an epoch"), _("epoch"), _("share of its size"), said,
        traces=_lines(layers, "gradients.{place}.moved", run),
    )  # fmt: skip
    return chart.update_yaxes(type="log", exponentformat="power")


def silent(layers: Layers, run: str = "") -> go.Figure:
    """Which share of each ReLU's units gives nothing, whatever the example."""
    said = _(
        "Share of a layer's units that are zero for every one of up to 128 examples of the part that judges, at each "
        "recorded epoch: such a unit learns nothing from them."
    )
    chart = figure(
        _("Dead ReLUs: which layers lose their units?"), _("epoch"), _("share of its units"), said,
        traces=_lines(layers, "activations.{place}.silent", run),
    )  # fmt: skip
    return chart.update_yaxes(**SHARES)


def saturated(layers: Layers, run: str = "") -> go.Figure:
    """Which share of what each sigmoid and tanh gives lies at an end of its range."""
    said = _(
        "Share of a layer's outputs, for up to 128 examples of the part that judges, within a hundredth of an end of "
        "their range, at each recorded epoch: there the slope is almost 0, and little is learned."
    )
    chart = figure(
        _("Saturated sigmoids and tanhs: which layers are stuck?"), _("epoch"), _("share of its outputs"), said,
        traces=_lines(layers, "activations.{place}.saturated", run),
    )  # fmt: skip
    return chart.update_yaxes(**SHARES)


def _lines(layers: Layers, name: str, run: str) -> list[go.Scatter]:
    return [
        go.Scatter(
            name=escape(f"{place + 1} {layer}"),
            mode="lines+markers",
            connectgaps=False,
            line={"color": hue, "width": 2},
            marker={"color": hue, "size": 4},
            meta=bound(run, f"layer {place}", x="series.epoch", y=f"series.{name.format(place=place)}"),
        )
        for (place, layer, _kind), hue in zip(layers, depths(len(layers)), strict=True)
    ]


def depths(count: int) -> Sequence[str]:
    """A hue a layer, evenly spread over the scale."""
    last = max(1, count - 1)
    return [DEPTHS[round(number / last * (len(DEPTHS) - 1))] for number in range(count)]
