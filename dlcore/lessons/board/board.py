"""A board: its stages, knobs, readouts, values, columns and frames."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from dlcore.lessons.board.marks import Expression, plain
from dlcore.lessons.expression import names, parse

Values = Mapping[str, float]


@dataclass(frozen=True)
class Slider:
    """A value that a slider moves."""

    name: str
    symbol: str  # "w_1" has an index
    label: str
    low: float
    high: float
    step: float = 0.05
    digits: int = 2
    hidden: bool = False  # moved on a stage alone, or typed into a cell
    stops: tuple[str, ...] = ()  # what is shown for each step from `low` on, instead of the number


@dataclass(frozen=True)
class Readout:
    """A number now, as a bar up to `full`; a mark at `best`, and green where it is `near` it or better."""

    name: str
    label: str
    value: Expression
    digits: int = 3
    full: float | None = None
    best: float | None = None
    best_said: str = ""
    near: float | None = None
    higher_is_better: bool = False


@dataclass(frozen=True)
class Frames:
    """What is played: `count` frames; `values` gives names their value in each. `frame` is the number of the frame.

    start: the frame that is shown first; None plays at once, and ends with the last.
    """

    count: int
    seconds: float = 3.0
    values: Mapping[str, Sequence[float]] = field(default_factory=dict)
    start: int | None = None
    label: str = ""  # of the slider; `{frame}` is the number


@dataclass(frozen=True)
class Board:
    """All that a browser is sent to draw, but for what changes from commit to commit.

    columns: name -> numbers, all that marks read row by row; a tensor of any shape (*) is one number after another.
    definitions: name -> expression, of other names, perhaps
    of `x` and `y`. measured: name -> what torch has for the values as they stand; at rest this is what is shown.
    """

    main: tuple[Any, ...]
    side: tuple[Any, ...] = ()
    knobs: tuple[Slider, ...] = ()
    readouts: tuple[Readout, ...] = ()
    columns: Mapping[str, Sequence[float] | Tensor] = field(default_factory=dict)
    definitions: Mapping[str, Expression] = field(default_factory=dict)
    measured: Mapping[str, float] = field(default_factory=dict)
    frames: Frames | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "columns", {name: _numbers(each) for name, each in self.columns.items()})

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, expressions parsed."""
        made: dict[str, Any] = plain(self)
        return made

    def parsed(self) -> dict[str, Any]:
        """The definitions as JSON expressions."""
        return {name: parse(text) for name, text in self.definitions.items()}

    def accept(self, sent: Any, now: Values) -> dict[str, float] | None:
        """The values that a browser sent, within the bounds of the knobs; None for what makes no sense."""
        if not isinstance(sent, dict) or set(sent) != set(now) or not all(map(_is_number, sent.values())):
            return None
        bounds = {knob.name: (knob.low, knob.high) for knob in self.knobs}
        endless = (-1e6, 1e6)
        return {name: min(max(float(each), low), high) for name, each in sent.items()
                for low, high in [bounds.get(name, endless)]}  # fmt: skip

    def expressions(self) -> list[Any]:
        """Every expression there is on it, as JSON."""
        return [*_expressions(self.to_json())]

    def unknown_names(self, values: Values) -> set[str]:
        """Names that are read somewhere and stand nowhere: a mistake of the lesson."""
        known = {*values, *self.columns, *self.definitions, *self.measured, "x", "y", "px", "py", "frame", "pi"}
        return set().union(*(names(each) for each in self.expressions())) - known


def _numbers(column: Sequence[float] | Tensor) -> Sequence[float]:
    return column.detach().double().flatten().tolist() if isinstance(column, Tensor) else column


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _expressions(sent: Any) -> Any:
    """The expressions in what is sent: lists that begin with the name of a function."""
    from dlcore.lessons.expression import FUNCTIONS

    if isinstance(sent, list) and sent and isinstance(sent[0], str) and sent[0] in FUNCTIONS and len(sent) > 1:
        yield sent
    elif isinstance(sent, list):
        for each in sent:
            yield from _expressions(each)
    elif isinstance(sent, dict):
        for each in sent.values():
            yield from _expressions(each)
