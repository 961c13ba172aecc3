"""How the numbers of a layer are spread, over the epochs: a line in the middle, and bands around it."""

from __future__ import annotations

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import Binding, bound
from dlcore.figures.histograms import Layers
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _

TEXTS = {
    "weights": (
        N_("Weights over the epochs: do they spread, or stand still?"),
        N_("weight"),
        N_("Quantiles of the layer's weights, without biases, at each recorded epoch: half of all lie in the inner "
           "band, nine in ten in the outer one."),
    ),
    "activations": (
        N_("Activations over the epochs: do they spread, shrink or die?"),
        N_("value that the layer gives"),
        N_("Quantiles of what the layer gave for up to 128 examples of the part that judges, dropout off, at each "
           "recorded epoch: half of all lie in the inner band, nine in ten in the outer one."),
    ),
}  # fmt: skip
BANDS = ((5, 95, 0.16), (25, 75, 0.32))  # from which to which percentile, and how opaque


def fans(what: str, layers: Layers, run: str = "") -> list[go.Figure]:
    """The empty fans of `weights` or `activations`, one a layer, of which one is looked at at a time."""
    return [_fan(what, layer, run) for layer in layers]


def _fan(what: str, layer: tuple[int, str, str], run: str) -> go.Figure:
    place, name, kind = layer
    title, axis, said = TEXTS[what]
    colour, numbers = colours.LAYER_KINDS.get(kind, colours.QUIET), f"series.{what}.{place}"
    traces = [trace for band in BANDS for trace in _band(numbers, *band, colour, run)]
    traces += [_middle(numbers, colour, run), _unfinite(numbers, run)]
    said = f"{_(said)} {_('A red cross: NaN or ∞ was among them.')}"
    chart = figure(_(title), _("epoch"), _(axis), said, traces=traces)
    choice = {"of": f"{what} over epochs", "label": f"{place + 1} {name}"}
    return chart.update_layout(meta={**chart.layout.meta, "choice": choice})


def _band(numbers: str, low: int, high: int, opacity: float, colour: str, run: str) -> list[go.Scatter]:
    """Its lower end, which nobody sees, and its upper one, filled down to that."""
    edge = {"width": 0, "color": colours.faint(colour, 2 * opacity)}  # its colour is that of the band in the legend
    lower, upper = (_line(numbers, end, edge, run) for end in (low, high))
    lower.update(showlegend=False)
    upper.update(
        name=_("{low} to {high} %", low=low, high=high), fill="tonexty", fillcolor=colours.faint(colour, opacity)
    )
    return [lower, upper]


def _middle(numbers: str, colour: str, run: str) -> go.Scatter:
    return _line(numbers, 50, {"width": 2, "color": colour}, run).update(name=_("median"))


def _line(numbers: str, percent: int, line: dict[str, object], run: str) -> go.Scatter:
    return go.Scatter(
        name=f"{percent} %",
        mode="lines",
        line=line,
        connectgaps=False,
        hovertemplate=f"%{{y:.3~g}}<extra>{percent} %</extra>",
        meta=bound(run, f"{percent} %", x="series.epoch", y=f"{numbers}.q{percent}"),
    )


def _unfinite(numbers: str, run: str) -> go.Scatter:
    """A cross on the axis wherever some of the numbers are not finite: no quantile knows of those."""
    share = f"{numbers}.unfinite"
    at_zero: Binding = ["*", ["/", share, share], 0]  # 0 / 0 is a gap
    return go.Scatter(
        name=escape(_("NaN or ∞")),
        mode="markers",
        showlegend=False,
        marker={"color": colours.TROUBLE, "symbol": "x", "size": 8},
        hovertemplate="%{customdata:.1%}",
        meta=bound(run, "unfinite", x="series.epoch", y=at_zero, customdata=share),
    )
