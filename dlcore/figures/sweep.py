"""A score along the axis of a sweep: the mean over seeds, with a band, and every seed as a dot.

What is drawn is small and known to the page: the figure is made with its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure, score_axis
from dlcore.i18n import N_, _
from dlcore.training.scores import METRICS

SAID = N_("Line: the mean over the seeds that have ended; band: ± one standard deviation between them. A dot a seed.")


@dataclass(frozen=True)
class Point:
    """One place of the sweep: the score of each seed, and its run."""

    at: float
    name: str
    scores: Mapping[int, float]
    runs: Mapping[int, str]


def sweep(metric: str, axis: str, points: Sequence[Point]) -> go.Figure:
    """The places from left to right, with the numbers of one metric. `axis`: what is swept, in words."""
    shown = METRICS[metric]
    known = sorted((each for each in points if each.scores), key=lambda each: each.at)
    title = _("Validation {metric} along the sweep: where is it best?", metric=_(shown.noun))
    traces = [_edge(known, -1), _edge(known, 1), _mean(known), *(_dots(each) for each in known)]
    chart = figure(title, axis, _(shown.axis), _(SAID), traces=traces, height=360, showlegend=False,
                   hovermode="closest")  # fmt: skip
    return chart.update_yaxes(**score_axis(shown))


def _edge(points: Sequence[Point], sign: int) -> go.Scatter:
    spread = [stdev(each.scores.values()) if len(each.scores) > 1 else 0.0 for each in points]
    return go.Scatter(
        x=[each.at for each in points],
        y=[fmean(each.scores.values()) + sign * width for each, width in zip(points, spread, strict=True)],
        mode="lines",
        line={"width": 0, "color": colours.VALIDATION},
        fill="tonexty" if sign > 0 else None,
        fillcolor=colours.faint(colours.VALIDATION, 0.18),
        hoverinfo="skip",
        name=_("Mean"),
        meta={"series": "high" if sign > 0 else "low"},
    )


def _mean(points: Sequence[Point]) -> go.Scatter:
    return go.Scatter(
        x=[each.at for each in points],
        y=[fmean(each.scores.values()) for each in points],
        text=[escape(each.name) for each in points],
        mode="lines+markers",
        line={"color": colours.VALIDATION, "width": 3},
        marker={"size": 7},
        name=_("Mean"),
        hovertemplate="%{text}: %{y}",
        meta={"series": "mean"},
    )


def _dots(point: Point) -> go.Scatter:
    seeds = sorted(point.scores)
    return go.Scatter(
        x=[point.at] * len(seeds),
        y=[point.scores[seed] for seed in seeds],
        customdata=[point.runs.get(seed, "") for seed in seeds],
        text=[_("seed {seed}", seed=seed) for seed in seeds],
        mode="markers",
        marker={"size": 6, "color": colours.faint(colours.VALIDATION, 0.6)},
        name=escape(point.name),
        hovertemplate="%{text}: %{y}",
        meta={"series": "seeds"},
    )
