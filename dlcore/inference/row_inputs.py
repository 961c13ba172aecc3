"""Rows that a learner asks about as numbers: each cell as its column was read in training (`row_cells`)."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dlcore.data.cleaning.plain import from_plain
from dlcore.errors import ExportError
from dlcore.i18n import N_, Text
from dlcore.inference.question import MOST_ROWS, Question
from dlcore.inference.row_cells import Cells, Known, Row, names, reading_of, rows_of_file, short, texts_of_file

Array = np.ndarray[Any, Any]


def rows_of_question(question: Question, known: Known) -> tuple[list[Row], list[Text]]:
    """The rows of a file, and a note for what was mended in it. Raises ExportError."""
    with tempfile.TemporaryDirectory(prefix="dlcore-") as folder:
        rows, repairs = rows_of_file(_written(question, folder), question.name, known, MOST_ROWS)
    return rows, [each.sentence for each in repairs]


def texts_of_question(question: Question, known: Known) -> list[str]:
    """The texts of a file: its lines, or one column of a table. Raises ExportError."""
    with tempfile.TemporaryDirectory(prefix="dlcore-") as folder:
        return texts_of_file(_written(question, folder), question.name, known, MOST_ROWS)


def _written(question: Question, folder: str) -> Path:
    if not question.content.strip():
        raise ExportError(Text(N_("{file} holds no rows."), file=question.name))
    path = Path(folder) / "asked"
    path.write_bytes(question.content)
    return path


def numbers(rows: Sequence[Row], known: Known) -> tuple[Array, list[Text]]:
    """Raw examples (N, *shape) in float64 before scaling, and a note for each name that training never met.

    Raises ExportError that names the row and the column of a cell that cannot be read.
    """
    incoming, cells = known["input"], Cells(known)
    if "recipe" not in incoming:
        made = [[cells.full(row, name) for name in names(known)] for row in rows]
        return np.array(made, np.float64).reshape(-1, *incoming["shape"]), []
    frame, notes = {}, []
    for column in incoming["recipe"]["columns"]:
        frame[column["name"]] = _series(cells, column, rows)
        notes += _strange(column, frame[column["name"]])
    return from_plain(incoming["recipe"], pd.DataFrame(frame)), notes


def _series(cells: Cells, column: Mapping[str, Any], rows: Sequence[Row]) -> pd.Series[Any]:
    """All cells of one column as what it holds; gaps stay gaps."""
    name, kind = column["name"], column["kind"]
    if kind == "category":
        learned = _learned(column) or ()
        return pd.Series([cells.name(row, name, learned) for row in rows], dtype=object)
    if kind == "date":
        days = [cells.date(row, name) for row in rows]
        made = [pd.NaT if day is None else np.datetime64(day, "us") for day in days]
        return pd.Series(made, dtype="datetime64[us]")
    if kind == "code":
        return pd.Series([cells.code(row, name) for row in rows], dtype=object)
    found = [cells.number(row, name) for row in rows]
    gaps = [math.nan if value is None else value for value in found]
    return pd.Series(gaps, dtype=np.float64 if name in cells.double else np.float32)


def number_cell(value: float, name: str, known: Known) -> str:
    """A number as the cells of its column have it, so that it is read as what it is."""
    return repr(float(value)).replace(".", reading_of(known).column(name).decimal or ".")


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
