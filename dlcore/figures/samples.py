"""What a data set looks like before anything is learned from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure
from dlcore.i18n import _

GAP = 2  # pixels of paper between two images

Array = np.ndarray[Any, Any]


def scatter(x: Array, y: Array, classes: Sequence[str], axes: Sequence[str]) -> go.Figure:
    """Points of the plane in the colours of their classes. x (N, 2), y (N,) class numbers; units as observed."""
    traces = [
        go.Scatter(
            x=x[y == number, 0], y=x[y == number, 1], mode="markers", name=escape(name),
            marker={"color": colours.hue(number), "size": 5, "opacity": 0.75},
            hovertemplate="%{x:.2f}, %{y:.2f}",
        )
        for number, name in enumerate(classes)
    ]  # fmt: skip
    said = _("The examples of the training part, before scaling.")
    chart = figure("", axes[0], axes[1], said, traces=traces, height=200, hovermode="closest")
    chart.update_layout(
        margin={"l": 44, "r": 8, "t": 8, "b": 36},
        legend={"orientation": "v", "x": 1, "xanchor": "left", "y": 1, "yanchor": "top"},
    )
    chart.update_yaxes(scaleanchor="x", constrain="domain", zeroline=False)
    return chart.update_xaxes(constrain="domain", zeroline=False)


def sounds(sounds: Array, names: Sequence[str]) -> go.Figure:
    """Waves one below the other, each named. Shapes: sounds (N, L), as loud as observed."""
    apart = 2.2 * float(np.abs(sounds).max(initial=1e-9))
    traces = [
        go.Scatter(
            x=np.arange(len(sound)), y=sound - number * apart, mode="lines", name=escape(str(name)),
            line={"color": colours.hue(number), "width": 1.2}, hovertemplate="%{x}",
        )
        for number, (sound, name) in enumerate(zip(sounds, names, strict=True))
    ]  # fmt: skip
    said = _("An example of each class in the training part, before scaling.")
    height = 60 + 34 * len(sounds)
    chart = figure("", _("step"), "", said, traces=traces, height=height, hovermode="closest")
    chart.update_layout(
        margin={"l": 8, "r": 8, "t": 8, "b": 36},
        legend={"orientation": "v", "x": 1, "xanchor": "left", "y": 1, "yanchor": "top"},
    )
    return chart.update_yaxes(showticklabels=False, zeroline=False, showgrid=False)


def balance(classes: Sequence[str], counts: Mapping[str, Sequence[int]]) -> go.Figure:
    """How many examples of each class each part holds: `{"train": [...], "validation": [...], "test": [...]}`."""
    parts = {
        "train": (_("training"), colours.TRAINING),
        "validation": (_("validation"), colours.VALIDATION),
        "test": (_("test"), colours.TEST),
    }
    names = [escape(name) for name in classes]
    traces = [
        go.Bar(x=names, y=list(counts[part]), name=title, marker={"color": colour}, hovertemplate="%{y}")
        for part, (title, colour) in parts.items()
        if any(counts[part])
    ]
    said = _("Examples of each class in each part, counted after the split.")
    chart = figure("", _("class"), _("examples"), said, traces=traces, height=220, barmode="stack")
    return chart.update_layout(margin={"l": 52, "r": 8, "t": 30, "b": 40}).update_xaxes(type="category")


def contact_sheet(images: Array, columns: int, scale: int = 4, ink: str = "#1b2330") -> Array:
    """Images side by side on one sheet, enlarged without blur.

    Shapes: images (N, channels, height, width) of any range -> (height, width, 4) bytes, red, green, blue, opacity.
    One channel is drawn as ink of this colour on no ground, so that the sheet suits a light and a dark page.
    """
    count, channels, height, width = images.shape
    low, high = float(images.min()), float(images.max())
    bright = (images - low) / (high - low or 1.0)
    rows = -(-count // columns)
    sheet = np.zeros((rows * (height * scale + GAP) - GAP, columns * (width * scale + GAP) - GAP, 4))
    for number, image in enumerate(bright):
        top, left = (number // columns) * (height * scale + GAP), (number % columns) * (width * scale + GAP)
        place = sheet[top : top + height * scale, left : left + width * scale]
        large = image.transpose(1, 2, 0).repeat(scale, axis=0).repeat(scale, axis=1)
        place[..., :3] = large[..., :3] if channels >= 3 else [int(ink[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        place[..., 3] = 1.0 if channels >= 3 else large[..., 0]
    return (sheet * 255).round().astype(np.uint8)
