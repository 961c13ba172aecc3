"""A regression's answers beside the truth: a dot an example, on the diagonal where they are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import figure
from dlcore.i18n import _
from dlcore.training.answers import MOST_POINTS


def predicted(target: str, part: Literal["train", "validation"] = "validation", run: str = "") -> go.Figure:
    """The empty chart; a `Probed("predictions", …)` fills it. target: what is predicted. part: whose examples."""
    said = _(
        "A dot an example of the {part} part ({most} at most), in the target's own units, measured after the epoch "
        "with dropout off. Dotted: where every answer is right.",
        part=_("validation") if part == "validation" else _("training"),
        most=MOST_POINTS,
    )
    diagonal = go.Scatter(
        mode="lines",
        line={"color": colours.QUIET, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
        meta={"run": run, "series": "diagonal", "metric": "predictions"},
    )
    dots = go.Scatter(
        mode="markers",
        marker={"color": colours.VALIDATION if part == "validation" else colours.TRAINING, "size": 6, "opacity": 0.65},
        showlegend=False,
        hovertemplate="%{x:.4~g} → %{y:.4~g}<extra></extra>",
        meta={"run": run, "series": "answers", "metric": "predictions"},
    )
    return figure(
        _("Predicted against true: the closer to the line, the better"), _("true: {target}", target=target),
        _("predicted: {target}", target=target), said, traces=[diagonal, dots], height=420, hovermode="closest",
    )  # fmt: skip


def fill_predicted(chart: go.Figure, probe: Mapping[str, Sequence[float]]) -> go.Figure:
    """The same chart with the values of a `Probed("predictions", …)` event."""
    filled = go.Figure(chart)
    truth, answers = probe["truth"], probe["answers"]
    everything = [*truth, *answers]
    for trace in filled.data:
        if trace.meta["series"] == "answers":
            trace.x, trace.y = truth, answers
        elif everything:
            trace.x = trace.y = [min(everything), max(everything)]
    return filled
