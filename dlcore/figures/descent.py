"""The loss at each step of a descent, beside the lowest there is."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure
from dlcore.i18n import _


def descent(losses: Sequence[float], lowest: float) -> go.Figure:
    """Losses at step 0, 1, 2, …; a dashed line where the lowest possible loss lies."""
    steps = list(range(len(losses)))
    chart = figure(
        _("The loss falls with every step"), _("step"), _("loss"),
        _("Mean loss of all points before each step of torch.optim.SGD; every step uses all points."),
        height=220, showlegend=False, yaxis_rangemode="tozero",
    )  # fmt: skip
    chart.add_scatter(
        x=steps, y=list(losses), mode="lines", name=escape(_("loss")), line={"color": colours.TRAINING, "width": 2.5}
    )
    chart.add_hline(
        y=lowest,
        line={"color": colours.BEST, "dash": "dash", "width": 1.5},
        annotation={
            "text": escape(_("lowest possible {value}", value=f"{lowest:.3f}")),
            "font": {"color": colours.BEST},
            "yanchor": "bottom",
        },
    )
    return chart
