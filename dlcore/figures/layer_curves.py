"""What probes saw of each layer, over the epochs: a line a layer, from the first (dark) to the last (light)."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlcore.figures.bindings import bound
from dlcore.figures.histograms import Layers
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _

DEPTHS = ("#123c69", "#1d6996", "#38a6a5", "#73af48", "#edad08", "#e17c05", "#cc503e")  # in the order of the layers

TEXTS = {  # what is drawn, by the name of its series: title, axis, what it says
    "gradients.norm": (
        N_("Gradients, layer by layer: do the first layers still learn?"),
        N_("gradient norm"),
        N_("L2 norm of the gradient of the loss with respect to a layer's weights, over up to 128 training examples, "
           "dropout off, at each recorded epoch."),
    ),
    "gradients.moved": (
        N_("Update to weight: how far each layer moves in an epoch"),
        N_("share of its size"),
        N_("‖change of a layer's weights in the epoch‖ / ‖weights before it‖, at each recorded epoch. "
           "Near 0 a layer stands still; near 1 it is made anew."),
    ),
    "activations.silent": (
        N_("Dead ReLUs: which layers lose their units?"),
        N_("share of its units"),
        N_("Share of a layer's units that are zero for every one of up to 128 examples of the part that judges, at "
           "each recorded epoch: such a unit learns nothing from them."),
    ),
    "activations.saturated": (
        N_("Saturated sigmoids and tanhs: which layers are stuck?"),
        N_("share of its outputs"),
        N_("Share of a layer's outputs, for up to 128 examples of the part that judges, within a hundredth of an end "
           "of their range, at each recorded epoch: there the slope is almost 0, and little is learned."),
    ),
}  # fmt: skip


def sizes(series: str, layers: Layers, run: str = "") -> go.Figure:
    """How large something is in each layer, on a logarithmic axis: `gradients.norm` or `gradients.moved`."""
    return _curves(series, layers, run).update_yaxes(type="log", exponentformat="power")


def shares(series: str, layers: Layers, run: str = "") -> go.Figure:
    """Which share of each layer is stuck, from 0 to 100 %: `activations.silent` or `activations.saturated`."""
    return _curves(series, layers, run).update_yaxes(tickformat=".0%", hoverformat=".1%", range=[-0.02, 1.02])


def _curves(series: str, layers: Layers, run: str) -> go.Figure:
    title, axis, said = TEXTS[series]
    probe, _dot, name = series.partition(".")
    traces = _lines(layers, f"{probe}.{{place}}.{name}", run)
    return figure(_(title), _("epoch"), _(axis), _(said), traces=traces)


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
