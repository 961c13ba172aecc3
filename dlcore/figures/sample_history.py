"""What was answered for one example over the epochs; a browser says which classes, and which of them is true."""

from __future__ import annotations

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.bindings import bound
from dlcore.figures.style import figure
from dlcore.i18n import _


def probabilities(count: int, run: str = "") -> go.Figure:
    """An empty chart of so many classes or labels; the arrays `course.0`, … fill it over `series.epoch`."""
    said = _(
        "The probability of each class or label, dropout off, computed from the weights of every recorded epoch. The "
        "strong line is what is true."
    )
    traces = [
        _line(run, str(number), colours.hue(number), "%{y:.1%}", dash="solid" if number < len(colours.HUES) else "dash")
        for number in range(count)
    ]
    title = _("One example over the epochs: when does the network know it?")
    chart = figure(title, _("epoch"), _("probability"), said, traces=traces)
    return chart.update_yaxes(tickformat=".0%", range=[-0.02, 1.02])


def prediction(target: str, run: str = "") -> go.Figure:
    """The same of a regression: `course.0` is what was predicted, `course.true` what is true, in the target's units."""
    said = _("Predicted, dropout off, from the weights of every recorded epoch; beside it the true value.")
    predicted = _line(run, "0", colours.TRAINING, "%{y:.4g}").update(name=_("predicted"), line_width=2.5)
    true = _line(run, "true", colours.BEST, "%{y:.4g}", dash="dash").update(name=_("true value"), mode="lines")
    title = _("One example over the epochs: how near is the network?")
    return figure(title, _("epoch"), target or _("target"), said, traces=[predicted, true])


def _line(run: str, name: str, colour: str, form: str, dash: str = "solid") -> go.Scatter:
    return go.Scatter(
        name=name,
        mode="lines+markers",
        connectgaps=False,
        line={"color": colour, "width": 1.5, "dash": dash},
        marker={"color": colour, "size": 4},
        meta=bound(run, f"course {name}", x="series.epoch", y=f"course.{name}"),
        hovertemplate=form,
    )
