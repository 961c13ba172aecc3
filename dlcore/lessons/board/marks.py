"""The marks that stand on a plane. An expression may hold names of the board, and `x` and `y` where a mark says so.

A field whose type is `Expression` is parsed on its way to the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from dlcore.figures import colours
from dlcore.lessons.expression import parse

Expression = str | float


def plain(value: Any, is_formula: bool = False) -> Any:
    """Declared values as JSON: expressions parsed, each declaration with its `kind`."""
    if is_dataclass(value):
        inside = {each.name: plain(getattr(value, each.name), "Expression" in str(each.type)) for each in fields(value)}
        return {"kind": type(value).__name__, **{name: each for name, each in inside.items() if each is not None}}
    if isinstance(value, Mapping):
        return {name: plain(each, is_formula) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each, is_formula) for each in value]
    return parse(value) if is_formula and value is not None else value


@dataclass(frozen=True)
class Heat:
    """The plane coloured by an expression of `x` and `y`: `low` is one hue, `high` the other, pale between them."""

    value: Expression
    says: str = ""
    low: float = 0.0
    high: float = 1.0
    colours: tuple[str, str] = (colours.hue(0), colours.hue(1))
    one_hue: bool = False  # from nothing at `low` to the first hue at `high`
    bands: int = 0  # lines of equal height, as on a map


@dataclass(frozen=True)
class Curve:
    """y as an expression of `x`."""

    y: Expression
    says: str = ""
    colour: str = colours.TRAINING
    dashed: bool = False


@dataclass(frozen=True)
class Straight:
    """All places where a·x + b·y = c, a straight line."""

    a: Expression
    b: Expression
    c: Expression
    says: str = ""


@dataclass(frozen=True)
class Segment:
    """A line from one place to another, or an arrow."""

    x1: Expression
    y1: Expression
    x2: Expression
    y2: Expression
    colour: str = colours.INK
    arrow: bool = False
    dashed: bool = False
    says: str = ""


@dataclass(frozen=True)
class Points:
    """Rows of columns as rings; `chosen` names the value that a click, or the arrow keys, give a row's number to."""

    x: Expression
    y: Expression
    says: str = ""
    group: Expression = 0  # number of a row's colour
    colours: tuple[str, ...] = (colours.hue(0), colours.hue(1))
    wrong: Expression = 0  # a row where it is not 0 has a second ring
    chosen: str | None = None
    radius: float = 4.5


@dataclass(frozen=True)
class Trail:
    """Places one after another, joined: up to the row `upto`, where a dot stands."""

    x: Expression
    y: Expression
    upto: Expression = 1e9
    says: str = ""
    colour: str = colours.TRAINING
    lengths: tuple[int, ...] | None = None  # several lines: how many rows each has
    dot: bool = True
    width: float = 2.5


@dataclass(frozen=True)
class Handle:
    """What a hand holds: at a place; `set` gives names new values, from `px` and `py`, where the hand is."""

    x: Expression
    y: Expression
    label: str = ""
    set: Mapping[str, Expression] = field(default_factory=dict)
    colour: str = colours.INK
    shape: str = "ring"  # or "disc", "none"
    step: float = 0.1  # of an arrow key


@dataclass(frozen=True)
class Label:
    """A few words at a place; `{name}` in them is the value of a name."""

    x: Expression
    y: Expression
    text: str = ""
    colour: str = colours.INK
