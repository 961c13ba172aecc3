"""Rows that are asked about, typed or in a file, each cell read as its column was read in training.

A file is read by the stored reading (`asked.rows_of`), a cell by `parsing`; nothing is guessed a second time. A bundle
holds this very file, for its predict.py, and every file that it imports.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from dlcore.data.uploads import asked, parsing
from dlcore.data.uploads.description import ColumnReading, Reading, Repair
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import ExportError, UploadError
from dlcore.i18n import N_, Text

Known = Mapping[str, Any]  # what preprocessing.json holds
Numbered = tuple[int, list[str]]  # a row of cells behind its number in the file

ISO = "%Y-%m-%d"
LOOKED_AT = 100  # rows at the beginning of a file, among which names are looked for
_LONG = re.compile(r"\s+")
_SHAPES = {"%Y": r"\d{4}", "%y": r"\d{2}", "%m": r"\d{1,2}", "%d": r"\d{1,2}", "%b": r"[^\W\d_]+", "%B": r"[^\W\d_]+"}


@dataclass(frozen=True)
class Row:
    """Cells by the names of their columns, and where they stood."""

    cells: Mapping[str, str]
    file: str = ""  # empty where they were typed
    number: int = 0  # as the learner counts, who sees the header as row 1
    plain: bool = False  # numbers with a point and days as 2024-03-11, however training had them

    def wrong(self, column: str, problem: Text) -> ExportError:
        """The sentence for one cell."""
        if not self.file:
            return ExportError(Text(N_("{column}: {problem}"), column=column, problem=problem))
        return ExportError(Text(N_("{file}, row {row}, column {column}: {problem}"), file=self.file,
                                row=self.number, column=column, problem=problem))  # fmt: skip


def names(known: Known) -> list[str]:
    """The columns that a row must have."""
    incoming = known["input"]
    if "text" in incoming:
        return [incoming["text"]["column"]]
    if "recipe" in incoming:
        return [each["name"] for each in incoming["recipe"]["columns"]]
    return list(incoming["columns"]) or [f"x{number + 1}" for number in range(math.prod(incoming["shape"]))]


def reading_of(known: Known) -> Reading:
    """How the training data were read; of data that nobody brought, only the marks are known."""
    incoming = known["input"]
    return Reading.from_json(incoming.get("reading") or incoming.get("csv") or {})


# Files


def rows_of_file(path: Path, name: str, known: Known, most: int | None = None) -> tuple[list[Row], list[Repair]]:
    """The rows of a file by the names of their columns, as they stand there, else in the order of training; and what
    was mended in them.

    Raises ExportError, for more than `most` rows, too.
    """
    reading, wanted = reading_of(known), names(known)
    columns, rows, repairs = _cells(path, name, reading, wanted, most)
    if not set(wanted) <= set(columns):
        columns, rows, repairs = _without_names(path, name, known, columns, most)
    elif not reading.header and rows and set(wanted) <= set(tidy := [each.strip() for each in rows[0][1]]):
        columns, rows = tidy, rows[1:]  # names stand there after all, those that training gave
    elif not reading.header:
        columns = _in_order(columns, rows, known)
    if not rows:
        raise ExportError(Text(N_("{file} holds no rows."), file=name))
    of_text = known["input"].get("file", {}).get("format") not in ("xlsx", "parquet")
    plain = name.lower().endswith(asked.TYPED) and of_text
    return [Row(dict(zip(columns, cells, strict=False)), name, number, plain) for number, cells in rows], repairs


def texts_of_file(path: Path, name: str, known: Known, most: int | None = None) -> list[str]:
    """The texts of a file: one column of a table, or its lines. Raises ExportError."""
    column = known["input"].get("text", {}).get("column")
    if column is None or (name.lower().endswith(".txt") and not _has_names(path, name, known)):
        from dlcore.data.uploads import text_plan

        try:
            return list(islice(text_plan.texts_of(UploadedFile(path, name, reading_of(known))), most))
        except UploadError as error:
            raise ExportError(error.text) from None
    return [row.cells[column] for row in rows_of_file(path, name, known, most)[0]]


def _has_names(path: Path, name: str, known: Known) -> bool:
    """Whether the columns of training stand above the rows of a file."""
    reading, wanted = reading_of(known), names(known)
    try:
        return bool(reading.header) and set(wanted) <= set(asked.rows_of(path, name, reading, wanted).names)
    except UploadError:
        return False


def _cells(
    path: Path, name: str, reading: Reading, wanted: Sequence[str], most: int | None
) -> tuple[list[str], list[Numbered], list[Repair]]:
    """(names, rows of cells, what was mended). Raises ExportError."""
    try:
        found = asked.rows_of(path, name, reading, wanted)
        rows = list(islice(found.rows, None if most is None else most + 1))
    except UploadError as error:
        raise ExportError(error.text) from None
    if most is not None and len(rows) > most:
        raise ExportError(
            Text(N_("{file} holds more than {limit} rows; ask about fewer at once."), file=name, limit=f"{most:,}")
        )
    return list(found.names), rows, found.tally.repairs()


def _without_names(
    path: Path, name: str, known: Known, found: Sequence[str], most: int | None
) -> tuple[list[str], list[Numbered], list[Repair]]:
    """A file whose first row is a row like the others, or names columns otherwise: in an order that rows may come in.

    Raises ExportError for a file that names some of the columns but not all.
    """
    wanted = names(known)
    missing = next(each for each in wanted if each not in found)
    no_column = ExportError(Text(N_("{file}: there is no column {column}."), file=name, column=missing))
    if set(wanted) & set(found):
        raise no_column
    unnamed = replace(reading_of(known), header=0, skip=0)
    _names, rows, repairs = _cells(path, name, unnamed, wanted, most)
    for place, (_number, row) in enumerate(rows[:LOOKED_AT]):  # below a title, or notes
        if set(wanted) <= set(heading := [" ".join(each.split()) for each in row]):
            return heading, rows[place + 1 :], repairs
    width = max((_filled(row) for _number, row in rows), default=0)
    columns = next((order for order in _orders(known) if len(order) == width), None)
    by_name_only = "recipe" in known["input"] or "text" in known["input"]
    if columns is None and not by_name_only:
        raise ExportError(Text(N_("{file}, row {row}: there are {received} cells, but {expected} columns."),
                               file=name, row=rows[0][0], received=width, expected=len(wanted)))  # fmt: skip
    fitting = [_fits(known, *each) for each in zip(columns or (), rows[0][1], strict=False)] if rows else []
    if columns is None or (by_name_only and True not in fitting):
        raise no_column
    if False in fitting and True not in fitting:  # names of another's choosing
        rows = rows[1:]
    return columns, rows, repairs


def _in_order(columns: list[str], rows: Sequence[Numbered], known: Known) -> list[str]:
    """The columns of a file that never had names: those of training, or the inputs alone."""
    width = max((_filled(row) for _number, row in rows), default=0)
    if width == len(columns):
        return columns
    return next((order for order in _orders(known) if len(order) == width), columns)


def _orders(known: Known) -> Iterator[list[str]]:
    """In which columns rows without names may come: as in training, without the target, or the inputs alone."""
    wanted = names(known)
    every = known["input"].get("file", {}).get("columns") or wanted
    index = reading_of(known).index
    without = [each for each in every if each != known["target"]]
    yield from (every, wanted, without, [each for each in every if each != index])
    yield [each for each in without if each != index]


def _filled(row: Sequence[str]) -> int:
    """How many cells a row has, without the empty ones at its end."""
    return max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)


def _fits(known: Known, name: str, cell: str) -> bool | None:
    """Whether a cell can stand in a column; None where nobody can tell."""
    kinds = {each["name"]: each["kind"] for each in known["input"].get("recipe", {}).get("columns", ())}
    kind = kinds.get(name, "number" if not kinds and "text" not in known["input"] else "category")
    how = reading_of(known).column(name)
    if kind == "category" or _is_missing(cell.strip(), reading_of(known), how):
        return None
    return (_moment(cell, how) if kind == "date" else parsing.number(cell, how)) is not None


# Cells


class Cells:
    """Cells by the reading of training; None for a gap. Each raises ExportError for what cannot be read."""

    def __init__(self, known: Known) -> None:
        self.reading, self.double = reading_of(known), known["input"].get("double", ())
        self.gaps = known["input"].get("gaps", ())  # columns in which what cannot be read was missing in training, too

    def full(self, row: Row, name: str) -> float:
        """A number that must be there, as precise as the training data were. Raises ExportError where it is not."""
        cell, value = row.cells.get(name, "").strip(), self.number(row, name)
        if value is None and not _is_missing(cell, self.reading, self.reading.column(name)):
            raise row.wrong(name, Text(N_("{cell} is too large a number."), cell=short(cell)))
        if value is None:
            raise row.wrong(name, Text(N_("there is no value, and training taught nothing that could fill the gap.")))
        return self.kept(name, value)

    def kept(self, name: str, value: float) -> float:
        """A number as precise as the training data were."""
        return value if name in self.double else float(np.float32(value))

    def number(self, row: Row, name: str) -> float | None:
        """None for a gap: a missing mark, or a number that is too large to be a measurement.

        Raises ExportError for what is no number.
        """
        cell, how = row.cells.get(name, "").strip(), self.reading.column(name)
        if _is_missing(cell, self.reading, how):
            return None
        ways, plain = [how, replace(how, decimal=self.reading.decimal or ".")], ColumnReading()
        if not row.file or row.file.lower().endswith(asked.TYPED):
            ways = [plain, *ways] if row.plain else [*ways, plain]
        found = (parsing.number(cell, each) for each in ways)
        value = next((each for each in found if each is not None), None)
        if value is None and name in self.gaps:
            return None
        if value is None:
            raise row.wrong(name, Text(N_("{cell} is no number."), cell=short(cell)))
        return value if abs(value) <= parsing.LARGEST else None

    def date(self, row: Row, name: str) -> datetime | None:
        """A gap for a missing mark, and for a day that never was, as 30 February.

        Raises ExportError for what is none.
        """
        cell, how = row.cells.get(name, "").strip(), self.reading.column(name)
        if _is_missing(cell, self.reading, how):
            return None
        found = _moment(cell, how)
        if found is None and name not in self.gaps and not _no_such_day(cell, how):
            raise row.wrong(name, Text(N_("{cell} is no date; write it as 2024-03-11."), cell=short(cell)))
        return found

    def name(self, row: Row, name: str, learned: Sequence[str]) -> str | None:
        """A name as it was learned."""
        cell, how = row.cells.get(name, "").strip(), self.reading.column(name)
        if _is_missing(cell, self.reading, how):
            return None
        if cell not in learned and cell.casefold() in parsing.TRUTH:
            how = replace(how, names={**{each: each for each in learned}, **how.names})
        return parsing.name(cell, how)

    def code(self, row: Row, name: str) -> str | None:
        """A whole number that is taken for a name: 2.0 is 2."""
        value = self.number(row, name)
        return None if value is None else str(int(value)) if value == int(value) else str(value)


def _is_missing(cell: str, reading: Reading, how: ColumnReading) -> bool:
    marks = (*reading.missing, *how.missing)
    return cell in marks or (cell in parsing.MISSING and cell not in reading.present)


def _moment(cell: str, how: ColumnReading) -> datetime | None:
    """The moment as the column has its days, or as 2024-03-11, which nobody mistakes."""
    found = parsing.instant(cell, how) if how.day is not None else None
    return parsing.instant(cell, replace(how, day=ISO)) if found is None else found


def _no_such_day(cell: str, how: ColumnReading) -> bool:
    """Whether a cell is written as a date but names a day that never was."""
    parts = re.match(parsing.SPLIT, cell)
    shape = "".join(_SHAPES.get(each, re.escape(each)) for each in re.split("(%.)", how.day or ISO))
    return parts is not None and re.fullmatch(shape, parsing.spelled(parts["day"])) is not None


def short(cell: str) -> str:
    """A cell as a sentence repeats it."""
    plain = _LONG.sub(" ", cell)
    return repr(plain if len(plain) <= 40 else f"{plain[:40]}…")
