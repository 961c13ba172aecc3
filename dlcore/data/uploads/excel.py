"""Excel: the sheet that holds the largest table, or the one that is told, kept as the rows of a text file are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dlcore.data.uploads.delimited import keep_rows
from dlcore.data.uploads.description import MOST_PLACES, RAGGED, Table
from dlcore.data.uploads.marks import find_marks
from dlcore.data.uploads.repair import count_above
from dlcore.data.uploads.sheets import Sheet, beginning_of, largest, rows_in, written_out
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.data.uploads.tally import Tally, repair
from dlcore.data.uploads.text_plan import check_told, no_such_table
from dlcore.errors import UploadError, unknown
from dlcore.i18n import N_, Text


def read(files: Sequence[UploadedFile], made: Path) -> Table:
    """Read a sheet: the one that is told, else the largest. Raises UploadError that names the row."""
    file = files[0]
    check_told(file.reading)
    with written_out(file, made) as sheets:
        return _of_sheet(file, _chosen(file, sheets), made, sheets)


def _chosen(file: UploadedFile, sheets: Sequence[Sheet]) -> Sheet:
    told = file.reading.sheet
    if not told:
        return largest(file, sheets)
    found = next((each for each in sheets if each.name == told), None)
    if found is None:
        raise UploadError(unknown(Text(N_("sheet")), told, [each.name for each in sheets][:50]))
    return found


def _of_sheet(file: UploadedFile, sheet: Sheet, made: Path, sheets: Sequence[Sheet]) -> Table:
    told, tally = file.reading, Tally()
    beginning, layout = beginning_of(sheet, told)
    if layout is None:
        raise no_such_table(file)
    aside = [each.name for each in sheets if each is not sheet and each.written]
    count_above(beginning, layout, tally)
    reading = replace(
        told, delimiter="", encoding="", header=layout.header, quote="", skip=layout.skip, comment="",
        decimal=told.decimal or find_marks((cell for each in beginning for cell in each.cells), ""),
        sheet=sheet.name, table=layout.number, ragged=told.ragged or RAGGED[0],
    )  # fmt: skip
    rows = rows_in(sheet, layout, tally, told)
    table = keep_rows(file, rows, layout.names, reading, made, "xlsx", tally)
    if not aside:
        return table
    told_of = repair("sheets", len(aside), aside[:MOST_PLACES], sheet=sheet.name)
    return replace(table, repairs=(told_of, *table.repairs))
