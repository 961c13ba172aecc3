"""The few cells that keep a column of numbers from being one: which, where, and how many."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from dlcore.data.column import Stray
from dlcore.data.uploads.numbers import Style
from dlcore.data.uploads.parsing import pattern

MOST_SHOWN = 40  # characters of a cell


class Strays:
    """Finds the first while batches go by; how many they are is told by the style in which nearly all are numbers."""

    def __init__(self, line: Callable[[int], int]) -> None:
        self._line = line
        self._first: tuple[str, int] | None = None
        self._count = 0
        self._nearly = True

    def add(self, cells: pa.Array, row: int, style: Style | None) -> None:
        """Take in a batch of tidied cells, before which `row` rows came; style: that of most numbers."""
        self._nearly = style is not None
        if style is None:
            return
        is_number = pc.match_substring_regex(
            cells, pattern(style.decimal, style.thousands)
        )  # null where there is no cell
        wrong = len(cells) - cells.null_count - (pc.sum(is_number).as_py() or 0)
        self._count += wrong
        if wrong and self._first is None:
            place = pc.index(is_number, False).as_py()
            self._first = (cells[place].as_py(), self._line(row + place))

    def found(self) -> Stray | None:
        """The first of them; None where all cells are numbers, or too few are for that to be meant."""
        if not self._nearly or self._first is None:
            return None
        cell, row = self._first
        shown = cell if len(cell) <= MOST_SHOWN else cell[:MOST_SHOWN] + "…"
        return Stray(shown, row, self._count)
