"""Excel: the values of the first sheet that has any, written out as CSV row by row and read as that."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import openpyxl

from dlcore.data.own import delimited
from dlcore.data.own.archive import Archive
from dlcore.data.own.description import Table
from dlcore.data.own.formats import Given
from dlcore.data.own.limits import MAX_CELL_CHARACTERS, MAX_COLUMNS, MAX_SHEET_BYTES, MAX_SHEET_CELLS
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text


def read(files: Sequence[Given], made: Path) -> Table:
    """Read the first sheet that holds anything. Raises UploadError that names the row."""
    file = files[0]
    with Archive(file.path, file.name, limit=MAX_SHEET_BYTES):
        pass  # what is in it was looked at
    plain = made.with_suffix(".csv")
    try:
        with plain.open("w", encoding="utf-8", newline="") as written, file.path.open("rb") as opened:
            sheet = _write(file, opened, written)
        return delimited.read_as(Given(plain, file.name), made, "utf-8", "xlsx", sheet)
    finally:
        plain.unlink(missing_ok=True)


def _write(file: Given, opened: BinaryIO, written: TextIO) -> str:
    """Write the rows of the sheet; returns its name."""
    try:
        book = openpyxl.load_workbook(opened, read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            if _write_rows(file, sheet.iter_rows(values_only=True), csv.writer(written)):
                return str(sheet.title)[:100]
    except UploadError:
        raise
    except Exception:  # whatever openpyxl stumbles over is a file that is no workbook
        raise UploadError(
            Text(N_("{file} is damaged, or not what its name says: it could not be read."), file=file.name)
        ) from None
    raise UploadError(Text(N_("{file} holds no rows."), file=file.name))


def _write_rows(file: Given, rows: Iterator[tuple[Any, ...]], writer: Any) -> bool:
    """Every row that holds something, as wide as the first; whether there was any."""
    width, cells = 0, 0
    for number, row in enumerate(rows, start=1):
        cells += len(row) + 1
        if cells > MAX_SHEET_CELLS:
            raise UploadError(
                Text(
                    N_("{file} has more than {limit} cells in a sheet; save it as CSV or Parquet."),
                    file=file.name,
                    limit=f"{MAX_SHEET_CELLS:,}",
                )
            )
        filled = len(row)
        while filled and row[filled - 1] in (None, ""):
            filled -= 1
        if not filled:
            continue
        width = width or filled
        if filled > width or width > MAX_COLUMNS:
            raise UploadError(
                Text(
                    N_("{file}, row {row}: there are {received} cells, but {expected} columns."),
                    file=file.name,
                    row=f"{number:,}",
                    received=filled,
                    expected=min(width, MAX_COLUMNS),
                )
            )
        writer.writerow([_text(row[place]) if place < len(row) else "" for place in range(width)])
    return width > 0


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)[: MAX_CELL_CHARACTERS + 1]
