"""A decision tree as one can read it: its questions in the units of the data, its answers by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcore.baselines.table import Table
from dlcore.i18n import _

DEEPEST = 4  # questions drawn below one another; a deeper tree is cut off there


@dataclass(frozen=True)
class Node:
    """A question (`column` at most `threshold`: left; above it: right), or an answer where nothing is asked.

    `rows` are the training rows that come here, `answer` what most of them are, `share` how many of them are so; for a
    number, `answer` is their mean and `share` None. `hidden`: nodes below that are not drawn.
    """

    rows: int
    answer: str
    share: float | None
    column: str = ""
    threshold: float = 0.0
    left: Node | None = None
    right: Node | None = None
    hidden: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON that `node_from_json` reads."""
        plain = {name: getattr(self, name) for name in ("rows", "answer", "share", "column", "threshold", "hidden")}
        return plain | {side: child.to_json() if (child := getattr(self, side)) else None for side in SIDES}


SIDES = ("left", "right")


def node_from_json(plain: dict[str, Any]) -> Node:
    """The node that `to_json` wrote, with all below it."""
    return Node(**{**plain, **{side: node_from_json(plain[side]) if plain[side] else None for side in SIDES}})


def read(model: Any, table: Table, deepest: int = DEEPEST) -> Node:
    """The upper part of a fitted DecisionTreeClassifier or DecisionTreeRegressor, from its root."""
    return _node(model, table, 0, deepest)


def _node(model: Any, table: Table, at: int, deepest: int) -> Node:
    tree = model.tree_
    answer, share = _answer(model, table, at)
    left, right = int(tree.children_left[at]), int(tree.children_right[at])
    rows = int(tree.n_node_samples[at])
    if left < 0:
        return Node(rows, answer, share)
    if deepest == 0:
        return Node(rows, answer, share, hidden=_below(tree, at))
    column = int(tree.feature[at])
    below, above = (_node(model, table, each, deepest - 1) for each in (left, right))
    threshold = _unscaled(float(tree.threshold[at]), table.data.scaling.get("x"), column)
    return Node(rows, answer, share, table.columns[column], threshold, below, above)


def _answer(model: Any, table: Table, at: int) -> tuple[str, float | None]:
    """What the rows of a node mostly are."""
    value, about = np.asarray(model.tree_.value[at]), table.about
    if about.task == "regression":
        return f"{_unscaled(float(value[0, 0]), table.data.scaling.get('y'), 0):.4g}", None
    if about.task == "multilabel":
        on = [name for name, each in zip(about.classes, value, strict=True) if len(each) > 1 and each[1] > each[0]]
        return ", ".join(on) or "–", None
    shares = value[0] / value[0].sum()
    best = int(shares.argmax())
    number = int(model.classes_[best])
    return about.classes[number] if number < len(about.classes) else str(number), float(shares[best])


def _unscaled(value: float, learned: dict[str, Any] | None, column: int) -> float:
    """In the units of the data: what `dlcore.data.load` made smaller, made as large as it was."""
    return value if learned is None else float(value * learned["scale"][column] + learned["offset"][column])


def _below(tree: Any, at: int) -> int:
    """How many nodes lie below one."""
    children = [int(each[at]) for each in (tree.children_left, tree.children_right)]
    return sum(1 + _below(tree, child) for child in children if child >= 0)


def text(node: Node, indent: str = "") -> Iterator[str]:
    """The tree line by line, as scikit-learn's `export_text` prints it."""
    if not node.column:
        more = "" if not node.hidden else " " + _("(… {count} further nodes)", count=node.hidden)
        yield f"{indent}→ {said(node)}{more}"
        return
    for sign, child in (("≤", node.left), (">", node.right)):
        assert child is not None
        yield f"{indent}{node.column} {sign} {node.threshold:.4g}"
        yield from text(child, indent + "│  ")


def said(node: Node) -> str:
    """The answer of a node in words, with how sure and of how many rows."""
    if node.share is None:
        return _("{answer} ({rows} rows)", answer=node.answer, rows=f"{node.rows:,}")
    return _("{answer} ({share} of {rows} rows)", answer=node.answer, share=f"{node.share:.0%}",
             rows=f"{node.rows:,}")  # fmt: skip
