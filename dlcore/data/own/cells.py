"""One column of text cells: what it holds is found batch by batch, in arrow's own arithmetic."""

from __future__ import annotations

from collections import Counter
from math import sqrt

import pyarrow as pa
import pyarrow.compute as pc

from dlcore.data.own.description import Column, ColumnKind
from dlcore.data.own.limits import MAX_NAME_CHARACTERS, MAX_VALUES
from dlcore.data.own.strays import Strays

NOTHING = pa.array(["", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "?", "-", "--"])
DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S",
         "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%d.%m.%Y %H:%M")  # fmt: skip
FEW_VALUES = 20  # so few different ones are categories, however short the table
EXACT = 2**24  # whole numbers up to here are the same in float32
LONG_CHARACTERS, LONG_WORDS = 40, 4  # on average: longer cells are sentences


def tidied(column: pa.Array) -> pa.Array:
    """Cells without the space around them; those that say that there is nothing, as null."""
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.is_in(trimmed, NOTHING), pa.scalar(None, pa.string()), trimmed)


class Look:
    """What is found out about a column while its batches go by; then, its cells as what they are."""

    def __init__(self, name: str, decimal: str, first_row: int) -> None:
        self.name, self.decimal = name, decimal
        self.strays = Strays(decimal, first_row)
        self.missing = self.count = self.characters = self.spaces = 0
        self.numeric = self.whole = True
        self.dates = list(DATES)
        self.values: Counter[str] | None = Counter()  # None where there are too many
        self.low, self.high = float("inf"), float("-inf")
        self.mean = self.squares = 0.0
        self.numbers = 0

    def add(self, cells: pa.Array) -> None:
        """Take in a batch of tidied cells."""
        self.missing += cells.null_count
        present = cells.drop_null()
        if len(present):
            self._add_present(present)
        self.strays.add(cells, self.numeric)

    def _add_present(self, present: pa.Array) -> None:
        self.count += len(present)
        if self.numeric:
            self._add_numbers(present)
        if not self.numeric:
            self._add_texts(present)
        if self.values is not None:
            self._add_values(present)

    def _add_numbers(self, present: pa.Array) -> None:
        try:
            numbers = self._cast(present)
        except pa.ArrowInvalid:
            self.numeric = False
            return
        self.missing += len(present) - len(numbers)
        if not len(numbers):
            return
        self.whole = self.whole and bool(pc.all(pc.equal(numbers, pc.floor(numbers))).as_py())
        bounds = pc.min_max(numbers)
        self.low, self.high = min(self.low, bounds["min"].as_py()), max(self.high, bounds["max"].as_py())
        mean, spread = pc.mean(numbers).as_py(), pc.variance(numbers).as_py() * len(numbers)
        together = self.numbers + len(numbers)  # Chan, Golub and LeVeque: two means and spreads made one
        self.squares += spread + (mean - self.mean) ** 2 * self.numbers * len(numbers) / together
        self.mean += (mean - self.mean) * len(numbers) / together
        self.numbers = together

    def _cast(self, present: pa.Array) -> pa.Array:
        """Finite numbers; ArrowInvalid where a cell is none."""
        pointed = present if self.decimal == "." else pc.replace_substring(present, self.decimal, ".")
        numbers = pc.cast(pointed, pa.float64())
        return numbers.filter(pc.is_finite(numbers))

    def _add_texts(self, present: pa.Array) -> None:
        self.dates = [form for form in self.dates if _is_date(present, form)]
        self.characters += pc.sum(pc.utf8_length(present)).as_py()
        self.spaces += pc.sum(pc.count_substring(present, " ")).as_py()

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

    @property
    def kind(self) -> ColumnKind:
        """What the column holds; to be asked when all batches went by."""
        if not self.count:
            return "categorical"
        if self.numeric:
            return "numeric"
        if self.dates:
            return "date"
        if self.values is None or self.characters / self.count > LONG_CHARACTERS:
            return "text"
        if self.spaces / self.count >= LONG_WORDS:
            return "text"
        few = len(self.values) <= max(FEW_VALUES, self.count // 2)
        return "categorical" if few else "text"

    def type(self) -> pa.DataType:
        """Numbers are kept as float32, which is what networks learn from, unless that would change whole ones."""
        if self.kind == "numeric":
            exact = not self.whole or max(abs(self.low), abs(self.high)) <= EXACT or not self.numbers
            return pa.float32() if exact else pa.float64()
        return pa.timestamp("ms") if self.kind == "date" else pa.string()

    def typed(self, cells: pa.Array) -> pa.Array:
        """A batch of tidied cells as what the column holds."""
        if self.kind == "numeric":
            pointed = cells if self.decimal == "." else pc.replace_substring(cells, self.decimal, ".")
            numbers = pc.cast(pointed, pa.float64())
            finite = pc.if_else(pc.is_finite(numbers), numbers, pa.scalar(None, pa.float64()))
            return pc.cast(finite, self.type(), safe=False)
        if self.kind == "date":
            return pc.cast(pc.strptime(cells, self.dates[0], "ms"), pa.timestamp("ms"))
        return cells

    def column(self) -> Column:
        """What was found."""
        kind = self.kind
        values, counts = self._in_order(kind)
        if kind != "numeric" or not self.numbers:
            stray = self.strays.found() if kind in ("categorical", "text") else None
            return Column(self.name, kind, self.missing, values, counts, stray=stray)
        return Column(
            self.name, kind, self.missing, values, counts, self.whole, self.low, self.high, self.mean,
            sqrt(self.squares / self.numbers),
        )  # fmt: skip

    def _in_order(self, kind: ColumnKind) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """Every value and how often it occurs: categories by name, whole numbers by size; nothing of all else."""
        if self.values is None or kind in ("text", "date") or (kind == "numeric" and not self.whole):
            return (), ()
        if kind == "categorical":
            order = sorted(self.values)
            return tuple(order), tuple(self.values[value] for value in order)
        together: Counter[int] = Counter()  # 3 and 3.0 are the same number
        for value, count in self.values.items():
            number = float(value.replace(self.decimal, "."))
            if not abs(number) <= EXACT:
                return (), ()
            together[int(number)] += count
        numbers = sorted(together)
        return tuple(map(str, numbers)), tuple(together[number] for number in numbers)


def _is_date(present: pa.Array, form: str) -> bool:
    try:
        pc.strptime(present, form, "ms")
    except pa.ArrowInvalid:
        return False
    return True
