"""How sure a network is, and whether it may be: calibration, ROC, precision and recall."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import Binding, bound
from dlcore.figures.style import figure
from dlcore.i18n import _

SHARES = {"range": [-0.02, 1.02], "tickformat": ".0%", "zeroline": False}


def calibration(run: str = "") -> go.Figure:
    """The empty reliability diagram, which the probe `calibration` fills."""
    said = _(
        "Examples of the part that judges, in ten bins by the probability given to the answer; dropout off. "
        "On the dotted line, what is said with 80 % is right in 80 % of cases. Bars: how many examples a bin holds."
    )
    counts = go.Bar(
        name=_("examples"), marker={"color": colours.QUIET, "opacity": 0.25}, yaxis="y2", hovertemplate="%{y}",
        meta=bound(run, "examples", x="calibration.confidence", y="calibration.examples"),
    )  # fmt: skip
    line = go.Scatter(
        name=_("share that is right"), mode="lines+markers", line={"color": colours.VALIDATION, "width": 2},
        marker={"size": 7}, hovertemplate="%{x:.1%} → %{y:.1%}",
        meta=bound(run, "right", x="calibration.confidence", y="calibration.right"),
    )  # fmt: skip
    chart = _square(_("Calibration: is it as often right as it is sure?"), _("probability given to the answer"),
                    _("share of answers that are right"), said, [counts, _diagonal(), line])  # fmt: skip
    above = {"overlaying": "y", "side": "right", "showgrid": False, "rangemode": "tozero", "visible": False}
    return chart.update_layout(yaxis2=above)


def roc(name: str, run: str = "") -> go.Figure:
    """The empty ROC curve of the class that is looked for, which the probe `thresholds` fills."""
    said = _(
        "Every threshold for «{name}», from the strictest (bottom left) to the laxest. Dotted: guessing. The area "
        "under the curve is the chance that an example of the class gets a higher score than one that is not.",
        name=name,
    )
    curve = _curve("fpr", "tpr", run)
    return _square(_("ROC: what is found against what is wrongly accused"), _("false positive rate"),
                   _("true positive rate"), said, [_diagonal(), curve])  # fmt: skip


def precision_recall(name: str, run: str = "") -> go.Figure:
    """The empty precision-recall curve, which the probe `thresholds` fills."""
    said = _(
        "Every threshold for «{name}»: of those that are named, how many are right (precision), and how many of all "
        "are found (recall). Dotted: naming everything.",
        name=name,
    )
    share: Binding = "thresholds.positives"
    guess = go.Scatter(
        mode="lines", line=_DOTTED, hoverinfo="skip", showlegend=False,
        meta=bound(run, "chance", x=["join", 0, 1], y=["join", share, share]),
    )  # fmt: skip
    return _square(_("Precision and recall: how many are found, how many of them rightly"), _("recall"),
                   _("precision"), said, [guess, _curve("recall", "precision", run)])  # fmt: skip


_DOTTED = {"color": colours.QUIET, "width": 1.5, "dash": "dot"}


def _diagonal() -> go.Scatter:
    return go.Scatter(x=[0, 1], y=[0, 1], mode="lines", line=_DOTTED, hoverinfo="skip", showlegend=False,
                      meta={"series": "diagonal"})  # fmt: skip


def _curve(x: str, y: str, run: str) -> go.Scatter:
    return go.Scatter(
        mode="lines", line={"color": colours.VALIDATION, "width": 2}, showlegend=False,
        hovertemplate="%{x:.1%} → %{y:.1%}<extra></extra>",
        meta=bound(run, y, x=f"thresholds.{x}", y=f"thresholds.{y}"),
    )  # fmt: skip


def _square(title: str, x: str, y: str, said: str, traces: list[Any]) -> go.Figure:
    chart = figure(title, x, y, said, traces=traces, height=360, hovermode="closest")
    return chart.update_xaxes(**SHARES).update_yaxes(**SHARES)
