"""A regression's answers beside the truth: a dot an example, on the diagonal where they are the same."""

from __future__ import annotations

from typing import Any, Literal

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import bound
from dlcore.figures.style import figure
from dlcore.i18n import _

Part = Literal["train", "validation"]
BOTH = ("predictions.truth", "predictions.answers")


def predicted(target: str, part: Part = "validation", run: str = "", most: int = 0) -> go.Figure:
    """The chart, empty until `predictions` has been probed. target: what is predicted. part: whose examples, of which
    at most so many are shown.
    """
    said = _(
        "A dot an example of the {part} part ({most} at most), in the target's own units, measured after the epoch "
        "with dropout off. Dotted: where every answer is right.",
        part=_("validation") if part == "validation" else _("training"),
        most=most,
    )
    ends = ["join", ["min", *BOTH], ["max", *BOTH]]
    diagonal = go.Scatter(
        mode="lines",
        line={"color": colours.QUIET, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
        meta=bound(run, "diagonal", x=ends, y=ends),
    )
    dots = _dots(part, "%{x:.4~g} → %{y:.4~g}", bound(run, "answers", x=BOTH[0], y=BOTH[1]))
    return figure(
        _("Predicted against true: the closer to the line, the better"), _("true: {target}", target=target),
        _("predicted: {target}", target=target), said, traces=[diagonal, dots], height=420, hovermode="closest",
    )  # fmt: skip


def residuals(target: str, part: Part = "validation", run: str = "") -> go.Figure:
    """What is left over: answer − truth, over the answer. A pattern in it is something the network has not learned."""
    said = _(
        "The same examples: the answer minus the true value, over the answer. Without a pattern around 0, nothing that "
        "a function of these inputs could still explain is easily seen."
    )
    zero = go.Scatter(
        mode="lines",
        line={"color": colours.QUIET, "width": 1.5, "dash": "dot"},
        hoverinfo="skip",
        showlegend=False,
        meta=bound(run, "zero", x=["join", ["min", BOTH[1]], ["max", BOTH[1]]], y=["join", 0, 0]),
    )
    dots = _dots(part, "%{x:.4~g}: %{y:+.4~g}", bound(run, "residuals", x=BOTH[1], y=["-", BOTH[1], BOTH[0]]))
    return figure(
        _("Residuals: what the answers miss"), _("predicted: {target}", target=target),
        _("predicted − true: {target}", target=target), said, traces=[zero, dots], height=420, hovermode="closest",
    )  # fmt: skip


def _dots(part: Part, hover: str, meta: dict[str, Any]) -> go.Scatter:
    return go.Scatter(
        mode="markers",
        marker={"color": colours.VALIDATION if part == "validation" else colours.TRAINING, "size": 6, "opacity": 0.65},
        showlegend=False,
        hovertemplate=f"{hover}<extra></extra>",
        meta=meta,
    )
