"""A file of rows that is asked about, read as the training data were."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dlcore.data.uploads.description import Reading
from dlcore.data.uploads.source_file import AskedRows, UploadedFile
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

TEXTS = (".csv", ".tsv", ".txt", ".tab")
BOOKS = (".xlsx", ".xlsm")
COLUMNAR = (".parquet",)
TYPED = BOOKS + COLUMNAR  # whose numbers and days come as such
TABLES = TEXTS + TYPED


def rows_of(path: Path, name: str, reading: Reading, wanted: Sequence[str] = ()) -> AskedRows:
    """The rows of a file called `name`, read by the stored reading where that gives the columns that are `wanted`.

    Else what differs in this very file (delimiter, quotation marks, comments, what stands above the names) is found
    anew; how many rows name the columns, and how rows of another length are fitted, is as it was. Raises UploadError
    where no table is in it.
    """
    given, end = UploadedFile(path, name, reading), name.lower()
    if end.endswith(TEXTS):
        from dlcore.data.uploads import text_plan

        return text_plan.rows_of(given, wanted)
    if end.endswith(BOOKS):
        from dlcore.data.uploads import sheets

        return sheets.rows_of(given, wanted)
    if end.endswith(COLUMNAR):
        from dlcore.data.uploads import parquet_cells

        return parquet_cells.rows_of(given)
    raise UploadError(Text(N_("{file} holds no rows."), file=name))
