"""A file that a data set is read from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dlcore.data.uploads.description import AS_FOUND, Reading


@dataclass(frozen=True)
class UploadedFile:
    """A file that was brought: where it lies now, what it was called, and what was said of how to read it."""

    path: Path
    name: str
    reading: Reading = AS_FOUND
