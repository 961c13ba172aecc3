"""The names of the columns of a table, and how many it may have."""

from __future__ import annotations

from collections.abc import Sequence

from dlcore.data.uploads.limits import MAX_COLUMNS, MAX_NAME_CHARACTERS
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text, on_one_line


def check_width(columns: int, file: str) -> None:
    """Raises UploadError for more columns than are allowed."""
    if columns > MAX_COLUMNS:
        raise UploadError(
            Text(
                N_("{file} has {received} columns; at most {limit} are allowed."),
                file=file,
                received=f"{columns:,}",
                limit=f"{MAX_COLUMNS:,}",
            )
        )


def names_of(heading: Sequence[str], file: str) -> list[str]:
    """Column names that can be told apart: on one line, none empty, none twice. Raises UploadError for too many."""
    check_width(len(heading), file)
    names: list[str] = []
    taken: set[str] = set()
    for place, given in enumerate(heading, start=1):
        plain = on_one_line(given)
        name = first = plain[:MAX_NAME_CHARACTERS] or f"column {place}"
        again = 2
        while name in taken:
            name, again = f"{first} ({again})", again + 1
        taken.add(name)
        names.append(name)
    return names
