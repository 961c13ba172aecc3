"""A decision tree drawn: a box a question, its answers to the left (yes) and to the right (no)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import plotly.graph_objects as go

from dlcore.baselines.tree import Node, said
from dlcore.figures import colours
from dlcore.figures.style import escape, figure
from dlcore.i18n import _

LEVEL = 92  # pixels from a question to the next
BOX = 0.24  # of that, from the middle of a box to its edge
WIDEST = 20  # signs of a line in a box


@dataclass(frozen=True)
class Placed:
    """A node at its place: x in units of leaves, from the left; y is minus its level."""

    node: Node
    x: float
    y: float
    children: tuple[Placed, ...] = ()


def tree(root: Node) -> go.Figure:
    """The questions and answers of the upper levels, thresholds in the units of the data."""
    placed = _placed(root, 0.0, 0)[0]
    nodes = list(_walk(placed))
    levels = 1 + int(-min(each.y for each in nodes))
    caption = _("Left: the condition holds; right: it does not. Below an answer, how many of the training rows that "
                "came there it is true of.")  # fmt: skip
    chart = figure(
        _("The questions of the decision tree"), "", "", caption, traces=[_lines(nodes), _boxes(nodes)],
        height=90 + LEVEL * levels, hovermode="closest", showlegend=False,
    )  # fmt: skip
    for each in nodes:
        chart.add_annotation(_label(each))
    leaves = max(each.x for each in nodes)
    chart.update_xaxes(visible=False, range=[-0.6, leaves + 0.6], fixedrange=False)
    chart.update_yaxes(visible=False, range=[-levels + 0.45, 0.55], fixedrange=True)
    return chart.update_layout(margin={"l": 4, "r": 4, "t": 56, "b": 8})


def _placed(node: Node, left: float, level: int) -> tuple[Placed, float]:
    """(the node with all below it, where the next leaf to the right stands)."""
    if node.left is None or node.right is None:
        return Placed(node, left, -level), left + 1
    first, after = _placed(node.left, left, level + 1)
    second, after = _placed(node.right, after, level + 1)
    return Placed(node, (first.x + second.x) / 2, -level, (first, second)), after


def _walk(placed: Placed) -> Iterator[Placed]:
    yield placed
    for child in placed.children:
        yield from _walk(child)


def _lines(nodes: list[Placed]) -> go.Scatter:
    """From each question to what follows."""
    x: list[float | None] = []
    y: list[float | None] = []
    for each in nodes:
        for child in each.children:
            x += [each.x, child.x, None]
            y += [each.y - BOX, child.y + BOX, None]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": colours.QUIET, "width": 1.2}, hoverinfo="skip",
                      meta={"series": "lines"})  # fmt: skip


def _boxes(nodes: list[Placed]) -> go.Scatter:
    """What a pointer finds: the whole of what a box says in short."""
    return go.Scatter(
        x=[each.x for each in nodes], y=[each.y for each in nodes], mode="markers",
        marker={"size": 30, "opacity": 0},
        text=[_told(each.node) for each in nodes], hovertemplate="%{text}", name="", meta={"series": "nodes"},
    )  # fmt: skip


def _told(node: Node) -> str:
    question = f"{escape(node.column)} ≤ {node.threshold:.4g}<br>" if node.column else ""
    more = "<br>" + escape(_("(… {count} further nodes)", count=node.hidden)) if node.hidden else ""
    return question + escape(said(node)) + more


def _colour(placed: Placed) -> str:
    return colours.QUIET if placed.children else colours.BEST


def _label(placed: Placed) -> dict[str, object]:
    node = placed.node
    return {
        "x": placed.x,
        "y": placed.y,
        "text": _question(node) if placed.children else _answer(node),
        "showarrow": False,
        "bordercolor": _colour(placed),
        "borderwidth": 1,
        "borderpad": 3,
        "bgcolor": colours.faint(_colour(placed), 0.16),
        "font": {"size": 10},
    }


def _question(node: Node) -> str:
    return f"{_short(node.column)}<br>≤ {node.threshold:.4g}"


def _answer(node: Node) -> str:
    counted = f"{node.rows:,}" if node.share is None else f"{node.share:.0%} / {node.rows:,}"
    return f"<b>{_short(node.answer)}</b><br>{counted}" + (" …" if node.hidden else "")


def _short(text: str) -> str:
    return escape(text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…")
