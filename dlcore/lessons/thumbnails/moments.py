"""What moves in the picture of a lesson: the frames of its board, or the first of its knobs, to and fro."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from dlcore.lessons.board.board import Board
from dlcore.lessons.expression import Json, evaluate

COUNT = 7  # moments; the browser finds those between them
REACH = 0.35  # of a knob's range, to either side of where it stands


class Moment:
    """A board at one moment: the value of any of its expressions."""

    def __init__(self, board: Board, values: Mapping[str, float], frame: float) -> None:
        self.known = {**board.columns, **values, "frame": frame}
        self.definitions = board.parsed()

    def of(self, expression: Json, **further: Any) -> Any:
        """The value of an expression as JSON, perhaps at places `x`, `y`."""
        return evaluate(expression, {**self.known, **further}, self.definitions)

    def number(self, expression: Json) -> float:
        """The value of an expression that is one number; 0 where it is none yet."""
        return float(np.nan_to_num(np.asarray(self.of(expression), dtype=float).ravel()[:1]).sum())

    def column(self, expression: Json, count: int) -> np.ndarray[Any, Any]:
        """The values of an expression for `count` rows, (count,)."""
        return np.broadcast_to(np.asarray(self.of(expression), dtype=float), (count,))

    def rows(self, *expressions: Json) -> int:
        """How many rows the longest of these has."""
        return max(np.asarray(self.of(each)).size for each in expressions)


def moments(board: Board, values: Mapping[str, float]) -> list[Moment]:
    """Some moments one after another; the last leads back to the first where a knob moves."""
    if board.frames is not None:
        return [_at_frame(board, values, round(share * (board.frames.count - 1))) for share in np.linspace(0, 1, COUNT)]
    knob = next((each for each in board.knobs if each.name in values), None)
    if knob is None:
        return [Moment(board, values, 0.0)]
    turns = [math.sin(2 * math.pi * n / (COUNT - 1)) for n in range(COUNT)]
    moved = [values[knob.name] + turn * REACH * (knob.high - knob.low) for turn in turns]
    return [Moment(board, {**values, knob.name: min(max(each, knob.low), knob.high)}, 0.0) for each in moved]


def _at_frame(board: Board, values: Mapping[str, float], frame: int) -> Moment:
    assert board.frames is not None
    played = {name: column[frame] for name, column in board.frames.values.items()}
    return Moment(board, {**values, **played}, float(frame))
