"""k-fold: the same network trained k times, each time judged on another part; a lane each, and their mean."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import Binding, bound
from dlcore.figures.style import escape, figure, score_axis
from dlcore.i18n import N_, _
from dlcore.training.scores import METRICS

TITLES = {
    "loss": N_("Loss of every fold: how much does it depend on who judges?"),
    "accuracy": N_("Accuracy of every fold: how much does it depend on who judges?"),
}


def folds(metric: str, lanes: Sequence[tuple[str, str]]) -> go.Figure:
    """The empty chart of one metric for the folds [(run id, name)]: thin lanes, bold mean, band of ± one deviation."""
    shown = METRICS[metric]
    said = _(
        "Thin: each fold, on the part it held out, measured after the epoch with dropout off. Bold: their mean; "
        "band: plus and minus one standard deviation between folds."
    )
    ids = [run for run, _name in lanes]
    traces = [_lane(run, name, metric, number) for number, (run, name) in enumerate(lanes)]
    traces += [_edge(ids, metric, "low"), _edge(ids, metric, "high"), _mean(ids, metric)]
    chart = figure(_(TITLES.get(metric, shown.title)), _("epoch"), _(shown.axis), said, traces=traces, height=380)
    chart.update_yaxes(**score_axis(shown))
    return chart.update_xaxes(rangemode="tozero", hoverformat=".4~g")


def _lane(run: str, name: str, metric: str, number: int) -> go.Scatter:
    return go.Scatter(
        name=escape(name),
        line={"color": colours.faint(colours.hue(number), 0.6), "width": 1.2},
        mode="lines",
        legendgroup=run,
        meta=bound(run, "validation", x="epochs.epoch", y=f"epochs.validation.{metric}"),
    )


def _edge(runs: list[str], metric: str, series: str) -> go.Scatter:
    return go.Scatter(
        line={"width": 0, "color": colours.VALIDATION},
        mode="lines",
        fill="tonexty" if series == "high" else None,
        fillcolor=colours.faint(colours.VALIDATION, 0.18),
        showlegend=False,
        hoverinfo="skip",
        legendgroup="mean",
        name=_("Mean"),
        meta=bound(runs, series, **_band(metric, 1 if series == "high" else -1)),
    )


def _mean(runs: list[str], metric: str) -> go.Scatter:
    return go.Scatter(
        name=_("Mean"),
        line={"color": colours.VALIDATION, "width": 3},
        mode="lines",
        legendgroup="mean",
        meta=bound(runs, "mean", **_band(metric, 0)),
    )


def _band(metric: str, deviations: int) -> dict[str, Binding]:
    """The folds' mean, and so many standard deviations above it, over the epochs that all have measured."""
    over = ["epochs.epoch", f"epochs.validation.{metric}"]
    return {"x": ["common", *over], "y": ["band", deviations, *over]}
