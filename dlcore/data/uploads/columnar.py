"""Parquet: plain columns of numbers, texts, truth values and dates; lists and tables in cells are refused by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dlcore.data.uploads.description import Table
from dlcore.data.uploads.parquet_cells import batches_of, columns_of
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.data.uploads.table import Cells, keep
from dlcore.data.uploads.tally import Tally


def read(files: Sequence[UploadedFile], made: Path) -> Table:
    """Read a Parquet file. Raises UploadError that names the column."""
    file = files[0]
    names, places = columns_of(file)
    told = file.reading
    reading = replace(
        told, delimiter="", encoding="", decimal=".", header=1, quote="", skip=0, comment="", sheet="", table=1
    )
    cells = Cells(file.name, names, lambda: batches_of(file, names, places), reading, names, told, lambda row: row + 1)
    return keep(cells, made, "parquet", Tally())
