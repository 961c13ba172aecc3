"""A file of rows, read as the child reads it: the description, and the rows that were kept, as a frame."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from dlcore.data.column import Column
from dlcore.data.uploads.description import Table, from_json, to_json

from .brought import kept

CASES = Path(__file__).parents[1] / "cases"


def read_table(folder: Path, content: str | bytes, name: str = "own.csv") -> tuple[Table, pd.DataFrame]:
    """What is read of this content under this name."""
    found, made = kept(folder, content.encode() if isinstance(content, str) else content, name)
    assert isinstance(found, Table)
    assert from_json(to_json(found)) == found
    frame = pd.read_parquet(made)
    assert (len(frame), list(frame)) == (found.rows, [each.name for each in found.columns])
    return found, frame


def read_case(folder: Path, name: str) -> tuple[Table, pd.DataFrame]:
    """What is read of one of the inputs that went wrong."""
    return read_table(folder, (CASES / name).read_bytes(), name)


def column(table: Table, name: str) -> Column:
    """The column of this name, which there must be."""
    found = table.find(name)
    assert found is not None, [each.name for each in table.columns]
    return found


def days(cells: pd.Series[pd.Timestamp]) -> list[str | None]:
    """Dates as ISO days, None where one is missing."""
    return [None if pd.isna(cell) else cell.strftime("%Y-%m-%d") for cell in cells]


def in_lines(cells: Iterable[str], name: str = "value", delimiter: str = ";") -> str:
    """A file of this column beside one of words, no cell quoted."""
    return f"{name}{delimiter}word\n" + "".join(f"{cell}{delimiter}{'ab'[n % 2]}\n" for n, cell in enumerate(cells))


def told(table: Table, name: str) -> bool:
    """Whether a repair names this column, row, file or sheet."""
    return any(name in each.places or f"column {name}".lower() in str(each.sentence).lower() for each in table.repairs)
