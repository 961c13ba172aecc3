"""k-fold: the same network trained k times, each time judged on another part; a lane each, and their mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.names import METRICS
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _
from dlcore.training.history import History, value

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
    chart.update_yaxes(**({"tickformat": ".1~%", "hoverformat": ".1%"} if shown.share else {"hoverformat": ".4f"}))
    return chart.update_xaxes(rangemode="tozero", hoverformat=".4~g")


def _lane(run: str, name: str, metric: str, number: int) -> go.Scatter:
    return go.Scatter(
        name=escape(name),
        line={"color": colours.faint(colours.hue(number), 0.6), "width": 1.2},
        mode="lines",
        legendgroup=run,
        meta={"run": run, "series": "validation", "metric": metric},
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
        meta={"runs": runs, "series": series, "metric": metric},
    )


def _mean(runs: list[str], metric: str) -> go.Scatter:
    return go.Scatter(
        name=_("Mean"),
        line={"color": colours.VALIDATION, "width": 3},
        mode="lines",
        legendgroup="mean",
        meta={"runs": runs, "series": "mean", "metric": metric},
    )


def fill_folds(chart: go.Figure, histories: dict[str, History]) -> go.Figure:
    """The same chart with the numbers of these runs, by id."""
    filled = go.Figure(chart)
    for trace in filled.data:
        series, metric = trace.meta["series"], trace.meta["metric"]
        if series == "validation":
            kept = histories[trace.meta["run"]].epochs.kept
            trace.x = [each.epoch for each in kept]
            trace.y = [value(each.validation, metric) for each in kept]
        else:
            epochs, mean, spread = across([histories[run] for run in trace.meta["runs"]], metric)
            trace.x = epochs
            trace.y = mean + {"low": -spread, "mean": 0 * spread, "high": spread}[series]
    return filled


def across(histories: Sequence[History], metric: str) -> tuple[list[int], np.ndarray, np.ndarray]:
    """(epochs that every fold has measured, mean over the folds, standard deviation of these folds).

    Shapes: both (epochs,).
    """
    tables = [
        {each.epoch: value(each.validation, metric) for each in history.epochs.kept if each.validation is not None}
        for history in histories
    ]
    shared = sorted(set.intersection(*map(set, tables))) if tables else []
    complete = [epoch for epoch in shared if all(table[epoch] is not None for table in tables)]
    scores = np.array([[table[epoch] for epoch in complete] for table in tables], float)  # (folds, epochs)
    if not complete:
        return [], np.zeros(0), np.zeros(0)
    return complete, scores.mean(axis=0), scores.std(axis=0)
