"""The mark for what stands in rows and columns: pixels of a picture, activations of a layer."""

from __future__ import annotations

from dataclasses import dataclass

from dlcore.figures import colours
from dlcore.lessons.board.marks import Expression


@dataclass(frozen=True)
class Squares:
    """Rows of columns as squares around (x, y), a side of the axis' unit: the stronger the colour, the larger `value`.

    A value below zero has the second colour. Where `off` is not 0, the square is empty and crossed out.
    """

    x: Expression
    y: Expression
    value: Expression
    says: str
    full: float = 1.0  # the value of the strongest colour
    off: Expression = 0
    colours: tuple[str, str] = (colours.POSITIVE, colours.NEGATIVE)
