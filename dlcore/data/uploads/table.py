"""From cells of text to typed columns: looked at once to find what each column holds, then written as Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from dlcore.data.column import Column
from dlcore.data.uploads.cells import NOTHING, Look, tidied
from dlcore.data.uploads.day_order import spoken
from dlcore.data.uploads.description import MOST_PLACES, ColumnReading, Reading, Repair, Table
from dlcore.data.uploads.limits import MAX_CELL_CHARACTERS, MAX_CELLS, MAX_ROWS, MAX_VALUES_TOGETHER
from dlcore.data.uploads.parsing import MISSING, number
from dlcore.data.uploads.tally import Tally, repair
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

CELLS_A_GROUP = 1_000_000  # of a Parquet file, read at once by a preview
ROOMY_CELLS = 5_000_000  # of a table that is kept in float64: little to hold, and every number stays what it was


@dataclass(frozen=True)
class Cells:
    """A file as rows of text cells, which can be gone through more than once."""

    file: str
    names: Sequence[str]
    batches: Callable[[], Iterator[pa.RecordBatch]]
    reading: Reading  # as far as it is known before the columns are
    heading: Sequence[str]  # as the file has it, empty where it names no column
    said: Reading  # what somebody said of it
    line: Callable[[int], int]  # of a row, from 0, where it stands, as a learner counts


def keep(cells: Cells, made: Path, format: str, tally: Tally) -> Table:
    """Find what each column holds, and write all rows. Raises UploadError for what is over a limit."""
    looks, rows = _looked_at(cells)
    if not rows:
        raise UploadError(Text(N_("{file} holds no rows."), file=cells.file))
    hint = cells.reading.decimal or "."
    for look in looks:
        look.settle(hint, set())
    sure = {look.settled.how.day for look in looks if look.settled.how.day and not look.doubtful_form}
    for look in looks:
        if look.doubtful_form and sure:
            look.settle(hint, {form for form in sure if form})
    kept = _kept(cells, looks, tally)
    _write(cells, looks, kept, made, rows, tally)
    columns = _thrifty([looks[place].column() for place in kept])
    reading = _reading(cells, [looks[place] for place in kept], columns)
    repairs = (*tally.repairs(), *_doubts(looks, columns, reading, rows))
    return Table(format, rows, tuple(columns), reading, repairs)


def _looked_at(cells: Cells) -> tuple[list[Look], int]:
    """What is found out about each column, and how many rows there are."""
    looks = [Look(name, cells.reading, cells.said, cells.line) for name in cells.names]
    nothing = [_nothing(cells.reading, name) for name in cells.names]
    rows = 0
    for batch in _ahead(cells.batches()):
        _check(cells, batch, rows)
        for look, column, marks in zip(looks, batch.columns, nothing, strict=True):
            look.add(tidied(column, marks), rows)
        rows += len(batch)
    late = [(place, look) for place, look in enumerate(looks) if look.late]
    if late:
        _look_again(cells, late, nothing)
    return looks, rows


def _look_again(cells: Cells, late: Sequence[tuple[int, Look]], nothing: Sequence[pa.Array]) -> None:
    """Columns that were plain numbers at their beginning are looked at closely from there."""
    for _, look in late:
        look.begin_again()
    rows = 0
    for batch in _ahead(cells.batches()):
        for place, look in late:
            look.add_closer(tidied(batch.column(place), nothing[place]), rows)
        rows += len(batch)


def _ahead(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same, each read while the one before is worked on: arrow reads without holding Python up."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, batches, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, batches, None)
            yield batch


def _nothing(reading: Reading, column: str) -> pa.Array:
    """The cells of a column that say that there is nothing."""
    marks = (*reading.missing, *reading.column(column).missing)
    usual = NOTHING if not reading.present else pa.array([each for each in MISSING if each not in reading.present])
    return pa.array([*usual.to_pylist(), *marks]) if marks else usual


def _kept(cells: Cells, looks: Sequence[Look], tally: Tally) -> list[int]:
    """The places of the columns that are kept: all but those without a name and without a value."""
    named = cells.reading.header
    if "columns-empty" in cells.said.as_written:
        return list(range(len(looks)))
    empty = [place for place, look in enumerate(looks) if not look.count and (not named or not cells.heading[place])]
    if len(empty) in (0, len(looks)):
        return list(range(len(looks)))
    tally.add("columns-empty", "", len(empty))
    return [place for place in range(len(looks)) if place not in empty]


def _reading(cells: Cells, looks: Sequence[Look], columns: Sequence[Column]) -> Reading:
    """All that is known of how the table was read."""
    reading = cells.reading
    plain = ColumnReading("numeric", reading.decimal or ".", "")
    special = {
        look.name: look.settled.how for look in looks
        if look.settled.how != plain and (look.kind in ("numeric", "date") or look.settled.how.names or look.told)
    }  # fmt: skip
    index = reading.index
    if index is None:
        first = columns[0] if columns else None
        nameless = (
            bool(reading.header) and len(columns) > 1 and not cells.heading[0] and looks[0].name == cells.names[0]
        )
        index = first.name if first is not None and nameless and first.counter else ""
    thousands = {look.settled.how.thousands for look in looks if look.settled.how.thousands}
    return replace(reading, index=index, columns=special,
                   thousands=reading.thousands or (thousands.pop() if len(thousands) == 1 else ""))  # fmt: skip


def _doubts(looks: Sequence[Look], columns: Sequence[Column], reading: Reading, rows: int) -> Iterator[Repair]:
    """What was decided though it could have been decided otherwise, and columns that nothing is made of."""
    for look in looks:
        if look.doubtful_form:
            yield repair("dates-ambiguous", 1, [look.name], column=look.name, form=spoken(look.settled.how.day or ""))
        if look.doubtful_number:
            cell = look.styles.example
            value = f"{number(cell, look.settled.how):g}"
            yield repair("numbers-ambiguous", 1, [look.name], column=look.name, cell=cell, value=value)
        names = look.settled.how.names
        if len(names) > len(set(names.values())):
            yield repair("names-joined", len(names), list(names)[:MOST_PLACES], column=look.name)
    for column in columns:
        for each in column.sentinels:
            rows_ = [f"{row:,}" for row in each.rows]
            yield repair("sentinels", each.count, rows_, column=column.name, cell=each.marks[0])
    if reading.index:
        yield repair("index", 1, [reading.index])
    nothing = [each.name for each in columns if each.missing == rows]
    if nothing:
        yield repair("columns-nothing", len(nothing), nothing[:MOST_PLACES])
    texts = [each.name for each in columns if each.kind not in ("numeric", "date") and not each.usable]
    texts = [name for name in texts if name not in nothing]
    if texts:
        yield repair("columns-text", len(texts), texts[:MOST_PLACES])


def most_rows(columns: int) -> int:
    """How many rows a table of so many columns may have."""
    return min(MAX_ROWS, MAX_CELLS // columns)


def too_many(file: str, columns: int) -> UploadError:
    """The refusal of a table that has more."""
    said = N_("{file} has more than {limit} rows, the most that {columns} columns may have.")
    return UploadError(Text(said, file=file, limit=f"{most_rows(columns):,}", columns=columns))


def _check(cells: Cells, batch: pa.RecordBatch, before: int) -> None:
    if before + len(batch) > most_rows(len(cells.names)):
        raise too_many(cells.file, len(cells.names))
    for name, column in zip(cells.names, batch.columns, strict=True):
        longest = pc.max(pc.utf8_length(column)).as_py() or 0
        if longest > MAX_CELL_CHARACTERS:
            row = pc.index(pc.utf8_length(column), longest).as_py()
            raise UploadError(
                Text(
                    N_("{file}, row {row}, column {column}: the cell has {received} characters; at most {limit}."),
                    file=cells.file,
                    row=f"{cells.line(before + row):,}",
                    column=name,
                    received=f"{longest:,}",
                    limit=f"{MAX_CELL_CHARACTERS:,}",
                )
            )


def _write(cells: Cells, looks: Sequence[Look], kept: Sequence[int], made: Path, rows: int, tally: Tally) -> None:
    roomy = rows * len(kept) <= ROOMY_CELLS
    schema = pa.schema([(looks[place].name, looks[place].type(roomy)) for place in kept])
    a_group = max(1_000, CELLS_A_GROUP // len(kept))
    waiting: list[pa.RecordBatch] = []
    nothing, row = [_nothing(cells.reading, name) for name in cells.names], 0
    with parquet.ParquetWriter(made, schema, compression="zstd") as writer, ThreadPoolExecutor(1) as beside:
        writing: Future[None] | None = None  # the group before, while the next is made

        def write() -> Future[None]:
            if writing is not None:
                writing.result()
            return beside.submit(writer.write_table, pa.Table.from_batches(waiting), row_group_size=a_group)

        for batch in _ahead(cells.batches()):
            typed = [
                looks[place].typed(tidied(batch.column(place), nothing[place]), row, tally, field.type)
                for place, field in zip(kept, schema, strict=True)
            ]
            row += len(batch)
            waiting.append(pa.record_batch(typed, schema=schema))
            if sum(map(len, waiting)) >= a_group:
                writing, waiting = write(), []
        if waiting:
            writing = write()
        if writing is not None:
            writing.result()


def _thrifty(columns: Sequence[Column]) -> list[Column]:
    """The columns; where they remember too many values together, those with the most forget theirs."""
    together = sum(len(each.values) for each in columns)
    forgotten: set[str] = set()
    for column in sorted(columns, key=lambda each: -len(each.values)):
        if together <= MAX_VALUES_TOGETHER:
            break
        together -= len(column.values)
        forgotten.add(column.name)
    return [replace(each, values=(), counts=()) if each.name in forgotten else each for each in columns]
