"""What is inside a network: the weights, or what each layer gives, one ridge above the other."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import bound
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _

TEXTS = {
    "weights": (
        N_("Weights: which layers learn, and how far they move"),
        N_("weight"),
        N_("The weights of each layer, without biases, after the epoch that is shown."),
    ),
    "activations": (
        N_("Activations: which layers are silent, which are stuck"),
        N_("value that the layer gives"),
        N_("What each layer gave for up to 128 examples of the part that judges, dropout off, after the epoch shown."),
    ),
}
RIDGE = 0.9  # how high a ridge is, in distances between two baselines

Layers = Sequence[tuple[int, str, str]]  # place in the stack (0-based), name, kind


def histograms(what: str, layers: Layers, run: str = "") -> go.Figure:
    """The empty ridges of `weights` or `activations`, the first layer on top; each is as high as its own peak."""
    title, axis, said = TEXTS[what]
    traces = [
        trace
        for row, (place, name, kind) in enumerate(layers)
        for trace in (
            _baseline(what, place, row, run),
            _ridge(what, place, name, kind, row, run),
            _unfinite(what, place, row, run),
        )
    ]
    said = f"{_(said)} {_('Every ridge is scaled to its own peak.')}"
    chart = figure(
        _(title), _(axis), _("layer"), said,
        traces=traces, height=120 + 44 * len(layers), hovermode="closest", showlegend=False,
    )  # fmt: skip
    return chart.update_yaxes(
        tickvals=[-row for row in range(len(layers))],
        ticktext=[escape(f"{place + 1} {name}") for place, name, _kind in layers],
        range=[-len(layers) + 0.8, 1.1],
        showgrid=False,
        zeroline=False,
    )


def _baseline(what: str, place: int, row: int, run: str) -> go.Scatter:
    meta = bound(run, "baseline", x=["join", f"{what}.{place}.low", f"{what}.{place}.high"])
    return go.Scatter(
        y=[-row, -row], mode="lines", line={"width": 0, "color": colours.QUIET}, hoverinfo="skip", meta=meta
    )


def _unfinite(what: str, place: int, row: int, run: str) -> go.Scatter:
    """A word in the colour of trouble where some of the values are no finite numbers: no bin holds those."""
    share = f"{what}.{place}.unfinite"
    return go.Scatter(
        mode="text",
        text=[_("NaN or ∞")],
        textfont={"color": colours.TROUBLE},
        textposition="top right",
        hoverinfo="skip",
        meta=bound(run, "unfinite", x=["only if", share, 0], y=["only if", share, -row]),
    )


def _ridge(what: str, place: int, name: str, kind: str, row: int, run: str) -> go.Scatter:
    histogram = f"{what}.{place}"
    colour = colours.LAYER_KINDS.get(kind, colours.QUIET)
    return go.Scatter(
        mode="lines",
        line={"color": colour, "width": 1.5, "shape": "hvh"},
        fill="tonexty",
        fillcolor=colours.faint(colour, 0.3),
        name=escape(f"{place + 1} {name}"),
        hovertemplate="%{x:.3~g}: %{customdata}",
        meta=bound(
            run,
            "ridge",
            x=["centers", histogram],
            y=["+", -row, ["*", RIDGE, ["heights", histogram]]],
            customdata=f"{histogram}.counts",
        ),
    )
