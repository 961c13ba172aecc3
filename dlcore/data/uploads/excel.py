"""Excel: the sheet that holds the largest table, as rows of cells of text, and read as those of a text file are."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl

from dlcore.data.uploads.archive import Archive
from dlcore.data.uploads.delimited import check_told, keep_rows
from dlcore.data.uploads.description import MOST_PLACES, Reading, Table
from dlcore.data.uploads.limits import MAX_CELL_CHARACTERS, MAX_SHEET_BYTES, MAX_SHEET_CELLS
from dlcore.data.uploads.marks import find_marks
from dlcore.data.uploads.records import Dialect, Record, filled
from dlcore.data.uploads.repair import fitted_rows
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.data.uploads.table import check_width, names_of
from dlcore.data.uploads.table_layout import Layout, find_layout
from dlcore.data.uploads.tally import Tally, repair
from dlcore.errors import UploadError, unknown
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


def read(files: Sequence[UploadedFile], made: Path) -> Table:
    """Read a sheet: the one that is told, else the largest. Raises UploadError that names the row."""
    file = files[0]
    check_told(file.reading)
    with _written_out(file, made) as sheets:
        return _of_sheet(file, _chosen(file, sheets), made, sheets)


def rows_of(file: UploadedFile) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """(names of the columns, number and cells of each row) of a file that is asked about; see `formats.rows_of`."""
    with _written_out(file, file.path) as sheets:
        told = file.reading
        known = told.sheet if told.sheet in [each.name for each in sheets] else None
        sheet = _chosen(replace(file, reading=replace(told, sheet=known)), sheets)
        beginning = [each for each, _ in zip(sheet.records(), range(LOOK_ROWS), strict=False)]
        layout = find_layout(_even(beginning), told.header, None if told.header else 0)
        found = list(fitted_rows(_even_again(sheet, layout), layout, Dialect(""), Tally()))
    return names_of(layout.names, file.name), iter(found)


@contextmanager
def _written_out(file: UploadedFile, made: Path) -> Iterator[list[Sheet]]:
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
            seen += len(row) + 1
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


def _chosen(file: UploadedFile, sheets: Sequence[Sheet]) -> Sheet:
    told = file.reading.sheet
    if told:
        found = next((each for each in sheets if each.name == told), None)
        if found is None:
            raise UploadError(unknown(Text(N_("sheet")), told, [each.name for each in sheets][:50]))
        return found
    largest = max(sheets, key=lambda each: (each.cells, each.written), default=None)
    if largest is None or not largest.written:
        raise UploadError(Text(N_("{file} holds no rows."), file=file.name))
    return largest


def _of_sheet(file: UploadedFile, sheet: Sheet, made: Path, sheets: Sequence[Sheet]) -> Table:
    told, tally = file.reading, Tally()
    beginning = [each for each, _ in zip(sheet.records(), range(LOOK_ROWS), strict=False)]
    layout = find_layout(_even(beginning), told.header, told.skip)
    aside = [each.name for each in sheets if each is not sheet and each.written]
    for each in beginning[: layout.skip]:
        if not each.blank:
            tally.add("title", each.line)
    decimal = told.decimal or find_marks((cell for each in beginning for cell in each.cells), "")
    reading = Reading(
        delimiter="", encoding="", decimal=decimal, header=layout.header, quote="", thousands=told.thousands,
        skip=layout.skip, comment="", sheet=sheet.name, index=told.index, missing=told.missing, columns=told.columns,
    )  # fmt: skip
    given = fitted_rows(_even_again(sheet, layout), layout, Dialect(""), tally)
    if layout.header == 2:
        tally.add("header-two", "")
    table = keep_rows(file, given, layout.names, reading, made, "xlsx", tally)
    if not aside:
        return table
    told_of = repair("sheets", len(aside), aside[:MOST_PLACES], sheet=sheet.name)
    return replace(table, repairs=(told_of, *table.repairs))


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


def _even_again(sheet: Sheet, layout: Layout) -> Iterator[Record]:
    return (_widened(each, layout.width) for each in sheet.records())


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
