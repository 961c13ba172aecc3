"""One column of text cells: what it holds is found batch by batch, in arrow's own arithmetic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import isfinite, sqrt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dlcore.data.column import Column, ColumnKind
from dlcore.data.uploads.dates import Days, moments
from dlcore.data.uploads.description import ColumnReading, Reading
from dlcore.data.uploads.limits import MAX_NAME_CHARACTERS, MAX_VALUES
from dlcore.data.uploads.numbers import FLAGGED, GROUPED, SMALL, Styles, numbers
from dlcore.data.uploads.parsing import LARGEST, MISSING, TRUTH, number
from dlcore.data.uploads.sentinels import Sentinels
from dlcore.data.uploads.strays import Strays
from dlcore.data.uploads.tally import Tally

NOTHING = pa.array(MISSING)
FEW_VALUES = 20  # so few different ones are categories, however short the table
EXACT = 2**24  # whole numbers up to here are the same in float32
ROUNDING = 1e-4  # of a standard deviation, that float32 may take away from a number
SOME = 1_000  # cells that show whether points stand between thousands, and whether numbers are codes
CODE = r"^0[0-9]{2,}$"  # no amount is written so: the zeros of a postcode count
LONG_CHARACTERS, LONG_WORDS = 40, 4  # on average: longer cells are sentences


def tidied(column: pa.Array, nothing: pa.Array = NOTHING) -> pa.Array:
    """Cells without the space around them; those that say that there is nothing, as null."""
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.is_in(trimmed, nothing), pa.scalar(None, pa.string()), trimmed)


_CASES: tuple[Callable[[str], str], ...] = (str.title, str.lower, str.upper)


class Statistics:
    """Lowest, highest, mean and spread of numbers that come in batches, in float64."""

    def __init__(self) -> None:
        self.count = 0
        self.low, self.high = float("inf"), float("-inf")
        self.mean = self.squares = 0.0
        self.whole = self.counter = True
        self._last: float | None = None

    def add(self, found: pa.Array) -> bool:
        """Take in numbers, none of them null; whether all can be computed with: else nothing was taken in."""
        if not len(found):
            return True
        bounds, total = pc.min_max(found), pc.sum(found).as_py()
        low, high = bounds["min"].as_py(), bounds["max"].as_py()
        if not (isfinite(total) and low >= -LARGEST and high <= LARGEST):
            return False
        self.whole = self.whole and bool(pc.all(pc.equal(found, pc.floor(found))).as_py())
        self._look_for_a_counter(found)
        self.low, self.high = min(self.low, low), max(self.high, high)
        mean, spread = total / len(found), pc.variance(found).as_py() * len(found)
        together = self.count + len(found)  # Chan, Golub and LeVeque: two means and spreads made one
        self.squares += spread + (mean - self.mean) ** 2 * self.count * len(found) / together
        self.mean += (mean - self.mean) * len(found) / together
        self.count = together
        return True

    def _look_for_a_counter(self, found: pa.Array) -> None:
        if not (self.counter and self.whole):
            self.counter = False
            return
        values = found.to_numpy(zero_copy_only=False)
        follows = self._last is None or values[0] == self._last + 1
        self.counter = bool(follows and np.all(np.diff(values) == 1))
        self._last = values[-1]

    @property
    def deviation(self) -> float:
        """Standard deviation, in the unit of the numbers."""
        return sqrt(self.squares / self.count) if isfinite(self.squares) else LARGEST

    @property
    def in_float32(self) -> bool:
        """Whether float32 keeps what tells the numbers apart: whole ones as they are, others nearly."""
        most = max(abs(self.low), abs(self.high))
        if self.whole and most > EXACT:
            return False
        return not self.count or most * 2.0**-24 <= ROUNDING * self.deviation or most <= 1


@dataclass(frozen=True)
class Settled:
    """What a column was found to hold, and how its cells are read."""

    kind: ColumnKind
    how: ColumnReading


class Look:
    """What is found out about a column while its batches go by; then, its cells as what they are.

    Numbers as float() reads them are the usual case, and taken as that as long as every cell is one. The first that is
    none makes the column one to be looked at more closely: its styles of numbers, its formats of days.
    """

    def __init__(self, name: str, reading: Reading, said: Reading, line: Callable[[int], int]) -> None:
        self.name, self.line = name, line
        self._told, self._said = reading.columns.get(name, ColumnReading()), said
        self._decimal = reading.decimal or "."
        self.missing = self.count = self.characters = self.spaces = 0
        self.plain = self._told.kind in (None, "numeric") and not self._told.day
        self.codes = False  # its numbers begin with zeros: they are names
        self.late = False  # it stopped being plain numbers when some batches had gone by
        self.values: Counter[str] | None = Counter()  # None where there are too many
        self.statistics = Statistics()
        self.sentinels = Sentinels(line)
        self._begin_closer()

    def _begin_closer(self) -> None:
        told = self._told
        self.styles = Styles(told, self._said.decimal, self._said.thousands)
        self.days = Days(told.day)
        self.strays = Strays(self.line)

    def add(self, cells: pa.Array, row: int) -> None:
        """Take in a batch of tidied cells; `row` rows came before it."""
        present = cells.drop_null()
        self.missing += cells.null_count
        if len(present):
            self._add_present(present)
        if not self.plain:
            self.add_closer(cells, row)
        self.count += len(present)

    def _add_present(self, present: pa.Array) -> None:
        if self.plain and not self._add_plain(present):
            self.plain, self.late = False, self.count > 0
            self.statistics = Statistics()  # measured when the cells are kept, by the style that was found
        if not self.plain:
            self.characters += pc.sum(pc.utf8_length(present)).as_py()
            self.spaces += pc.sum(pc.count_substring(present, " ")).as_py()
        if self.values is not None:
            self._add_values(present)

    def _add_plain(self, present: pa.Array) -> bool:
        """Whether all of these are numbers as float() reads them, and the file's decimal mark lets them be."""
        if self._decimal == "," and pc.any(pc.match_substring(present, ".")).as_py():
            return False
        if not self.count and self._needs_a_closer_look(present[:SOME]):
            return False
        try:
            found = pc.cast(present, pa.float64())
        except pa.ArrowInvalid:
            return False
        return self.statistics.add(found)

    def _needs_a_closer_look(self, some: pa.Array) -> bool:
        """Whether what float() reads may be meant otherwise: points between thousands, or codes such as 01234."""
        self.codes = self._told.kind is None and bool(pc.any(pc.match_substring_regex(some, CODE)).as_py())
        return self.codes or _counts_by_thousands(some)

    def add_closer(self, cells: pa.Array, row: int) -> None:
        """Look at the styles of numbers and the formats of days in a batch."""
        present = cells.drop_null()
        if not len(present):
            return
        if self.styles.watching:
            self.styles.add(present)
            self.strays.add(cells, row, self.styles.best())
        self.days.add(present)

    def begin_again(self) -> None:
        """Forget what was seen of styles and formats: all batches go by once more."""
        self._begin_closer()

    def _add_values(self, present: pa.Array) -> None:
        assert self.values is not None
        distinct = pc.value_counts(present)
        if len(self.values) + len(distinct) > 2 * MAX_VALUES:
            self.values = None
            return
        for each in distinct:
            self.values[each["values"].as_py()] += each["counts"].as_py()
        if len(self.values) > MAX_VALUES or any(len(value) > MAX_NAME_CHARACTERS for value in self.values):
            self.values = None

    def settle(self, hint: str, elsewhere: set[str]) -> None:
        """Decide what the column holds, when all batches went by.

        hint: the file's decimal mark. elsewhere: the formats that days of other columns surely have.
        """
        self.doubtful_form = self.doubtful_number = False
        found = self._found(hint, elsewhere)
        self.settled = replace(found, how=replace(found.how, missing=self._told.missing))

    def _found(self, hint: str, elsewhere: set[str]) -> Settled:
        told = self._told
        if not self.count:
            return Settled(told.kind or "categorical", told)
        if self.plain:
            return Settled("numeric", ColumnReading("numeric", ".", ""))
        if told.kind in (None, "date"):
            form, doubtful = self.days.chosen(elsewhere)
            if form is not None:
                self.doubtful_form = doubtful and told.day is None
                return Settled("date", ColumnReading("date", day=form))
        if told.kind in (None, "numeric") and not self.codes:
            style, doubtful = self.styles.chosen(hint)
            if style is not None:
                self.doubtful_number = doubtful and told.decimal is None
                return Settled("numeric", ColumnReading("numeric", style.decimal, style.thousands, self.styles.unit))
        if told.kind in ("numeric", "date"):  # it was said so: what is none counts as missing
            return Settled(told.kind, self._as_told(hint))
        return self._names(told)

    def _as_told(self, hint: str) -> ColumnReading:
        told, best = self._told, self.styles.best()
        if told.kind == "date":
            return ColumnReading("date", day=told.day or "%Y-%m-%d")
        decimal = told.decimal or (best.decimal if best else hint)
        thousands = told.thousands if told.thousands is not None else (best.thousands if best else "")
        return ColumnReading("numeric", decimal, thousands)

    def _names(self, told: ColumnReading) -> Settled:
        if told.kind in ("categorical", "text"):
            return Settled(told.kind, ColumnReading(told.kind, names=self._spellings()))
        if self.values is None or self.characters / self.count > LONG_CHARACTERS:
            return Settled("text", ColumnReading("text"))
        if self.spaces / self.count >= LONG_WORDS:
            return Settled("text", ColumnReading("text"))
        few = len(self.values) <= max(FEW_VALUES, self.count // 2)
        if not few:
            return Settled("text", ColumnReading("text"))
        return Settled("categorical", ColumnReading("categorical", names=self._spellings()))

    def _spellings(self) -> dict[str, str]:
        """Truth values, each spelling with the usual one of its column; nothing of other names."""
        values = self.values
        as_written = "names-joined" in self._said.as_written
        if as_written or not values or not all(value.casefold() in TRUTH for value in values):
            return {}
        if {value.casefold() for value in values} <= {"true", "false"}:
            return {value: value.title() for value in sorted(values)}  # one name in every format
        usual = max(_CASES, key=lambda case: sum(count for value, count in values.items() if case(value) == value))
        return {value: usual(value) for value in sorted(values)}

    @property
    def told(self) -> bool:
        """Whether somebody said how this column is to be read."""
        return self._told != ColumnReading()

    @property
    def kind(self) -> ColumnKind:
        """What the column holds."""
        return self.settled.kind

    def type(self, roomy: bool) -> pa.DataType:
        """What its cells are kept as. roomy: there is room for float64, though float32 would do to learn from."""
        if self.kind == "numeric":
            if self.plain:
                return (
                    pa.float32()
                    if self.statistics.in_float32 and not (roomy and self.statistics.count)
                    else pa.float64()
                )
            return pa.float64()
        return pa.timestamp("ms") if self.kind == "date" else pa.string()

    def typed(self, cells: pa.Array, row: int, tally: Tally, type: pa.DataType) -> pa.Array:
        """A batch of tidied cells as what the column holds; what is none of it is missing, and counted.

        row: how many rows came before this batch.
        """
        how = self.settled.how
        if self.kind == "numeric":
            return self._typed_numbers(cells, row, tally, type)
        if self.kind == "date":
            found, wrong = moments(cells, how.day or "%Y-%m-%d")
            self._count("dates-impossible", wrong, row, tally)
            self.missing += pc.sum(wrong).as_py() or 0
            self._moments(found)
            return found
        return _renamed(cells, how.names) if how.names else cells

    def _typed_numbers(self, cells: pa.Array, row: int, tally: Tally, type: pa.DataType) -> pa.Array:
        if self.plain:
            found = pc.cast(cells, pa.float64())
            self.sentinels.add(cells, found, row)
            return pc.cast(found, type, safe=False)
        found, wrong = numbers(cells, self.settled.how)
        unfit = self._told.kind is not None
        self._count("cells-unfit" if unfit else "numbers-beyond", wrong, row, tally)
        self._count("numbers-flagged", pc.match_substring_regex(cells, FLAGGED).fill_null(False), row, tally)
        self.missing += pc.sum(wrong).as_py() or 0
        self.statistics.add(found.drop_null())
        self.sentinels.add(cells, found, row)
        return pc.cast(found, type, safe=False)

    def _moments(self, found: pa.Array) -> None:
        present = found.drop_null()
        if len(present):
            self.statistics.add(pc.cast(pc.cast(present, pa.int64()), pa.float64()))

    def _count(self, kind: str, wrong: pa.Array, row: int, tally: Tally) -> None:
        kind = f"{kind}:{self.name}"
        if not pc.any(wrong).as_py():
            return
        for place in np.flatnonzero(wrong.to_numpy(zero_copy_only=False)):
            tally.add(kind, self.line(row + int(place)))

    def column(self) -> Column:
        """What was found, when all cells were kept."""
        kind, found = self.kind, self.statistics
        values, counts = self._in_order()
        stray = self.strays.found() if kind in ("categorical", "text") else None
        if kind == "date" and found.count:
            low, high = (_day(each) for each in (found.low, found.high))
            return Column(self.name, kind, self.missing, low=low, high=high)
        if kind != "numeric" or not found.count:
            return Column(self.name, kind, self.missing, values, counts, stray=stray)
        counter = found.counter and found.count > 2 and not self.missing
        return Column(
            self.name, kind, self.missing, values, counts, found.whole, found.low, found.high, found.mean,
            found.deviation, sentinels=self.sentinels.found(), counter=counter,
        )  # fmt: skip

    def _in_order(self) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Every value and how often it occurs: categories by name, whole numbers by size; nothing of all else."""
        kind, how = self.kind, self.settled.how
        if self.values is None or kind in ("text", "date") or (kind == "numeric" and not self.statistics.whole):
            return (), ()
        if kind == "categorical":
            named: Counter[str] = Counter()
            for value, count in self.values.items():
                named[how.names.get(value, value)] += count
            order = sorted(named)
            return tuple(order), tuple(named[value] for value in order)
        together: Counter[int] = Counter()  # 3 and 3.0 are the same number
        for value, count in self.values.items():
            found = float(value) if self.plain else number(value, how)
            if found is None or not abs(found) <= LARGEST:
                continue
            if abs(found) > EXACT:
                return (), ()
            together[int(found)] += count
        whole = sorted(together)
        return tuple(map(str, whole)), tuple(together[each] for each in whole)


def _counts_by_thousands(some: pa.Array) -> bool:
    """Whether points may stand between thousands: 1.250 beside 950, and no point that must be decimal."""
    pointed = some.filter(pc.match_substring(some, "."))
    if not len(pointed) or not pc.all(pc.match_substring_regex(pointed, GROUPED)).as_py():
        return False
    return bool(pc.any(pc.match_substring_regex(some, SMALL)).as_py())


def _renamed(cells: pa.Array, names: Mapping[str, str]) -> pa.Array:
    encoded = cells.dictionary_encode()
    known = [names.get(each, each) for each in encoded.dictionary.to_pylist()]
    return pa.array(known, pa.string()).take(encoded.indices)


def _day(milliseconds: float) -> str:
    """The ISO day of a moment."""
    return (datetime(1970, 1, 1) + timedelta(milliseconds=milliseconds)).date().isoformat()
