"""Arms of a study against the first one: every seed a dot, the interval of the mean a bar.

What is drawn is small and known to the page: the figure is made with its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure, score_axis
from dlcore.i18n import N_, _
from dlcore.studies import Study, sentences
from dlcore.studies.results import ArmResult, Result, scores_of
from dlcore.training.scores import METRICS

ROW = 44  # pixels an arm
AROUND = 110  # pixels above and below the arms
WIDEST = 26  # signs of an arm's name in a line
SAID = N_(
    "One dot a seed: the arm's score minus that of the first arm with the same seed, which has the same rows, first "
    "weights and order. The diamond is their mean, the bar its 95 % interval (Student's t of the paired differences)."
)


# Short, for a phone: the title names the score.
BETTER = {True: N_("difference (less is better)"), False: N_("difference (more is better)")}


@dataclass(frozen=True)
class Row:
    """One arm as it is drawn. `runs` names the run of each seed; `colour` says what was found."""

    name: str
    differences: Mapping[int, float]  # by seed, arm minus first arm
    runs: Mapping[int, str]
    interval: tuple[float, float] | None
    mean: float | None
    colour: str
    word: str


def differences(metric: str, first: str, rows: Sequence[Row]) -> go.Figure:
    """The arms from top to bottom, with the numbers of one metric. `first`: the arm with which they are compared."""
    shown = METRICS[metric]
    title = _("Validation {metric}: every seed of every arm beside “{arm}”", metric=_(shown.noun), arm=first)
    height = AROUND + ROW * max(1, len(rows))
    chart = figure(title, _(BETTER[shown.lower]), _("arm"), _(SAID), traces=_traces(rows), height=height,
                   showlegend=False, hovermode="closest")  # fmt: skip
    places = list(range(len(rows)))
    chart.update_yaxes(
        tickvals=places, ticktext=[_in_lines(row.name) for row in rows], range=[len(rows) - 0.5, -0.5],
        showgrid=False, zeroline=False, fixedrange=True,
    )  # fmt: skip
    chart.update_xaxes(zeroline=False, **_signed(metric))
    chart.add_shape(type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": colours.QUIET, "dash": "dot"})
    return chart


def _signed(metric: str) -> dict[str, str]:
    """How the axis writes differences: with their sign."""
    return {name: f"+{form}" for name, form in score_axis(METRICS[metric]).items()}


def _traces(rows: Sequence[Row]) -> list[go.Scatter]:
    return [trace for place, row in enumerate(rows) for trace in (_bar(place, row), _dots(place, row))]


def _bar(place: int, row: Row) -> go.Scatter:
    low, high = row.interval or (None, None)
    mean = [] if row.mean is None else [row.mean]
    return go.Scatter(
        x=[low, *mean, high] if row.interval else mean,
        y=[place] * (len(mean) + 2 * bool(row.interval)),
        mode="lines+markers",
        line={"color": row.colour, "width": 3},
        marker={
            "symbol": ["line-ns", "diamond", "line-ns"] if row.interval else ["diamond"],
            "size": 12,
            "color": row.colour,
            "line": {"color": row.colour, "width": 2},
        },
        name=escape(f"{row.name}: {row.word}" if row.word else row.name),
        hovertemplate="%{x}",
        meta={"series": "interval"},
    )


def _dots(place: int, row: Row) -> go.Scatter:
    """The seeds, a little above and below the line, so that two that are alike are two."""
    seeds = sorted(row.differences)
    offsets = [0.22 + 0.12 * (number % 2) for number, _seed in enumerate(seeds)]
    return go.Scatter(
        x=[row.differences[seed] for seed in seeds],
        y=[place + each for each in offsets],
        customdata=[row.runs.get(seed, "") for seed in seeds],
        text=[_("seed {seed}", seed=seed) for seed in seeds],
        mode="markers",
        marker={"size": 9, "color": colours.faint(row.colour, 0.65), "line": {"color": row.colour, "width": 1}},
        name=escape(row.name),
        hovertemplate="%{text}: %{x}",
        meta={"series": "seeds"},
    )


def _in_lines(name: str) -> str:
    """A long name in lines that leave room for the picture."""
    lines: list[str] = []
    for word in escape(name).split(" "):
        if lines and len(lines[-1]) + len(word) < WIDEST:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "<br>".join(lines)


def row_of(study: Study, results: Sequence[Result], line: ArmResult, runs: Mapping[int, str] | None = None) -> Row:
    """An arm that was judged, against the first one. runs: of each seed, where a dot leads to its run."""
    base = scores_of(study, [each for each in results if each.arm == 0], line.metric)
    found = line.verdict
    assert found is not None
    return Row(
        name=str(line.arm.name),
        differences={seed: score - base[seed] for seed, score in line.scores.items() if seed in base},
        runs=runs or {},
        interval=None if found.low is None or found.high is None else (found.low, found.high),
        mean=found.difference,
        colour=colour_of(found.word),
        word=sentences.word(line),
    )


def colour_of(word: str) -> str:
    """The colour of what was found: green helped, red hurt, orange leaning, grey nothing."""
    known: dict[str, Any] = {"helped": colours.BEST, "hurt": colours.TROUBLE, "leaning": colours.HUES[2]}
    return str(known.get(word, colours.QUIET))
