"""The trials of a search: how they went one after the other, by their settings, and which settings matter.

What is drawn is small and known to the page: the figures are made with their numbers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure, score_axis
from dlcore.i18n import N_, _
from dlcore.training.scores import METRICS

MOST_TRIALS = 15  # that are written along the axis
HISTORY = N_(
    "A dot a trial, by the score of its best epoch; a hollow one was stopped early, at what it had come to. The line "
    "is the best so far. A click opens a trial's run."
)
COORDINATES = N_(
    "A line a trial that came to its end, through the values of its settings to its score; the greener, the better. "
    "Each axis runs from the least value to the largest."
)
OF_RUNS = N_(
    "A line a run, through the values of its settings to the score of its best epoch; the greener, the better. Each "
    "axis runs from the least value to the largest. A box that is drawn over an axis chooses the runs within it, a "
    "click on a dot one run; a double click chooses none."
)
FADED = 0.18  # the opacity of what is not chosen
IMPORTANCES = N_(
    "The share of each setting in how the scores differ, by fANOVA (a random forest fitted to the trials that came to "
    "their end); within the ranges that were searched."
)


@dataclass(frozen=True)
class Dot:
    """One trial: its number, score, settings as they are read, run, and whether it came to its end."""

    number: int
    score: float
    said: str
    run: str
    ended: bool


@dataclass(frozen=True)
class Dimension:
    """One axis of the parallel coordinates: a setting, the values of the trials, whether steps multiply."""

    title: str
    values: Sequence[Any]
    log: bool = False


@dataclass(frozen=True)
class RunLine:
    """One run among parallel coordinates: its id, name and score, and whether it was chosen to stand out."""

    id: str
    name: str
    score: float
    chosen: bool = False


def history(metric: str, dots: Sequence[Dot]) -> go.Figure:
    """The trials in their order, and the best so far."""
    shown = METRICS[metric]
    better = min if shown.lower else max
    ended = [each for each in dots if each.ended]
    so_far = [better(other.score for other in ended[: number + 1]) for number in range(len(ended))]
    line = go.Scatter(
        x=[each.number for each in ended],
        y=so_far,
        mode="lines",
        line={"color": colours.BEST, "width": 2, "shape": "hv"},
        name=_("best so far"),
        hoverinfo="skip",
        meta={"series": "best"},
    )
    traces = [line, _dots(ended, "ended"), _dots([each for each in dots if not each.ended], "early")]
    chart = figure(_("Trials: is the search still finding better ones?"), _("trial"), _(shown.axis), _(HISTORY),
                   traces=traces, hovermode="closest")  # fmt: skip
    last = max((each.number for each in dots), default=0)
    every = max(1, math.ceil((last + 1) / MOST_TRIALS))
    chart.update_xaxes(zeroline=False, range=[-0.5, last + 0.5], dtick=every)
    return chart.update_yaxes(**score_axis(shown))


def _dots(dots: Sequence[Dot], series: str) -> go.Scatter:
    return go.Scatter(
        x=[each.number for each in dots],
        y=[each.score for each in dots],
        text=[escape(each.said) for each in dots],
        customdata=[each.run for each in dots],
        mode="markers",
        marker={"size": 9, "color": colours.VALIDATION, "symbol": "circle" if series == "ended" else "circle-open"},
        name=_("trained to its end") if series == "ended" else _("stopped early"),
        hovertemplate=_("trial {number}", number="%{x}") + ": %{y}<br>%{text}<extra></extra>",
        meta={"series": series},
    )


def coordinates(metric: str, scores: Sequence[float], dimensions: Sequence[Dimension]) -> go.Figure:
    """Parallel coordinates of trials: an axis a setting, the last the score. Drawn as lines, without WebGL."""
    shown = METRICS[metric]
    axes = [*dimensions, Dimension(_(shown.noun), scores)]
    places = [_places(each) for each in axes]
    good = [1 - each if shown.lower else each for each in places[-1]]
    lines = [
        go.Scatter(
            x=list(range(len(axes))),
            y=[each[number] for each in places],
            text=[f"{escape(each.title)}: {escape(_read(each.values[number]))}" for each in axes],
            mode="lines+markers",
            line={"color": colours.faint(colours.BEST, 0.12 + 0.88 * share**3), "width": 2},
            marker={"size": 5},
            name=escape(shown.number(scores[number])),
            hovertemplate="%{text}",
            meta={"series": f"trial {number}"},
        )
        for number, share in enumerate(good)
    ]
    chart = figure(_("Settings of every trial: which values lead to good scores?"), "", "", _(COORDINATES),
                   traces=lines, height=360, showlegend=False, hovermode="closest")  # fmt: skip
    chart.update_xaxes(tickvals=list(range(len(axes))), ticktext=[_end(each) for each in axes], zeroline=False)
    return chart.update_yaxes(showticklabels=False, showgrid=False, zeroline=False, range=[-0.05, 1.05])


def coordinates_of_runs(metric: str, runs: Sequence[RunLine], dimensions: Sequence[Dimension]) -> go.Figure:
    """The same of runs: a box over an axis chooses some. Those stand out, the others fade."""
    chart = coordinates(metric, [each.score for each in runs], dimensions)
    some = any(each.chosen for each in runs)
    for line, run in zip(chart.data, runs, strict=True):
        line.update(name=escape(run.name), customdata=[run.id] * len(line.x))
        if some:
            line.update(opacity=1 if run.chosen else FADED, line={"color": colours.BEST})
    title, said = _("Settings of every run: which values lead to good scores?"), {"caption": _(OF_RUNS), "brush": True}
    chart.update_layout(title={"text": escape(title)}, meta=said, dragmode="select")
    beside = [-0.2, len(dimensions) + 0.2]  # a box over the first axis begins on its left
    chart.update_xaxes(range=beside, fixedrange=True)
    return chart.update_yaxes(fixedrange=True)  # along its edges, too, dragging chooses


def _numbers(axis: Dimension) -> list[float]:
    """Numbers as they are, or by their logarithm; anything else by its place among the values."""
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in axis.values):
        known = list(dict.fromkeys(axis.values))
        return [float(known.index(each)) for each in axis.values]
    return [math.log10(each) if axis.log else float(each) for each in axis.values]


def _places(axis: Dimension) -> list[float]:
    """From 0 at the least value to 1 at the largest."""
    numbers = _numbers(axis)
    low, high = min(numbers), max(numbers)
    return [(each - low) / (high - low) if high > low else 0.5 for each in numbers]


def _end(axis: Dimension) -> str:
    """The title of an axis, with its ends: from below to above."""
    ordered = [
        each for _number, each in sorted(zip(_numbers(axis), axis.values, strict=True), key=lambda pair: pair[0])
    ]
    return f"{escape(axis.title)}<br>{escape(_read(ordered[0]))} … {escape(_read(ordered[-1]))}"


def _read(value: Any) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def importances(shares: Mapping[str, float]) -> go.Figure:
    """A bar a setting, the one that matters most on top."""
    ordered = sorted(shares.items(), key=lambda pair: pair[1])
    bars = go.Bar(
        name=_("share in how scores differ"),
        x=[share for _name, share in ordered],
        y=[escape(name) for name, _share in ordered],
        orientation="h",
        marker={"color": colours.VALIDATION},
        text=[f"{share:.0%}" for _name, share in ordered],
        textposition="auto",
        hovertemplate="%{y}: %{x:.1%}<extra></extra>",
        meta={"series": "importances"},
    )
    chart = figure(_("Which settings matter?"), _("share in how scores differ"), "", _(IMPORTANCES), traces=[bars],
                   height=130 + 34 * len(ordered), hovermode="closest", showlegend=False)  # fmt: skip
    chart.update_layout(margin={"l": 170, "r": 20, "t": 56, "b": 44})
    return chart.update_xaxes(range=[0, 1], tickformat=".0%")
