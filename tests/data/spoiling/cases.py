"""A spoiled file with what a sensible reader makes of it, and how a table is written before it is spoiled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from .clean import CleanTable, Row
from .meaning import Style, meaning


@dataclass(frozen=True)
class Damage:
    """A record that was spoiled: every reading of it that is sensible.

    A cell that cannot be what its column holds (a word among numbers) may also be read as missing: where an
    alternative differs from the original, and at the places in `hurt`.
    """

    original: Row
    alternatives: tuple[Row, ...]
    hurt: frozenset[int] = frozenset()
    as_one_text: bool = False  # the line may also stay in one piece, or in any pieces: nothing added, nothing lost


@dataclass(frozen=True)
class Expected:
    """One sensible reading of a whole file. Trailing cells and names that are empty do not count."""

    headers: tuple[Row, ...]
    fine: tuple[Row, ...]  # records that nothing happened to
    damages: tuple[Damage, ...] = ()
    optional: tuple[Row, ...] = ()  # may be read as a record or left out: a row of totals, of units, a blank one
    numbers: frozenset[int] = frozenset()  # columns of numbers or days, in which a word may be missing


@dataclass(frozen=True)
class Case:
    """A spoiled file. `expected` are its sensible readings; none where the file holds no table and is to be refused."""

    kind: str
    label: str
    content: bytes
    expected: tuple[Expected, ...]
    style: Style = field(default_factory=Style)
    name: str = "table.csv"


@dataclass(frozen=True)
class Dialect:
    """How records are written."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'  # what stands before a quote inside a quoted cell; nothing: it stands there bare
    quote_all: bool = False
    line_end: str = "\n"

    def cell(self, cell: str) -> str:
        """A cell as it stands in the file."""
        needed = self.quote_all or cell != cell.strip() or any(
            each in cell for each in (self.delimiter.strip() or self.delimiter, self.quote, "\n", "\r") if each
        )  # fmt: skip
        if not needed or not self.quote:
            return cell
        return self.quote + cell.replace(self.quote, self.escape + self.quote) + self.quote

    def line(self, cells: Iterable[str]) -> str:
        """A record, without its end."""
        return self.delimiter.join(map(self.cell, cells))


COMMAS = Dialect()


@lru_cache
def written(table: CleanTable, dialect: Dialect = COMMAS) -> tuple[str, ...]:
    """The lines of a table, its names first, without their ends; a cell may hold a line break."""
    return tuple(dialect.line(each) for each in (table.header, *table.rows))


def content(lines: Iterable[str], line_end: str = "\n", encoding: str = "utf-8", last: bool = True) -> bytes:
    """Lines as bytes; `last`: the last line has an end, too."""
    return (line_end.join(lines) + (line_end if last else "")).encode(encoding)


def style_of(table: CleanTable) -> Style:
    """How its cells are meant."""
    return Style(table.decimal, table.day_first)


@lru_cache
def numbers_of(table: CleanTable) -> frozenset[int]:
    """The columns that hold numbers or days."""
    style = style_of(table)
    kinds = [Counter(meaning(row[at], style)[:1] for row in table.rows if row[at]) for at in range(table.width)]
    return frozenset(at for at, kind in enumerate(kinds) if kind["#"] + kind["@"] > 0.8 * sum(kind.values()))


def whole(table: CleanTable, *headers: Sequence[str]) -> Expected:
    """All of a table; under other names where some are said."""
    return Expected(tuple(map(tuple, headers)) or (table.header,), table.rows, numbers=numbers_of(table))


def case(kind: str, label: str, table: CleanTable, raw: bytes, *expected: Expected, name: str = "table.csv") -> Case:
    """A spoiled file of this table; without a word about it, everything is to be read."""
    return Case(kind, f"{kind}: {table.name}, {label}", raw, expected or (whole(table),), style_of(table), name)


def spoil_record(
    kind: str, label: str, table: CleanTable, at: int, line: str, damage: Damage, dialect: Dialect = COMMAS
) -> Case:
    """Record `at` (0: the first below the names) stands in the file as `line`."""
    lines = list(written(table, dialect))
    lines[at + 1] = line
    full = whole(table)
    fine = table.rows[:at] + table.rows[at + 1 :]
    expected = replace(full, fine=fine, damages=(damage,))
    return case(kind, f"row {at + 1}, {label}", table, content(lines, dialect.line_end), expected)


def spoil_header(
    kind: str, label: str, table: CleanTable, line: str, *headers: Sequence[str], dialect: Dialect = COMMAS
) -> Case:
    """The line of names stands in the file as `line`."""
    lines = [line, *written(table, dialect)[1:]]
    return case(kind, f"names, {label}", table, content(lines, dialect.line_end), whole(table, *headers))
