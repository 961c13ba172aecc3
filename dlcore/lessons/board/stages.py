"""The stages of a board: a plane with axes, a diagram of a network, matrices, bars, lines of code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dlcore.figures import colours
from dlcore.lessons.board.marks import Expression


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, with a few numbers written beside it."""

    low: float
    high: float
    label: str
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True)
class Plane:
    """Two axes and the marks on them. `aspect` is width / height."""

    title: str
    x: Axis
    y: Axis
    marks: tuple[Any, ...]
    caption: str = ""
    legend: tuple[tuple[str, str], ...] = ()  # words, and the colour of their dot
    aspect: float = 1.0


@dataclass(frozen=True)
class Node:
    """A circle with a symbol and a value; `lit` marks it where it is not 0."""

    x: float
    y: float
    value: Expression
    symbol: str = ""  # "x_1" has an index
    r: float = 26.0
    digits: int = 2
    lit: Expression = 0


@dataclass(frozen=True)
class Edge:
    """A line between two places, as thick as its weight is large, its hue the weight's sign."""

    x1: float
    y1: float
    x2: float
    y2: float
    weight: Expression
    label: str = ""  # `{}` in it is the weight
    along: float = 0.5  # where on the line the label stands
    below: float = -5.0  # how far below the line
    digits: int = 2
    lit: Expression = 0
    bare: bool = False  # a thin line without a weight


@dataclass(frozen=True)
class Small:
    """A little curve in a box, an expression of `x`, with a mark at `at`."""

    x: float
    y: float
    curve: Expression
    at: Expression
    caption: str = ""
    low: float = -6.0
    high: float = 6.0


@dataclass(frozen=True)
class Words:
    """Words in a diagram; `{name}` in them is the value of a name."""

    x: float
    y: float
    text: str
    symbol: bool = False
    strong: bool = False


@dataclass(frozen=True)
class Diagram:
    """Nodes, edges and little curves, drawn in the order given."""

    title: str
    parts: tuple[Any, ...]
    width: int = 420
    height: int = 190
    caption: str = ""
    positive: str = colours.POSITIVE
    negative: str = colours.NEGATIVE


@dataclass(frozen=True)
class Cells:
    """Rows of numbers; a cell that is a name in `edit` can be typed into. `name` stands above."""

    rows: tuple[tuple[Expression, ...], ...]
    name: str = ""
    digits: int = 2
    edit: bool = False
    tint: bool = True  # a ground by sign and size


@dataclass(frozen=True)
class Matrices:
    """Matrices and the signs between them, in a line: `(Cells, "×", Cells)`."""

    title: str
    items: tuple[Any, ...]
    caption: str = ""


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, and its value."""

    label: str
    value: Expression
    colour: str = colours.TRAINING


@dataclass(frozen=True)
class Bars:
    """Bars from zero, between `low` and `high`."""

    title: str
    bars: tuple[Bar, ...]
    low: float = 0.0
    high: float = 1.0
    digits: int = 3
    caption: str = ""


@dataclass(frozen=True)
class Code:
    """Lines of a program; the line whose number `lit` is, is lit. Beside it what names hold at this moment."""

    title: str
    lines: tuple[str, ...]
    lit: Expression = -1
    notes: Mapping[int, str] | None = None  # number of a line -> what is said while it is lit
    caption: str = ""
