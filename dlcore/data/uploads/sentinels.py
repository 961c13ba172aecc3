"""Numbers that stand for no value: −999, 9999 and their kind, far from all others and always the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from dlcore.data.column import Sentinel
from dlcore.data.uploads.description import MOST_PLACES

_NINES = [float("9" * digits) for digits in range(2, 8)]
_FILLED = [nines + share for nines in _NINES[:4] for share in (0.9, 0.99)]  # -99.9, 9999.99
_TYPES = [127.0, 255.0, 32767.0, 65535.0, 2147483647.0, 4294967295.0]  # the largest whole numbers of a type
_SURVEY = [77.0, 88.0, 98.0, 777.0, 888.0, 998.0, 7777.0, 8888.0, 9998.0]  # «refused», «does not know»
USUAL = pa.array(sorted({
    *_NINES, *_FILLED, *_TYPES, *_SURVEY, *(-each for each in (*_NINES, *_FILLED, *_SURVEY)),
    -1.0, -8.0, -9.0, -128.0, -32768.0, -2147483648.0, -1e10, 1e10, -1e20, 1e20, 1e30, -1e30,
    9.969209968386869e36,  # of netCDF
}))  # fmt: skip
TWICE = 2  # that such a number stands at least
SMALL = 9  # so near to zero a number is one only where no other is negative
SPREAD = 10  # what the others then range over at least: -1 beside 0 and 1 is a class
MOST_SPELLINGS = 10


@dataclass
class _Group:
    """The cells that hold one of the usual numbers."""

    spellings: Counter[str] = field(default_factory=Counter)
    rows: list[int] = field(default_factory=list)


class Sentinels:
    """Looks for them while the batches of a column go by."""

    def __init__(self, line: Callable[[int], int]) -> None:
        self._line = line
        self._groups: dict[float, _Group] = {}
        self._low, self._high = float("inf"), float("-inf")  # of all other numbers

    def add(self, cells: pa.Array, found: pa.Array, row: int) -> None:
        """Take in cells and the numbers in them (null for none), before which `row` rows came."""
        usual = pc.is_in(found, USUAL)
        others = found
        if pc.any(usual).as_py():
            others = found.filter(pc.invert(usual))
            self._add_usual(cells, found, usual, row)
        bounds = pc.min_max(others)
        if bounds["min"].as_py() is not None:
            self._low, self._high = min(self._low, bounds["min"].as_py()), max(self._high, bounds["max"].as_py())

    def _add_usual(self, cells: pa.Array, found: pa.Array, usual: pa.Array, row: int) -> None:
        texts, numbers = cells.filter(usual), found.filter(usual)
        for each in pc.value_counts(texts):
            number = numbers[pc.index(texts, each["values"]).as_py()].as_py()
            self._groups.setdefault(number, _Group()).spellings[each["values"].as_py()] += each["counts"].as_py()
        for number, group in self._groups.items():
            if len(group.rows) < MOST_PLACES:
                places = pc.indices_nonzero(pc.equal(found, number).fill_null(False))[: MOST_PLACES - len(group.rows)]
                group.rows += [self._line(row + place.as_py()) for place in places]

    def found(self) -> tuple[Sentinel, ...]:
        """Those that stand apart, the most frequent first."""
        apart = [
            Sentinel(tuple(each for each, _ in group.spellings.most_common(MOST_SPELLINGS)),
                     group.spellings.total(), tuple(group.rows))
            for number, group in self._groups.items()
            if group.spellings.total() >= TWICE and self._stands_apart(number)
        ]  # fmt: skip
        return tuple(sorted(apart, key=lambda each: -each.count))

    def _stands_apart(self, number: float) -> bool:
        """Whether a number is far from all that are none of the usual ones."""
        low, high = self._low, self._high
        if not low < high:
            return False
        if number < 0 <= low:  # the only negative number among amounts
            return abs(number) > SMALL or high - low >= SPREAD
        if abs(number) <= SMALL:
            return False
        return low - number >= (high - low) / 2 if number < low else number - high >= high - low
