"""The error along one setting: training and validation, the mean over seeds with a band, and every seed a dot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure
from dlcore.i18n import N_, _

COLOURS = {"training": colours.TRAINING, "validation": colours.VALIDATION}
NAMES = {"training": N_("training"), "validation": N_("validation")}
SAID = N_(
    "Line: the mean over the seeds that have ended, at the end of training; band: ± one standard deviation between "
    "them. A dot a seed; a click opens its run."
)


@dataclass(frozen=True)
class Place:
    """One value of the setting: how it is read, the errors of both parts by seed, and the runs."""

    value: str
    errors: Mapping[str, Mapping[int, float]]  # by part
    runs: Mapping[int, str]


def error_lines(places: Sequence[Place], axis: str, error: str) -> go.Figure:
    """The values from left to right, evenly spaced. `axis`: what is varied; `error`: what is measured."""
    traces = [trace for part in COLOURS for trace in _part(places, part)]
    chart = figure(_("Error along the setting: where does validation part from training?"), axis, error, _(SAID),
                   traces=traces, height=380, hovermode="closest")  # fmt: skip
    ticks = {"tickvals": list(range(len(places))), "ticktext": [escape(each.value) for each in places]}
    return chart.update_xaxes(**ticks, zeroline=False).update_yaxes(rangemode="tozero")


def _part(places: Sequence[Place], part: str) -> list[go.Scatter]:
    known = [(at, each.errors[part]) for at, each in enumerate(places) if each.errors[part]]
    colour, name = COLOURS[part], _(NAMES[part])
    spread = [stdev(each.values()) if len(each) > 1 else 0.0 for _at, each in known]
    means = [fmean(each.values()) for _at, each in known]
    at = [at for at, _each in known]
    edges = [
        go.Scatter(x=at, y=[mean + sign * width for mean, width in zip(means, spread, strict=True)], mode="lines",
                   line={"width": 0, "color": colour}, fill="tonexty" if sign > 0 else None, name=name,
                   fillcolor=colours.faint(colour, 0.15), hoverinfo="skip", showlegend=False, legendgroup=part,
                   meta={"series": f"{part}.{'high' if sign > 0 else 'low'}"})
        for sign in (-1, 1)
    ]  # fmt: skip
    line = go.Scatter(x=at, y=means, mode="lines+markers", line={"color": colour, "width": 3}, name=name,
                      legendgroup=part, hovertemplate="%{y:.4f}", meta={"series": f"{part}.mean"})  # fmt: skip
    seeds = [(at, seed, score, places[at].runs.get(seed, "")) for at, each in known for seed, score in each.items()]
    dots = go.Scatter(
        x=[each[0] for each in seeds], y=[each[2] for each in seeds], customdata=[each[3] for each in seeds],
        text=[_("seed {seed}", seed=each[1]) for each in seeds], mode="markers", name=name, showlegend=False,
        legendgroup=part, marker={"size": 6, "color": colours.faint(colour, 0.55)},
        hovertemplate="%{text}: %{y:.4f}<extra></extra>", meta={"series": f"{part}.seeds"},
    )  # fmt: skip
    return [*edges, line, dots]
