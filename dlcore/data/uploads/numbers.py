"""In which style the numbers of a column are written: found from all of its cells."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from dlcore.data.uploads.description import ColumnReading
from dlcore.data.uploads.parsing import FLAG, LARGEST, NEGATIVE, UNIT, WIDE, core, groups, halved, pattern

# (decimal mark, what stands between thousands)
STYLES = ((".", ""), (",", ""), (".", ","), (",", "."), (".", " "), (",", " "), (".", "'"), (",", "'"))
NEARLY_ALL = 0.8  # of the cells are numbers: the others are slips
_PLAIN = r"^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$"
GROUPED = r"^[-+]?[1-9]\d{0,2}(?:[,.]\d{3})+$"  # could be thousands, or three digits behind a decimal mark
FLAGGED = rf"[0-9]{FLAG}$"
SMALL, LARGE = r"^[-+]?\d{1,3}$", r"^[-+]?\d{4,}$"  # whole numbers that need no mark between thousands; that lack it


@dataclass
class Style:
    """A style, and how many cells are numbers in it."""

    decimal: str
    thousands: str
    matched: int = 0


class Styles:
    """Counts, for each style, the cells that are numbers in it, while batches go by."""

    def __init__(self, told: ColumnReading, decimal: str | None, thousands: str | None) -> None:
        wanted = told.decimal or decimal, told.thousands if told.thousands is not None else thousands
        self.found = [Style(mark, between) for mark, between in STYLES
                      if wanted[0] in (None, mark) and wanted[1] in (None, between)]  # fmt: skip
        self.cells = 0
        self.grouped = 0  # cells such as 1,250 and 1.250, which could be either
        self.small = self.large = 0  # whole numbers below a thousand, and from there on, without any mark
        self.units: Counter[str] = Counter()
        self.without_unit = 0  # numbers other than zero
        self.example = ""
        self.flagged = 0  # cells with a note behind their number

    @property
    def watching(self) -> bool:
        """Whether the column may still be one of numbers."""
        return bool(self.found)

    def add(self, present: pa.Array) -> None:
        """Take in cells, none of them missing."""
        present = narrow(present)
        self.flagged += pc.sum(pc.match_substring_regex(present, FLAGGED)).as_py() or 0
        self.cells += len(present)
        for style in self.found:
            style.matched += (
                pc.sum(pc.match_substring_regex(present, pattern(style.decimal, style.thousands))).as_py() or 0
            )
        self.found = [style for style in self.found if style.matched >= NEARLY_ALL * self.cells]
        if not self.found:
            return
        doubtful = pc.match_substring_regex(present, GROUPED)
        count = pc.sum(doubtful).as_py() or 0
        if count and not self.grouped:
            self.example = present.filter(doubtful)[0].as_py()
        self.grouped += count
        self.small += pc.sum(pc.match_substring_regex(present, SMALL)).as_py() or 0
        self.large += pc.sum(pc.match_substring_regex(present, LARGE)).as_py() or 0
        self._add_units(present)

    def _add_units(self, present: pa.Array) -> None:
        found = pc.struct_field(pc.extract_regex(present, rf"(?P<unit>{UNIT})"), "unit")
        named = found.drop_null()
        for each in pc.value_counts(named):
            self.units[each["values"].as_py()] += each["counts"].as_py()
        bare = present.filter(pc.is_null(found))
        zero = pc.sum(pc.match_substring_regex(bare, r"^[-+]?0*[.,]?0*$")).as_py() or 0
        self.without_unit += len(bare) - zero

    def chosen(self, hint: str) -> tuple[Style | None, bool]:
        """(the style in which all cells are numbers, whether another reads them as well but otherwise).

        hint: the decimal mark of the file, where other columns leave no doubt.
        """
        whole = [style for style in self.found if style.matched == self.cells]
        if not whole or not self.cells or not self._one_unit() or 2 * self.flagged > self.cells:
            return None, False
        marks = {(style.decimal, style.thousands) for style in whole}
        for mark, other in ((",", "."), (".", ",")):
            if {(mark, ""), (other, mark)} <= marks and self.grouped:
                between, sure = self._between_thousands(mark, hint)
                return self._of(whole, *((other, mark) if between else (mark, ""))), not sure
        plain = [style for style in whole if style.decimal == hint]
        return (plain or whole)[0], False

    def _between_thousands(self, mark: str, hint: str) -> tuple[bool, bool]:
        """(whether a mark that could be either stands between thousands, whether that is sure).

        1,250 beside 950 counts by thousands, for what is smaller has no mark; beside 1250 it does not.
        """
        if self.large:
            return False, True
        if self.small:
            return True, mark == ","
        if mark == ".":
            return hint == ",", hint != ","  # beside numbers with a decimal comma, points stand between thousands
        return hint != mark, False

    def _of(self, whole: list[Style], decimal: str, thousands: str) -> Style:
        return next(style for style in whole if (style.decimal, style.thousands) == (decimal, thousands))

    def _one_unit(self) -> bool:
        """Whether all numbers have the same unit: no percents beside bare numbers, no two currencies."""
        if len(self.units) > 1:
            return False
        percent = self.units.keys() & {"%", "‰"}
        return not (percent and self.without_unit)

    @property
    def unit(self) -> str:
        """The one unit; "" where there is none."""
        return next(iter(self.units), "")

    def best(self) -> Style | None:
        """The style in which nearly all cells are numbers; None where none is."""
        return max(self.found, key=lambda style: style.matched, default=None)


def narrow(cells: pa.Array) -> pa.Array:
    """Cells with full-width digits and marks as usual ones."""
    if not pc.any(pc.match_substring_regex(cells, WIDE)).as_py():
        return cells
    encoded = cells.dictionary_encode()
    return pa.array([halved(each) for each in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def numbers(cells: pa.Array, how: ColumnReading) -> tuple[pa.Array, pa.Array]:
    """(float64 or null, whether a cell is there and is no finite number that float32 could hold too)."""
    decimal, thousands, cells = how.decimal or ".", how.thousands or "", narrow(cells)
    if pc.all(pc.match_substring_regex(cells, _PLAIN)).as_py() is not False and not thousands and decimal == ".":
        made = _cast(cells)
    else:
        digits = pc.struct_field(pc.extract_regex(cells, f"(?P<digits>{core(decimal, thousands)})"), "digits")
        fits = pc.match_substring_regex(cells, pattern(decimal, thousands))
        if thousands:
            digits = pc.replace_substring_regex(digits, groups(thousands), "")
        plain = pc.if_else(fits, pc.replace_substring(digits, decimal, "."), pa.scalar(None, pa.string()))
        size = _cast(plain)  # null where there is no digit: of «inf», too
        made = pc.if_else(pc.match_substring_regex(cells, NEGATIVE), pc.negate(size), size)
    held = pc.and_(pc.is_finite(made), pc.less_equal(pc.abs(made), LARGEST))
    made = pc.if_else(held, made, pa.scalar(None, pa.float64()))
    return made, pc.and_(pc.is_valid(cells), pc.is_null(made))


def _cast(cells: pa.Array) -> pa.Array:
    try:
        return pc.cast(cells, pa.float64())
    except pa.ArrowInvalid:  # «1e999» among them: Python says that it is infinite
        return pa.array([None if each is None else float(each) for each in cells.to_pylist()], pa.float64())
