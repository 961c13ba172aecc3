"""Arms of a study over their epochs: the mean over seeds, with a band, and the gap between training and validation.

What is drawn is small and known to the page: the figure is made with its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import Any

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure, score_axis
from dlcore.i18n import N_, _
from dlcore.training.scores import METRICS

Curve = Mapping[int, float]  # a score by epoch

SAID = N_(
    "Bold: the mean of the validation scores over the seeds; around it ± one standard deviation between seeds. "
    "Thin: the mean of the training scores; the shade between thin and bold is the gap. Drawn over the epochs that all "
    "measured seeds of an arm have. Stars: the best epoch of each seed."
)


@dataclass(frozen=True)
class Band:
    """The curves of one arm, one of each a seed; `best` are (epoch, score) of their best epochs."""

    name: str
    number: int  # of the arm: its hue
    train: Sequence[Curve]
    validation: Sequence[Curve]
    best: Sequence[tuple[int, float]] = field(default=())
    shown: bool = True  # else it waits in the legend


def seed_bands(metric: str, arms: Sequence[Band]) -> go.Figure:
    """The arms with the numbers of one metric."""
    shown = METRICS[metric]
    title = _("{metric} of each arm over its epochs: who ends best, and whose gap stays narrow?", metric=_(shown.name))
    traces = [trace for arm in arms for trace in _arm(arm)]
    chart = figure(title, _("epoch"), _(shown.axis), _(SAID), traces=traces, height=420)
    chart.update_yaxes(**score_axis(shown))
    return chart.update_xaxes(rangemode="tozero", hoverformat=".4~g")


def _arm(arm: Band) -> list[go.Scatter]:
    colour = colours.hue(arm.number)
    train, validation = mean(arm.train), mean(arm.validation)
    spread = deviation(arm.validation)
    low = {epoch: validation[epoch] - each for epoch, each in spread.items()}
    high = {epoch: validation[epoch] + each for epoch, each in spread.items()}
    unseen = {"width": 0, "color": colour}
    common: dict[str, Any] = {"legendgroup": escape(arm.name), "visible": True if arm.shown else "legendonly"}
    quiet = common | {"showlegend": False, "hoverinfo": "skip", "name": escape(arm.name)}
    return [
        _line(low, "low", line=unseen, **quiet),
        _line(high, "high", line=unseen, fill="tonexty", fillcolor=colours.faint(colour, 0.22), **quiet),
        _line(train, "thin", line={"color": colours.faint(colour, 0.55), "width": 1.2}, showlegend=False,
              name=escape(_("{run}, training", run=arm.name)), **common),
        _line(validation, "validation", line={"color": colour, "width": 2.5}, fill="tonexty",
              fillcolor=colours.faint(colour, 0.08), name=escape(arm.name), **common),
        _stars(arm, colour, quiet),
    ]  # fmt: skip


def _line(curve: Curve, series: str, **look: Any) -> go.Scatter:
    return go.Scatter(x=list(curve), y=list(curve.values()), mode="lines", meta={"series": series}, **look)


def _stars(arm: Band, colour: str, look: Mapping[str, Any]) -> go.Scatter:
    return go.Scatter(
        x=[epoch for epoch, _score in arm.best],
        y=[score for _epoch, score in arm.best],
        mode="markers",
        marker={"color": colour, "size": 9, "symbol": "star", "line": {"color": "white", "width": 1}},
        meta={"series": "best"},
        **look,
    )


def mean(curves: Sequence[Curve]) -> dict[int, float]:
    """The mean at every epoch that all of them have.

    >>> mean([{0: 1.0, 1: 0.5}, {0: 3.0}])
    {0: 2.0}
    """
    return {epoch: fmean(curve[epoch] for curve in curves) for epoch in _common(curves)}


def deviation(curves: Sequence[Curve]) -> dict[int, float]:
    """The standard deviation between them, as estimated for more of them, at every epoch that all have.

    >>> deviation([{0: 1.0}, {0: 3.0}])
    {0: 1.4142135623730951}
    """
    return {epoch: stdev(curve[epoch] for curve in curves) for epoch in _common(curves)} if len(curves) > 1 else {}


def _common(curves: Sequence[Curve]) -> list[int]:
    return sorted(set.intersection(*(set(each) for each in curves))) if curves else []
