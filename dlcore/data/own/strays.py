"""The few cells that keep a column of numbers from being one: which, where, and how many."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from dlcore.data.own.description import Stray

MOST_SHOWN = 40  # characters of a cell
NEARLY_ALL = 0.8  # of the cells are numbers: the others are slips


class Strays:
    """Counts while batches go by; for columns of names it stops at the first batch."""

    def __init__(self, decimal: str, first_row: int) -> None:
        self._number = rf"^[+-]?(\d+[{decimal}]?\d*|[{decimal}]\d+)([eE][+-]?\d+)?$"
        self._row = first_row  # of the next batch, as a learner counts
        self._present = self._numbers = 0
        self._first: tuple[str, int] | None = None
        self._watching = True

    def add(self, cells: pa.Array, all_numbers: bool) -> None:
        """Take in a batch of tidied cells. all_numbers: every cell so far is one, so that none need be looked at."""
        if not self._watching:
            return
        self._present += len(cells) - cells.null_count
        if all_numbers:
            self._numbers = self._present
        else:
            self._look(cells)
        self._row += len(cells)
        self._watching = self._numbers >= NEARLY_ALL * self._present

    def _look(self, cells: pa.Array) -> None:
        is_number = pc.match_substring_regex(cells, self._number)  # null where there is no cell
        self._numbers += pc.sum(is_number).as_py() or 0
        if self._first is None and (place := pc.index(is_number, False).as_py()) >= 0:
            self._first = (cells[place].as_py(), self._row + place)

    def found(self) -> Stray | None:
        """The first of them; None where all cells are numbers, or too few are for that to be meant."""
        if not self._watching or self._first is None:
            return None
        cell, row = self._first
        shown = cell if len(cell) <= MOST_SHOWN else cell[:MOST_SHOWN] + "…"
        return Stray(shown, row, self._present - self._numbers)
