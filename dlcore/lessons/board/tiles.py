"""The stage that draws a tensor: its last two dimensions are pictures, those before them rows and columns of these."""

from __future__ import annotations

from dataclasses import dataclass

from dlcore.lessons.board.marks import Expression


@dataclass(frozen=True)
class Tiles:
    """The numbers of a column as a tensor of this shape; where there is room, each is written.

    A last dimension of 3 after two others is read as red, green and blue, as who shows pictures reads it. letters:
    numbers are those of characters.
    """

    title: str
    data: Expression  # a column with as many rows as the shape has numbers, the last dimension running fastest
    shape: tuple[int, ...]
    low: float = 0.0
    high: float = 1.0
    letters: bool = False
    digits: int = 1
    caption: str = ""
