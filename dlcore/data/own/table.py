"""From cells of text to typed columns: looked at once to find what each column holds, then written as Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from dlcore.data.own.cells import Look, tidied
from dlcore.data.own.description import Column, Detected, Table
from dlcore.data.own.limits import (
    MAX_CELL_CHARACTERS,
    MAX_CELLS,
    MAX_COLUMNS,
    MAX_NAME_CHARACTERS,
    MAX_ROWS,
    MAX_VALUES_TOGETHER,
)
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text, on_one_line

CELLS_A_GROUP = 1_000_000  # of a Parquet file, read at once by a preview


@dataclass(frozen=True)
class Cells:
    """A file as rows of text cells, which can be gone through more than once."""

    file: str
    names: Sequence[str]
    batches: Callable[[], Iterator[pa.RecordBatch]]
    decimal: str = "."
    first_row: int = 2  # as the learner counts, who sees the header as row 1


def keep(cells: Cells, made: Path, format: str, detected: Detected) -> Table:
    """Find what each column holds, and write all rows. Raises UploadError for what is over a limit."""
    looks = [Look(name, cells.decimal, cells.first_row) for name in cells.names]
    rows = 0
    for batch in cells.batches():
        _check(cells, batch, rows)
        for look, column in zip(looks, batch.columns, strict=True):
            look.add(tidied(column))
        rows += len(batch)
    if not rows:
        raise UploadError(Text(N_("{file} holds no rows."), file=cells.file))
    columns = _thrifty([look.column() for look in looks])
    _write(cells, looks, made)
    return Table(format, rows, tuple(columns), detected)


def _check(cells: Cells, batch: pa.RecordBatch, before: int) -> None:
    rows = before + len(batch)
    most = min(MAX_ROWS, MAX_CELLS // len(cells.names))
    if rows > most:
        raise UploadError(
            Text(
                N_("{file} has more than {limit} rows, the most that {columns} columns may have."),
                file=cells.file,
                limit=f"{most:,}",
                columns=len(cells.names),
            )
        )
    for name, column in zip(cells.names, batch.columns, strict=True):
        longest = pc.max(pc.utf8_length(column)).as_py() or 0
        if longest > MAX_CELL_CHARACTERS:
            row = pc.index(pc.utf8_length(column), longest).as_py()
            raise UploadError(
                Text(
                    N_("{file}, row {row}, column {column}: the cell has {received} characters; at most {limit}."),
                    file=cells.file,
                    row=f"{cells.first_row + before + row:,}",
                    column=name,
                    received=f"{longest:,}",
                    limit=f"{MAX_CELL_CHARACTERS:,}",
                )
            )


def _write(cells: Cells, looks: Sequence[Look], made: Path) -> None:
    schema = pa.schema([(look.name, look.type()) for look in looks])
    a_group = max(1_000, CELLS_A_GROUP // len(looks))
    waiting: list[pa.RecordBatch] = []
    with parquet.ParquetWriter(made, schema, compression="zstd") as writer:
        for batch in cells.batches():
            typed = [look.typed(tidied(column)) for look, column in zip(looks, batch.columns, strict=True)]
            waiting.append(pa.record_batch(typed, schema=schema))
            if sum(map(len, waiting)) >= a_group:
                writer.write_table(pa.Table.from_batches(waiting), row_group_size=a_group)
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting), row_group_size=a_group)


def _thrifty(columns: Sequence[Column]) -> list[Column]:
    """The columns; where they remember too many values together, those with the most forget theirs."""
    from dataclasses import replace

    together = sum(len(each.values) for each in columns)
    forgotten: set[str] = set()
    for column in sorted(columns, key=lambda each: -len(each.values)):
        if together <= MAX_VALUES_TOGETHER:
            break
        together -= len(column.values)
        forgotten.add(column.name)
    return [replace(each, values=(), counts=()) if each.name in forgotten else each for each in columns]


def check_width(columns: int, file: str) -> None:
    """Raises UploadError for more columns than are allowed."""
    if columns > MAX_COLUMNS:
        raise UploadError(
            Text(
                N_("{file} has {received} columns; at most {limit} are allowed."),
                file=file,
                received=f"{columns:,}",
                limit=f"{MAX_COLUMNS:,}",
            )
        )


def names_of(heading: Sequence[str], file: str) -> list[str]:
    """Column names that can be told apart: on one line, none empty, none twice. Raises UploadError for too many."""
    check_width(len(heading), file)
    names: list[str] = []
    taken: set[str] = set()
    for number, given in enumerate(heading, start=1):
        plain = on_one_line(given)
        name = first = plain[:MAX_NAME_CHARACTERS] or f"column {number}"
        again = 2
        while name in taken:
            name, again = f"{first} ({again})", again + 1
        taken.add(name)
        names.append(name)
    return names
