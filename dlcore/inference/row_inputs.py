"""Rows that a learner asks about, typed or in a file, as numbers: each cell as its column was read in training.

A file is read by the stored reading (`formats.rows_of`), a cell by `parsing`; nothing is guessed a second time. The
bundle's read_table.py and read_cell.py do the same without this library.
"""

from __future__ import annotations

import math
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dlcore.data.cleaning.plain import from_plain
from dlcore.data.uploads import formats, parsing
from dlcore.data.uploads.description import ColumnReading, Reading
from dlcore.errors import ExportError, UploadError
from dlcore.i18n import N_, Text
from dlcore.inference.question import MOST_ROWS, Question

Known = Mapping[str, Any]  # what preprocessing.json holds
Array = np.ndarray[Any, Any]

TYPED = (".xlsx", ".xlsm", ".parquet")  # files whose numbers and days come as such
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


def rows_of_file(question: Question, known: Known) -> list[Row]:
    """The rows of a file by the names of their columns: as they stand there, else in the order of training.

    Raises ExportError.
    """
    reading, wanted = reading_of(known), names(known)
    columns, cells, first = _cells(question, reading)
    if not set(wanted) <= set(columns):
        columns, cells, first = _without_names(question, known, columns)
    elif not reading.header and cells and set(wanted) <= set(tidy := [each.strip() for each in cells[0]]):
        columns, cells, first = tidy, cells[1:], first + 1  # names stand there after all, those that training gave
    elif not reading.header:
        columns, cells = _in_order(columns, cells, known)
    if not cells:
        raise ExportError(Text(N_("{file} holds no rows."), file=question.name))
    of_text = known["input"].get("file", {}).get("format") not in ("xlsx", "parquet")
    plain = question.name.lower().endswith(TYPED) and of_text
    return [Row(dict(zip(columns, row, strict=False)), question.name, number, plain)
            for number, row in enumerate(cells, start=first)]  # fmt: skip


def has_names(question: Question, known: Known) -> bool:
    """Whether the columns of training stand above the rows of a file."""
    reading = reading_of(known)
    try:
        return bool(reading.header) and set(names(known)) <= set(_cells(question, reading)[0])
    except ExportError:
        return False


def _cells(question: Question, reading: Reading) -> tuple[list[str], list[list[str]], int]:
    """(names, rows of cells, the number of the first row). Raises ExportError."""
    with tempfile.TemporaryDirectory(prefix="dlcore-") as folder:
        path = Path(folder) / "asked"
        path.write_bytes(question.content)
        try:
            if not question.content.strip():
                raise ExportError(Text(N_("{file} holds no rows."), file=question.name))
            return formats.rows_of(path, question.name, reading, MOST_ROWS)
        except UploadError as error:
            raise ExportError(error.text) from None


def _without_names(question: Question, known: Known, found: Sequence[str]) -> tuple[list[str], list[list[str]], int]:
    """A file whose first row is a row like the others, or names columns otherwise: in an order that rows may come in.

    Raises ExportError for a file that names some of the columns but not all.
    """
    wanted = names(known)
    missing = next(each for each in wanted if each not in found)
    no_column = ExportError(Text(N_("{file}: there is no column {column}."), file=question.name, column=missing))
    if set(wanted) & set(found):
        raise no_column
    _names, cells, first = _cells(question, replace(reading_of(known), header=0, skip=0))
    for place, row in enumerate(cells[:LOOKED_AT]):  # below a title, or notes
        if set(wanted) <= set(heading := [" ".join(each.split()) for each in row]):
            return heading, cells[place + 1 :], first + place + 1
    width = max((_filled(row) for row in cells), default=0)
    columns = next((order for order in _orders(known) if len(order) == width), None)
    by_name_only = "recipe" in known["input"] or "text" in known["input"]
    if columns is None and not by_name_only:
        raise ExportError(Text(N_("{file}, row {row}: there are {received} cells, but {expected} columns."),
                               file=question.name, row=first, received=width, expected=len(wanted)))  # fmt: skip
    fitting = [_fits(known, *each) for each in zip(columns or (), cells[0], strict=False)] if cells else []
    if columns is None or (by_name_only and True not in fitting):
        raise no_column
    if False in fitting and True not in fitting:  # names of another's choosing
        cells, first = cells[1:], first + 1
    return columns, cells, first


def _in_order(columns: list[str], cells: list[list[str]], known: Known) -> tuple[list[str], list[list[str]]]:
    """Rows of a file that never had names: those of training, or the inputs alone."""
    width = max(map(_filled, cells), default=0)
    if width == len(columns):
        return columns, cells
    return next((order for order in _orders(known) if len(order) == width), columns), cells


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
    if kind == "category" or _is_missing(cell.strip(), reading_of(known)):
        return None
    how = reading_of(known).column(name)
    return (_moment(cell, how) if kind == "date" else parsing.number(cell, how)) is not None


# Cells


def numbers(rows: Sequence[Row], known: Known) -> tuple[Array, list[Text]]:
    """Raw examples (N, *shape) in float64 before scaling, and a note for each name that training never met.

    Raises ExportError that names the row and the column of a cell that cannot be read.
    """
    incoming, cells = known["input"], _Cells(known)
    if "recipe" not in incoming:
        made = [[cells.full(row, name) for name in names(known)] for row in rows]
        return np.array(made, np.float64).reshape(-1, *incoming["shape"]), []
    frame, notes = {}, []
    for column in incoming["recipe"]["columns"]:
        frame[column["name"]] = cells.series(column, rows)
        notes += _strange(column, frame[column["name"]])
    return from_plain(incoming["recipe"], pd.DataFrame(frame)), notes


class _Cells:
    """Cells by the reading of training."""

    def __init__(self, known: Known) -> None:
        self.reading, self.double = reading_of(known), known["input"].get("double", ())
        self.gaps = known["input"].get("gaps", ())  # columns in which what cannot be read was missing in training, too

    def series(self, column: Mapping[str, Any], rows: Sequence[Row]) -> pd.Series[Any]:
        """All cells of one column as what it holds; gaps stay gaps."""
        name, kind = column["name"], column["kind"]
        if kind == "category":
            learned = _learned(column) or ()
            return pd.Series([self._name(row, name, learned) for row in rows], dtype=object)
        if kind == "date":
            return pd.Series([self._date(row, name) for row in rows], dtype="datetime64[us]")
        found = [self._number(row, name) for row in rows]
        if kind == "code":
            return pd.Series([None if value is None else _code(value) for value in found], dtype=object)
        gaps = [math.nan if value is None else value for value in found]
        return pd.Series(gaps, dtype=np.float64 if name in self.double else np.float32)

    def full(self, row: Row, name: str) -> float:
        """A number that must be there, as precise as the training data were."""
        cell = row.cells.get(name, "").strip()
        value = self._number(row, name)
        if value is None and not _is_missing(cell, self.reading):
            raise row.wrong(name, Text(N_("{cell} is too large a number."), cell=short(cell)))
        if value is None:
            raise row.wrong(name, Text(N_("there is no value, and training taught nothing that could fill the gap.")))
        return value if name in self.double else float(np.float32(value))

    def _number(self, row: Row, name: str) -> float | None:
        """None for a gap: a missing mark, or a number that is too large to be a measurement."""
        cell, how = row.cells.get(name, "").strip(), self.reading.column(name)
        if _is_missing(cell, self.reading):
            return None
        ways, plain = [how, replace(how, decimal=self.reading.decimal or ".")], ColumnReading()
        if not row.file or row.file.lower().endswith(TYPED):
            ways = [plain, *ways] if row.plain else [*ways, plain]
        found = (parsing.number(cell, each) for each in ways)
        value = next((each for each in found if each is not None), None)
        if value is None and name in self.gaps:
            return None
        if value is None:
            raise row.wrong(name, Text(N_("{cell} is no number."), cell=short(cell)))
        return value if abs(value) <= parsing.LARGEST else None

    def _date(self, row: Row, name: str) -> Any:
        """A gap for a missing mark, and for a day that never was, as 30 February."""
        cell, how = row.cells.get(name, "").strip(), self.reading.column(name)
        found = None if _is_missing(cell, self.reading) else _moment(cell, how)
        missing = _is_missing(cell, self.reading) or name in self.gaps
        if found is not None or missing or _no_such_day(cell, how):
            return pd.NaT if found is None else np.datetime64(found, "us")
        raise row.wrong(name, Text(N_("{cell} is no date; write it as 2024-03-11."), cell=short(cell)))

    def _name(self, row: Row, name: str, learned: Sequence[str]) -> str | None:
        cell, how = row.cells.get(name, "").strip(), self.reading.column(name)
        if _is_missing(cell, self.reading):
            return None
        if cell not in learned and cell.casefold() in parsing.TRUTH:
            how = replace(how, names={**{each: each for each in learned}, **how.names})
        return parsing.name(cell, how)


def number_cell(value: float, name: str, known: Known) -> str:
    """A number as the cells of its column have it, so that it is read as what it is."""
    return repr(float(value)).replace(".", reading_of(known).column(name).decimal or ".")


def _is_missing(cell: str, reading: Reading) -> bool:
    return cell in parsing.MISSING or cell in reading.missing


def _moment(cell: str, how: ColumnReading) -> Any:
    """The moment as the column has its days, or as 2024-03-11, which nobody mistakes."""
    found = parsing.instant(cell, how) if how.day is not None else None
    return parsing.instant(cell, replace(how, day=ISO)) if found is None else found


def _no_such_day(cell: str, how: ColumnReading) -> bool:
    """Whether a cell is written as a date but names a day that never was."""
    parts = re.match(parsing.SPLIT, cell)
    shape = "".join(_SHAPES.get(each, re.escape(each)) for each in re.split("(%.)", how.day or ISO))
    return parts is not None and re.fullmatch(shape, parsing.spelled(parts["day"])) is not None


def _code(value: float) -> str:
    """A whole number that is taken for a name: 2.0 is 2."""
    return str(int(value)) if value == int(value) else str(value)


def _learned(column: Mapping[str, Any]) -> list[str] | None:
    return next((step[1] for step in column["steps"] if step[0] in ("onehot", "ordinal")), None)


def _strange(column: Mapping[str, Any], values: pd.Series[Any]) -> list[Text]:
    """A note where cells hold names that training never saw."""
    learned = _learned(column)
    strange = sorted({str(each) for each in values.dropna()} - set(learned or ())) if learned is not None else []
    if not strange:
        return []
    return [Text(N_("{column}: training never met {names}; it counts as none of the names that are known."),
                 column=column["name"], names=", ".join(map(short, strange[:5])))]  # fmt: skip


def short(cell: str) -> str:
    """A cell as a sentence repeats it."""
    plain = _LONG.sub(" ", cell)
    return repr(plain if len(plain) <= 40 else f"{plain[:40]}…")
