"""Where chance comes from: the variance of a score by its parts, beside the whole."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import figure
from dlcore.i18n import N_, _
from dlcore.studies.variance import VariancePart
from dlcore.training.scores import METRICS

NAMES = {
    "everything": N_("Everything together"),
    "split": N_("The split"),
    "weights": N_("The first weights"),
    "order": N_("The order"),
}
COLOURS = {"everything": colours.QUIET, "split": colours.HUES[0], "weights": colours.HUES[1], "order": colours.HUES[2]}


def variances(metric: str, found: Sequence[VariancePart]) -> go.Figure:
    """Two bars: the parts, each varied alone, end to end; and everything varied together."""
    said = _("The variance of the validation {metric} between seeds. Above: only the split, only the first weights, "
             "only the order drawn anew, end to end. Below: everything drawn anew. Parts that do not meddle with one "
             "another would add up to the whole.", metric=_(METRICS[metric].noun))  # fmt: skip
    chart = figure(
        _("Where does chance come from?"), _("variance of the {metric}", metric=_(METRICS[metric].noun)), "", said,
        traces=[_bar(each) for each in found], height=240, barmode="stack", hovermode="closest",
    )  # fmt: skip
    order = [_("one at a time"), _("together")]
    return chart.update_yaxes(categoryorder="array", categoryarray=order[::-1], automargin=True, title={"text": ""})


def _bar(part: VariancePart) -> go.Bar:
    whole = part.name == "everything"
    return go.Bar(
        x=[part.variance],
        y=[_("together") if whole else _("one at a time")],
        orientation="h",
        name=_(NAMES[part.name]),
        marker={"color": COLOURS[part.name]},
        text=[f"{part.low:.3g} … {part.high:.3g}"],
        textposition="none",
        hovertemplate=f"{_(NAMES[part.name])}: %{{x:.3g}} (%{{text}})",
        meta={"series": part.name},
    )
