"""One column of a table: what is known of it without reading its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ColumnKind = Literal["numeric", "categorical", "text", "date"]


@dataclass(frozen=True)
class Stray:
    """Cells that are no numbers in a column that holds hardly anything else."""

    cell: str  # the first of them, at most 40 characters of it
    row: int  # where it stands, as a learner counts: the row of names is 1
    count: int  # how many there are


@dataclass(frozen=True)
class Sentinel:
    """A number that stands far from all others of its column, several times: it may say that there is no value."""

    marks: tuple[str, ...]  # how its cells write it, the most frequent first: ("-999", "-999.0")
    count: int  # of these cells
    rows: tuple[int, ...]  # where the first of them stand, as a learner counts


@dataclass(frozen=True)
class Column:
    """One column of a table. Numbers come from all rows of the file, cells without a value left out."""

    name: str
    kind: ColumnKind
    missing: int = 0  # cells without a value
    values: tuple[str, ...] = ()  # every different value in order, where they are few; none where they are many
    counts: tuple[int, ...] = ()  # how often each of them occurs
    whole: bool = False  # numeric, and without fractions
    low: float | str | None = None  # of numbers; of dates as ISO days, "2020-02-28"
    high: float | str | None = None
    mean: float | None = None
    deviation: float | None = None  # standard deviation of the column, in its own unit
    stray: Stray | None = None  # what keeps it from being numeric, where nearly all of it is
    sentinels: tuple[Sentinel, ...] = ()  # numbers that may stand for no value; they were kept as numbers
    counter: bool = False  # it only numbers the rows: whole, and one more in each

    @property
    def usable(self) -> bool:
        """Whether a network can be given this column as it is: numbers, or names of few kinds."""
        return self.kind == "numeric" or (self.kind == "categorical" and bool(self.values))
