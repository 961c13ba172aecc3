"""What reads a file: ours, and those that others use. Each says the names and the rows, or raises."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
from pyarrow import parquet

from dlcore.data.uploads.description import Table
from dlcore.data.uploads.formats import read
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import UploadError

from .meaning import Value


class Refusal(Exception):  # noqa: N818 -- a refusal in words is an answer
    """The reader says that there is no table."""


@dataclass(frozen=True)
class Outcome:
    """What came of a file. A name that the reader made up itself is empty."""

    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    repairs: tuple[str, ...] = ()  # kinds of what was mended


def read_back(path: Path) -> Outcome:
    """What dlcore reads. Raises Refusal where it says why not; anything else that it raises is a fault of it."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "rows.parquet"
        try:
            description = read([UploadedFile(path, path.name)], made)
        except UploadError as refused:
            raise Refusal(str(refused)) from None
        assert isinstance(description, Table)
        kept = parquet.read_table(made, use_threads=False)
    names = tuple(_own_name(name, at) for at, name in enumerate(kept.column_names, start=1))
    columns = [column.to_pylist() for column in kept.columns]
    return Outcome(names, tuple(zip(*columns, strict=True)), tuple(each.kind for each in description.repairs))


def _own_name(name: str, at: int) -> str:
    """Without what dlcore adds to tell columns apart."""
    return "" if name == f"column {at}" else re.sub(r" \(\d\d?\)$", "", name)


def _frame(frame: pd.DataFrame) -> Outcome:
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    names = tuple(re.sub(r"^(Unnamed: .*|level_\d+|index)$|\.\d+$", "", str(name)) for name in frame.columns)
    return Outcome(names, tuple(tuple(row) for row in frame.fillna("").astype(str).itertuples(index=False)))


def read_pandas(path: Path) -> Outcome:
    """pandas, as everybody calls it, but with cells as text."""
    return _frame(pd.read_csv(path, dtype=str, keep_default_na=False))


def read_pandas_lenient(path: Path) -> Outcome:
    """pandas, asked to find the delimiter and to leave out lines that are too long."""
    return _frame(pd.read_csv(path, dtype=str, keep_default_na=False, sep=None, engine="python", on_bad_lines="skip"))


def read_sniffed(path: Path) -> Outcome:
    """The standard library: its sniffer for the dialect, its reader for the rest."""
    with path.open(encoding="utf-8", newline="") as opened:
        text = opened.read()
    dialect = csv.Sniffer().sniff(text)
    header, *rows = csv.reader(io.StringIO(text, newline=""), dialect)
    return Outcome(tuple(header), tuple(map(tuple, rows)))


def read_duckdb(path: Path) -> Outcome:
    """DuckDB's automatic reader, which leaves out what does not fit."""
    import duckdb  # type: ignore[import-not-found]  # where somebody has it

    answer = duckdb.connect().execute("SELECT * FROM read_csv(?, all_varchar=true, ignore_errors=true)", [str(path)])
    names = tuple(re.sub(r"^column\d+$", "", each[0]) for each in answer.description)
    return Outcome(names, tuple(answer.fetchall()))


def read_clevercsv(path: Path) -> Outcome:
    """CleverCSV's dialect."""
    import clevercsv  # type: ignore[import-not-found]  # where somebody has it

    return _frame(clevercsv.read_dataframe(str(path), dtype=str, keep_default_na=False))


Reader = Callable[[Path], Outcome]
READERS: dict[str, Reader] = {"dlcore": read_back, "pandas": read_pandas, "pandas sep=None": read_pandas_lenient,
                              "csv.Sniffer": read_sniffed}  # fmt: skip
OTHERS: dict[str, Reader] = {"duckdb": read_duckdb, "clevercsv": read_clevercsv}
READERS |= {name: reader for name, reader in OTHERS.items() if importlib.util.find_spec(name)}


def outcome(reader: Reader, path: Path) -> Outcome | Exception:
    """What came of a file, or what was raised."""
    try:
        found = reader(path)
    except Exception as error:  # whatever it is, the file was not read
        return error
    return replace(found, header=_stripped(found.header))


def _stripped(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    end = len(cells)
    while end and cells[end - 1] in ("", None):
        end -= 1
    return cells[:end]
