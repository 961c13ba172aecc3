"""A little room put aside, so that a run can still say that the disk is full."""

from __future__ import annotations

import os
from pathlib import Path

FILE = "ballast"
BYTES = 4_000_000


def store(home: Path) -> None:
    """Put the room aside, where there is any; nothing happens on a full disk."""
    path = home / FILE
    if path.exists() and path.stat().st_size == BYTES:
        return
    try:
        with path.open("wb") as file:
            file.write(bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)


def release(home: Path) -> None:
    """Give the room back to the disk."""
    (home / FILE).unlink(missing_ok=True)
