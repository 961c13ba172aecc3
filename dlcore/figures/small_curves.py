"""Small multiples: a curve a run as the path of an SVG, all of one score between the same axes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dlcore.training.scores import METRICS

WIDTH, HEIGHT = 100, 40  # units of the picture
MOST_POINTS = 50  # of a path; a picture is hardly wider in pixels

Points = Sequence[tuple[int, float | None]]  # (epoch, score)


@dataclass(frozen=True)
class Axes:
    """What the width and the height of every picture stand for."""

    epochs: int
    low: float
    high: float


def shared_axes(metric: str, curves: Iterable[Points]) -> Axes:
    """Axes that hold all curves of one score: between its own bounds where it has them, else those of the curves."""
    points = [point for curve in curves for point in curve]
    values = [value for _epoch, value in points if value is not None]
    low, high = METRICS[metric].bounds
    if metric == "r2":
        low = max(min([0.0, *values]), -1.0)  # a first epoch may be far below: what is learned would be a line
    low = min(values, default=0.0) if low is None else low
    high = max(values, default=1.0) if high is None else high
    return Axes(max((epoch for epoch, _value in points), default=1) or 1, low, high if high > low else low + 1.0)


def small_curve(curve: Points, axes: Axes) -> str:
    """The `d` of a path in a picture of WIDTH × HEIGHT, its origin at the top left; empty without a point."""
    shown = [(epoch, value) for epoch, value in _thinned(curve) if value is not None]
    places = (f"{WIDTH * epoch / axes.epochs:.1f},{_height(value, axes):.1f}" for epoch, value in shown)
    return "M" + "L".join(places) if shown else ""


def _height(value: float, axes: Axes) -> float:
    share = (value - axes.low) / (axes.high - axes.low)
    return HEIGHT * (1 - min(max(share, 0.0), 1.0))


def _thinned(curve: Points) -> Points:
    stride = -(-len(curve) // MOST_POINTS)
    kept = curve[::stride] if stride > 1 else curve
    return kept if not curve or kept[-1] == curve[-1] else [*kept, curve[-1]]
