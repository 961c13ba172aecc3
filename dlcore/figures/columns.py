"""The columns of a table before anything is learned from them: how their values lie, and what is missing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure
from dlcore.i18n import _

Array = np.ndarray[Any, Any]

MOST_BINS = 60
LARGEST_WHOLE = 1e9  # larger whole numbers are amounts, not counts
MOST_CATEGORIES = 30  # of a text column; the rest is one bar
MOST_COLUMNS = 60  # with missing values, the emptiest first
MOST_POINTS = 2_000  # of a scatter


def distribution(column: str, values: Array, classes: Sequence[str] = (), labels: Array | None = None) -> go.Figure:
    """How often which value occurs, as a histogram; values that are missing or not finite are left out and counted.

    `values` (N,) numbers. With `labels` (N,) class numbers and their names, bars are stacked by class.
    """
    numbers = np.asarray(values, float)
    known = np.isfinite(numbers)
    edges = _edges(numbers[known])
    parts = [(None, colours.QUIET, known)] if labels is None else _by_class(classes, labels, known)
    middles, widths = (edges[:-1] + edges[1:]) / 2, np.diff(edges)
    bars = [
        go.Bar(
            x=middles, y=np.histogram(numbers[chosen], edges)[0], width=widths, name=name and escape(name),
            marker={"color": colour, "line": {"width": 0}}, customdata=np.stack([edges[:-1], edges[1:]], axis=1),
            hovertemplate="%{customdata[0]:.4~g} – %{customdata[1]:.4~g}: %{y}",
        )
        for name, colour, chosen in parts
    ]  # fmt: skip
    missing = int((~known).sum())
    said = _(
        "{rows} rows with a value, {missing} without; bins of equal width.", rows=int(known.sum()), missing=missing
    )
    return figure(
        _("{column}: where its values lie", column=column), column, _("rows"), said,
        traces=bars, height=280, barmode="stack", hovermode="closest", showlegend=labels is not None, bargap=0,
    )  # fmt: skip


def _edges(numbers: Array) -> Array:
    """Edges of the bins: a bin for each whole number of a small range, else about √N of equal width."""
    if not len(numbers):
        return np.array([0.0, 1.0])
    low, high = float(numbers.min()), float(numbers.max())
    if high - low <= MOST_BINS and max(-low, high) < LARGEST_WHOLE and np.array_equal(numbers, numbers.round()):
        return np.arange(low, high + 2) - 0.5
    if low == high:
        return np.array([low - abs(low) / 1000, high + abs(high) / 1000])
    return np.linspace(low, high, min(MOST_BINS, math.ceil(math.sqrt(len(numbers)))) + 1)


def _by_class(classes: Sequence[str], labels: Array, known: Array) -> list[tuple[str | None, str, Array]]:
    return [(name, colours.hue(number), known & (labels == number)) for number, name in enumerate(classes)]


def categories(column: str, counts: Mapping[str, int]) -> go.Figure:
    """How often which text occurs in a column, the most frequent first; the rare ones together in one last bar."""
    ranked = sorted(counts.items(), key=lambda each: -each[1])
    shown, rest = ranked[:MOST_CATEGORIES], ranked[MOST_CATEGORIES:]
    names = [escape(name) for name, _count in shown]
    heights = [count for _name, count in shown]
    if rest:
        names.append(escape(_("{count} others", count=len(rest))))
        heights.append(sum(count for _name, count in rest))
    bars = go.Bar(x=heights, y=names, orientation="h", marker={"color": colours.QUIET}, hovertemplate="%{y}: %{x}")
    chart = figure(
        _("{column}: which values it has", column=column), _("rows"), column,
        _("Rows of each value; {count} different values in all.", count=len(ranked)),
        traces=[bars], height=120 + 22 * len(names), hovermode="closest", showlegend=False,
    )  # fmt: skip
    return chart.update_yaxes(type="category", autorange="reversed", automargin=True)


def missing(counts: Mapping[str, int], rows: int) -> go.Figure:
    """How many values are missing in each column that misses any, the emptiest first."""
    ranked = sorted(((name, count) for name, count in counts.items() if count), key=lambda each: -each[1])[
        :MOST_COLUMNS
    ]
    shares = [count / rows for _name, count in ranked]
    bars = go.Bar(
        x=shares, y=[escape(name) for name, _count in ranked], orientation="h", marker={"color": colours.TROUBLE},
        customdata=[count for _name, count in ranked], hovertemplate="%{y}: %{customdata} (%{x:.1%})",
    )  # fmt: skip
    chart = figure(
        _("Missing values: which columns have holes"), _("share of rows"), _("column"),
        _("Counted over all {rows} rows, before any cleaning.", rows=rows),
        traces=[bars], height=120 + 22 * max(1, len(ranked)), hovermode="closest", showlegend=False,
    )  # fmt: skip
    chart.update_xaxes(range=[0, 1], tickformat=".0%")
    return chart.update_yaxes(type="category", autorange="reversed", automargin=True)


def before_and_after(column: str, before: Array, after: Array) -> go.Figure:
    """What a step of cleaning does to a column: two outlines over the same bins. Values (N,), NaN for a gap."""
    known = [np.asarray(each, float)[np.isfinite(each)] for each in (before, after)]
    edges = _edges(np.concatenate(known))
    names, hues = (_("before"), _("after")), (colours.QUIET, colours.hue(0))
    lines = [
        go.Scatter(
            x=np.repeat(edges, 2)[1:-1], y=np.repeat(np.histogram(values, edges)[0], 2), mode="lines",
            name=escape(name), line={"color": hue, "width": 1.5}, fill="tozeroy", fillcolor=colours.faint(hue, 0.18),
        )
        for name, hue, values in zip(names, hues, known, strict=True)
    ]  # fmt: skip
    said = _("{before} values before, {after} after; bins of equal width.", before=len(known[0]), after=len(known[1]))
    return figure(
        _("{column}: before and after this step", column=column), column, _("rows"), said, traces=lines, height=260
    )


def pair(
    names: tuple[str, str], values: tuple[Array, Array], target: str = "", classes: Sequence[str] = (),
    labels: Array | None = None, amounts: Array | None = None,
) -> go.Figure:  # fmt: skip
    """Two columns against each other, a point a row; rows where one of them has no value are left out and counted.

    `values` are two (N,). Points have the colours of `classes` by `labels` (N,) class numbers, or of `amounts` (N,),
    numbers to predict, where there are any; `target` is what those are called. At most `MOST_POINTS`, evenly chosen.
    """
    x, y = (np.asarray(each, float) for each in values)
    known = np.isfinite(x) & np.isfinite(y)
    if amounts is not None:
        known &= np.isfinite(amounts)
    rows = np.flatnonzero(known)
    drawn = np.zeros(len(x), bool)
    drawn[rows[:: max(1, math.ceil(len(rows) / MOST_POINTS))]] = True
    parts: list[tuple[str | None, dict[str, Any], Array]] = [(None, {"color": colours.QUIET}, drawn)]
    if labels is not None:
        parts = [(name, {"color": hue}, chosen) for name, hue, chosen in _by_class(classes, labels, drawn)]
    elif amounts is not None:
        scale: dict[str, Any] = {
            "colorscale": _AMOUNTS,
            "colorbar": {"title": {"text": escape(target), "side": "right"}, "thickness": 12},
        }
        parts = [(None, {"color": np.asarray(amounts, float)[drawn], **scale}, drawn)]
    points = [
        go.Scatter(
            x=x[chosen], y=y[chosen], mode="markers", name=name and escape(name),
            marker={"size": 6, "opacity": 0.7, **look}, hovertemplate="%{x:.4~g}, %{y:.4~g}",
        )
        for name, look, chosen in parts
    ]  # fmt: skip
    said = _("{shown} points for {rows} rows; {missing} rows without one of the values are left out.",
             shown=int(drawn.sum()), rows=len(rows), missing=int((~known).sum()))  # fmt: skip
    title = _("{x} and {y}: do they tell the classes apart?", x=names[0], y=names[1])
    if labels is None:
        title = _("{x} and {y}: what goes with what", x=names[0], y=names[1])
    above = {"l": 56, "r": 12, "t": 84, "b": 44}  # room for the legend beneath the title
    return figure(
        title, *names, said, traces=points, height=420, margin=above, hovermode="closest",
        showlegend=labels is not None,
    )  # fmt: skip


_AMOUNTS = [[0, colours.hue(3)], [0.5, colours.hue(1)], [1, colours.VALIDATION]]  # each is seen on light and on dark
