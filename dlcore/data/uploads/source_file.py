"""A file from outside: one that a data set is read from, or whose rows are asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dlcore.data.uploads.description import AS_FOUND, Reading
from dlcore.data.uploads.tally import Tally


@dataclass(frozen=True)
class UploadedFile:
    """A file that was brought: where it lies now, what it was called, and what was said of how to read it."""

    path: Path
    name: str
    reading: Reading = AS_FOUND


@dataclass(frozen=True)
class AskedRows:
    """The rows of a file that is asked about, each with its number in the file, as wide as there are names.

    `tally` counts what is mended while they go by.
    """

    names: Sequence[str]
    rows: Iterator[tuple[int, list[str]]]
    tally: Tally
