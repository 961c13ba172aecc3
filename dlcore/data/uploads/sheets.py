"""The sheets of an Excel file as rows of cells of text, and the rows of the one that is asked about."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from dlcore.data.uploads.archive import Archive
from dlcore.data.uploads.description import Reading
from dlcore.data.uploads.headings import check_width, names_of
from dlcore.data.uploads.limits import MAX_CELL_CHARACTERS, MAX_SHEET_BYTES, MAX_SHEET_CELLS, MAX_SHEET_ROWS
from dlcore.data.uploads.records import Dialect, Record, filled
from dlcore.data.uploads.repair import fitted_rows
from dlcore.data.uploads.source_file import AskedRows, UploadedFile
from dlcore.data.uploads.table_layout import Layout, find_table
from dlcore.data.uploads.tally import Tally
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

LOOK_ROWS = 2_000  # from which the layout of a sheet is found
MIDNIGHT = time()


@dataclass(frozen=True)
class Sheet:
    """One sheet, written out as rows of text."""

    name: str
    path: Path
    cells: int  # that hold something, in rows that hold more than one
    written: bool  # anything stands in it

    def records(self) -> Iterator[Record]:
        """Its rows, numbered as Excel numbers them."""
        with self.path.open(encoding="utf-8", newline="") as stream:
            for row in csv.reader(stream):
                yield Record(int(row[0]), [] if not any(row[1:]) else [cell.strip() for cell in row[1:]])


def rows_of(file: UploadedFile, wanted: Sequence[str]) -> AskedRows:
    """The rows of a file that is asked about; see `asked.rows_of`."""
    told, tally = file.reading, Tally()
    with written_out(file, file.path) as sheets:
        sheet = next((each for each in sheets if each.name == told.sheet), None) or largest(file, sheets)
        layout = beginning_of(sheet, told)[1]
        if not told.header or layout is None or not set(wanted) <= set(names_of(layout.names, file.name)):
            layout = _anew(sheet, told)
        rows = list(rows_in(sheet, layout, tally, told))
    return AskedRows(names_of(layout.names, file.name), iter(rows), tally)


def _anew(sheet: Sheet, told: Reading) -> Layout:
    """Where another file has its table: only how many rows name the columns is as it was."""
    plain = Reading(header=told.header, skip=None if told.header or told.skip else 0, as_written=told.as_written)
    layout = beginning_of(sheet, plain)[1]
    assert layout is not None  # a first table there always is
    return layout


def beginning_of(sheet: Sheet, told: Reading) -> tuple[list[Record], Layout | None]:
    """(the first rows of a sheet, its layout); no layout where there is no table of the number that is told."""
    found = _even([each for each, _ in zip(sheet.records(), range(LOOK_ROWS), strict=False)])
    return found, find_table(found, told.header, told.skip, told.as_written, told.table)


def rows_in(sheet: Sheet, layout: Layout, tally: Tally, told: Reading) -> Iterator[tuple[int, list[str]]]:
    """(its number, a cell for each column) of every row of a sheet."""
    every = (_widened(each, layout.width) for each in sheet.records())
    return fitted_rows(every, layout, Dialect(""), tally, told)


@contextmanager
def written_out(file: UploadedFile, made: Path) -> Iterator[list[Sheet]]:
    """The sheets as rows of text beside `made`, as long as the block lasts."""
    with Archive(file.path, file.name, limit=MAX_SHEET_BYTES):
        pass  # what is in it was looked at
    csv.field_size_limit(MAX_CELL_CHARACTERS + 10)
    sheets: list[Sheet] = []
    try:
        sheets = _sheets(file, made)
        yield sheets
    finally:
        for each in sheets:
            each.path.unlink(missing_ok=True)


def _sheets(file: UploadedFile, made: Path) -> list[Sheet]:
    """Every sheet with its rows written out."""
    found: list[Sheet] = []
    try:
        with file.path.open("rb") as opened:
            book = openpyxl.load_workbook(opened, read_only=True, data_only=True, keep_links=False)
            for number, sheet in enumerate(book.worksheets):
                path = made.with_suffix(f".sheet{number}")
                sheet.reset_dimensions()
                rows = sheet.iter_rows(values_only=True)
                found.append(Sheet(str(sheet.title)[:100], path, *_write(file, rows, path)))
    except UploadError:
        raise
    except OSError:
        raise
    except Exception:  # whatever openpyxl stumbles over is a file that is no workbook
        raise UploadError(
            Text(N_("{file} is damaged, or not what its name says: it could not be read."), file=file.name)
        ) from None
    return found


def _write(file: UploadedFile, rows: Iterator[tuple[Any, ...]], path: Path) -> tuple[int, bool]:
    """Write the rows, each behind its number; (filled cells in rows of several, whether any is filled)."""
    seen = held = 0
    written = False
    with path.open("w", encoding="utf-8", newline="", errors="replace") as stream:
        writer = csv.writer(stream)
        for number, row in enumerate(rows, start=1):
            if number > MAX_SHEET_ROWS:
                raise UploadError(
                    Text(N_("{file}: a sheet has more than the {limit} rows that Excel allows."), file=file.name,
                         limit=f"{MAX_SHEET_ROWS:,}")
                )  # fmt: skip
            seen += len(row) + 1
            if not row:  # before a row far below there may be a million of them
                stream.write(f"{number}\r\n")
                continue
            if seen > MAX_SHEET_CELLS:
                raise UploadError(
                    Text(
                        N_("{file} has more than {limit} cells in a sheet; save it as CSV or Parquet."),
                        file=file.name,
                        limit=f"{MAX_SHEET_CELLS:,}",
                    )
                )
            cells = [_text(value) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            check_width(len(cells), file.name)
            full = filled(cells)
            written = written or full > 0
            held += full if full > 1 else 0
            writer.writerow([number, *cells])
    return held, written


def largest(file: UploadedFile, sheets: Sequence[Sheet]) -> Sheet:
    """The sheet that holds most. Raises UploadError where nothing stands in any."""
    found = max(sheets, key=lambda each: (each.cells, each.written), default=None)
    if found is None or not found.written:
        raise UploadError(Text(N_("{file} holds no rows."), file=file.name))
    return found


def _even(found: Sequence[Record]) -> list[Record]:
    """A sheet leaves out empty cells at the end of a row: its rows are as wide as most, where they are not wider."""
    widths = sorted(len(each.cells) for each in found if filled(each.cells) > 1)
    width = widths[len(widths) // 2] if widths else 1
    widest = max((each for each in widths if widths.count(each) >= 2), default=width)
    return [_widened(each, max(width, widest)) for each in found]


def _widened(each: Record, width: int) -> Record:
    if filled(each.cells) > 1 and len(each.cells) < width:
        return Record(each.line, each.cells + [""] * (width - len(each.cells)))
    return each


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)[: MAX_CELL_CHARACTERS + 1]


def _moment(value: datetime) -> str:
    """To the second: Excel's days are fractions, and its full hours a microsecond off."""
    rounded = (value + timedelta(milliseconds=500)).replace(microsecond=0)
    return rounded.strftime("%Y-%m-%d" if rounded.time() == MIDNIGHT else "%Y-%m-%d %H:%M:%S")
