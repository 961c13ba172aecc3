"""A regression's answers beside the truth: a dot an example, on the diagonal where they are the same."""

from __future__ import annotations

from typing import Literal

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import bound
from dlcore.figures.style import figure
from dlcore.i18n import _
from dlcore.training.answers import MOST_POINTS


def predicted(target: str, part: Literal["train", "validation"] = "validation", run: str = "") -> go.Figure:
    """The chart, empty until `predictions` has been probed. target: what is predicted. part: whose examples."""
    said = _(
        "A dot an example of the {part} part ({most} at most), in the target's own units, measured after the epoch "
        "with dropout off. Dotted: where every answer is right.",
        part=_("validation") if part == "validation" else _("training"),
        most=MOST_POINTS,
    )
    both = ("predictions.truth", "predictions.answers")
    ends = ["join", ["min", *both], ["max", *both]]
    diagonal = go.Scatter(
        mode="lines",
        line={"color": colours.QUIET, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
        meta=bound(run, "diagonal", x=ends, y=ends),
    )
    dots = go.Scatter(
        mode="markers",
        marker={"color": colours.VALIDATION if part == "validation" else colours.TRAINING, "size": 6, "opacity": 0.65},
        showlegend=False,
        hovertemplate="%{x:.4~g} → %{y:.4~g}<extra></extra>",
        meta=bound(run, "answers", x=both[0], y=both[1]),
    )
    return figure(
        _("Predicted against true: the closer to the line, the better"), _("true: {target}", target=target),
        _("predicted: {target}", target=target), said, traces=[diagonal, dots], height=420, hovermode="closest",
    )  # fmt: skip
