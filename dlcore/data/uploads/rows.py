"""The kept rows of an upload: all of them for training, a bounded frame of them for a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from dlcore.data.base import Rows, Task
from dlcore.data.cleaning.table_columns import TableColumns
from dlcore.data.column import Column
from dlcore.data.uploads import choice
from dlcore.data.uploads.description import Arrays, Description, Images, Table
from dlcore.data.uploads.upload_settings import UploadSettings
from dlcore.errors import DataError
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]

MAX_PREVIEW_CELLS = 5_000_000
ORDERED = ("numeric", "date")  # kinds of columns whose values follow one another


def read(brought: UploadSettings, description: Description, file: BinaryIO) -> Rows:
    """All rows that have a target: x as a frame, texts or an array, y as the task asks."""
    with file:
        if isinstance(description, Images):
            from dlcore.data.uploads import folders

            return folders.rows(brought, description, parquet.ParquetFile(file))
        if isinstance(description, Arrays):
            from dlcore.data.uploads import arrays

            return arrays.rows(description, brought.about(), parquet.ParquetFile(file))
        return _of_table(brought, description, parquet.ParquetFile(file))


def _of_table(brought: UploadSettings, table: Table, file: parquet.ParquetFile) -> Rows:
    targets = choice.targets_of(brought, table)
    inputs = _inputs(brought, table)
    read = file.read(columns=_names([*inputs, *targets]), use_threads=False)
    kept = _kept(brought, table, file, read)
    if len(kept) < len(read):
        read = read.take(pa.array(kept))
    _check_finite(read)
    y = _answers(read, targets, choice.task_of(brought, targets))
    x = read.select(_names(inputs)).to_pandas(self_destruct=True, split_blocks=True)
    return Rows(x, y)


def _check_finite(read: pa.Table) -> None:
    """Raises DataError for numbers beyond float32, which earlier versions kept as infinity."""
    for name in read.column_names:
        if pa.types.is_floating(read[name].type) and pc.any(pc.is_inf(read[name])).as_py():
            raise DataError(
                Text(N_("dataset: column {column} holds a number beyond {limit}, which is no measurement: leave such "
                        "cells empty in the file and bring it again."), column=name, limit="3.4e38")
            )  # fmt: skip


def _inputs(brought: UploadSettings, table: Table) -> list[Column]:
    text = choice.text_of(brought, table)
    return [text] if text is not None else choice.inputs_of(brought, table)


def _names(columns: list[Column]) -> list[str]:
    return list(dict.fromkeys(each.name for each in columns))


def answers(brought: UploadSettings, description: Description, file: BinaryIO) -> Array:
    """y alone, of every row that has one: little to hold, however wide the data set.

    Shapes: (N,), or (N, classes) for several classes at once. Raises ExperimentError where the choice does not fit.
    """
    with file:
        kept = parquet.ParquetFile(file)
        if isinstance(description, Images):
            folders = kept.read(columns=["folder"], use_threads=False)["folder"].to_pandas()
            return np.asarray(folders.astype(pd.CategoricalDtype(list(description.classes))).cat.codes, np.int64)
        if isinstance(description, Arrays):
            from dlcore.data.uploads import arrays

            return arrays.answers(description, brought.about(), kept)
        targets = choice.targets_of(brought, description)
        read = kept.read(columns=_names(targets), use_threads=False)
        present = pa.array(_kept(brought, description, kept, read))
        return _answers(read.take(present), targets, choice.task_of(brought, targets))


def some(brought: UploadSettings, description: Description, file: BinaryIO, numbers: Array) -> Any:
    """x of a few rows, in the order asked for, as `read` would number them; a table's with its target, as it came.

    `numbers` (N,) of rows -> a frame of N rows for a table, else (N, *shape).
    """
    with file:
        kept = parquet.ParquetFile(file)
        if isinstance(description, Images):
            from dlcore.data.uploads import folders

            return folders.pictures(brought, description, _taken(kept, None, numbers))
        if isinstance(description, Arrays):
            from dlcore.data.uploads import arrays

            return arrays.examples(description, _taken(kept, ["x"], numbers))
        targets = choice.targets_of(brought, description)
        answers = kept.read(columns=_names(targets), use_threads=False)
        present = _kept(brought, description, kept, answers)
        shown: pd.DataFrame = _taken(
            kept, _names([*targets, *_inputs(brought, description)]), present[numbers]
        ).to_pandas()
        return shown


def _taken(kept: parquet.ParquetFile, columns: list[str] | None, numbers: Array) -> pa.Table:
    """These rows in this order; one part of the file is read after the other."""
    order, found, before = np.argsort(numbers, kind="stable"), [], 0
    ordered = numbers[order]
    for number in range(kept.metadata.num_row_groups):
        size = kept.metadata.row_group(number).num_rows
        inside = ordered[(ordered >= before) & (ordered < before + size)] - before
        if len(inside):
            found.append(kept.read_row_group(number, columns=columns, use_threads=False).take(pa.array(inside)))
        before += size
    if not found:
        return kept.schema_arrow.empty_table()
    return pa.concat_tables(found).take(pa.array(np.argsort(order, kind="stable")))


def _kept(brought: UploadSettings, table: Table, file: parquet.ParquetFile, read: pa.Table) -> Array:
    """The numbers of the rows that there are: those with a target, less those that the recipe leaves out.

    `read` holds the targets at least; what the recipe must see besides is read for it.
    """
    targets = choice.targets_of(brought, table)
    present = np.flatnonzero(~_missing(read, targets))
    if not brought.recipe or choice.text_of(brought, table) is not None:
        return present
    from dlcore.data.cleaning import pipeline

    inputs = choice.inputs_of(brought, table)
    if not any(step.leaves_rows_out for step in brought.recipe):
        return present
    names = _names([*inputs, *targets])
    found: Array = present[pipeline.kept(brought.recipe, TableColumns(names, _reader(file, read), present), inputs)]
    return found


def _reader(file: parquet.ParquetFile, read: pa.Table) -> Callable[[str], pd.Series[Any]]:
    """A way to each column of a file, by its name; those of `read` are at hand."""

    def column(name: str) -> pd.Series[Any]:
        at_hand = name in read.column_names
        table = read.select([name]) if at_hand else file.read(columns=[name], use_threads=False)
        values: pd.Series[Any] = table.to_pandas()[name]
        return values

    return column


def columns(brought: UploadSettings, table: Table, file: BinaryIO) -> TableColumns:
    """The columns of an open file, as `read` numbers its rows; each is read when it is asked for."""
    kept = parquet.ParquetFile(file)
    targets = choice.targets_of(brought, table)
    read = kept.read(columns=_names(targets), use_threads=False)
    return TableColumns(kept.schema_arrow.names, _reader(kept, read), _kept(brought, table, kept, read))


def _missing(read: pa.Table, targets: list[Column]) -> Array:
    empty = np.zeros(len(read), bool)
    for column in targets:
        empty |= read[column.name].is_null().to_numpy()
    return empty


def _answers(read: pa.Table, targets: list[Column], task: Task) -> Array:
    if task == "multilabel":
        return np.stack([_numbers(read[each.name]) for each in targets], axis=1)
    column, values = targets[0], read[targets[0].name]
    if task == "regression":
        return _numbers(values)
    if column.kind == "numeric":
        known = np.array([float(value) for value in column.values])
        return np.searchsorted(known, _numbers(values)).astype(np.int64)
    named = values.to_pandas().astype(pd.CategoricalDtype(list(column.values)))
    return np.asarray(named.cat.codes, np.int64)


def _numbers(values: pa.ChunkedArray) -> Array:
    """As they are kept: float32, or float64 where float32 would not tell them apart."""
    found: Array = values.to_numpy()
    return found if found.dtype == np.float64 else found.astype(np.float32)


def column(
    brought: UploadSettings, description: Description, file: BinaryIO, name: str, in_time: bool = False
) -> Array:
    """The values of one column, of the rows that have a target: (N,), names of groups as numbers, dates as time.

    Raises DataError where a row has none, and for names where rows are to follow one another in time.
    """
    with file:
        if not isinstance(description, Table):
            raise DataError(
                Text(N_("dataset.split: this data set has no column {column} to divide it by."), column=name)
            )
        found = choice.column_of(description, name, "split.column")
        if in_time and found.kind not in ORDERED:
            raise DataError(
                Text(N_("dataset.split.column: {column} holds neither dates nor numbers, so its rows have no order in "
                        "time; choose another column, or read it as dates."), column=name)
            )  # fmt: skip
        targets = choice.targets_of(brought, description)
        names = list(dict.fromkeys([name, *(each.name for each in targets)]))
        kept = parquet.ParquetFile(file)
        read = kept.read(columns=names, use_threads=False)
        values = read[name].to_pandas().iloc[_kept(brought, description, kept, read)]
    if (empty := int(values.isna().sum())) > 0:
        raise DataError(
            Text(
                N_("dataset.split: column {column} has no value in {count} rows, so they belong nowhere."),
                column=found.name,
                count=f"{empty:,}",
            )
        )
    if found.kind in ORDERED:
        return np.asarray(values.to_numpy())
    return np.asarray(pd.factorize(values, sort=True)[0], np.int64)


def frame(file: BinaryIO, rows: int = 200, columns: list[str] | None = None, spread: bool = False) -> pd.DataFrame:
    """Some rows of an upload as a pandas frame, its index the number of the row: the first, or evenly spread.

    At most 5,000,000 cells; only the parts of the file that are needed are read.
    """
    with file:
        kept = parquet.ParquetFile(file)
        names = [name for name in kept.schema_arrow.names if columns is None or name in columns]
        rows = min(rows, kept.metadata.num_rows, max(1, MAX_PREVIEW_CELLS // max(1, len(names))))
        wanted = np.arange(rows)
        if spread and rows:
            wanted = np.arange(rows) * kept.metadata.num_rows // rows
        made = _taken(kept, names, wanted).select(names)
        shown: pd.DataFrame = made.to_pandas()
        return shown.set_index(pd.Index(wanted))
