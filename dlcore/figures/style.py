"""What every chart has: a title that says what to see, axes with units, one hover, and a caption.

A figure carries no background, font or grid colour: the page that shows it adds those of its theme. Its caption,
one sentence on how the numbers were measured, is in `figure.layout.meta["caption"]`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plotly
import plotly.graph_objects as go

from dlcore.training.scores import Metric

HEIGHT = 320  # pixels


def figure(
    title: str, x: str, y: str, caption: str, *, traces: list[Any] | None = None, height: int = HEIGHT, **layout: Any
) -> go.Figure:
    """A figure with this title, axis titles (with units) and caption. Texts may hold anything: they are escaped."""
    return go.Figure(
        data=traces or [],
        layout={
            "title": {"text": escape(title)},
            "xaxis": {"title": {"text": escape(x)}},
            "yaxis": {"title": {"text": escape(y)}},
            "hovermode": "x unified",
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
            "margin": {"l": 56, "r": 12, "t": 56, "b": 44},
            "height": height,
            "uirevision": "kept",  # a zoom outlives new data
            "meta": {"caption": caption},
            "template": "none",
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
        },
    ).update_layout(**layout)


def score_axis(metric: Metric) -> dict[str, str]:
    """How an axis writes the values of a metric: shares in per cent."""
    return {"tickformat": ".1~%", "hoverformat": ".1%"} if metric.share else {"hoverformat": ".4f"}


def caption(chart: go.Figure) -> str:
    """The sentence that says how the chart's numbers were measured."""
    return str(chart.layout.meta["caption"])


def escape(text: str) -> str:
    """Text that plotly shows as it is: `<b>` is no tag, `&lt;` no entity, and no `%{y}` is filled in.

    >>> escape("a < b")
    'a &lt; b'
    """
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain.replace("%{", "%\u200b{")


def digits(value: float | None) -> str:
    """A measured number with the digits that mean something: 0.973, 1.24, 318; an en dash where there is none."""
    if value is None:
        return "–"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.4g}"


def plotly_javascript() -> tuple[str, Path]:
    """(version of the installed plotly package, its plotly.js): what draws these figures in a browser."""
    return plotly.__version__, Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
