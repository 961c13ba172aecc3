"""A little room put aside, so that with a full disk a run can still say so, and something can still be deleted."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from dlcore.runs.store.engine import DiskFull

Result = TypeVar("Result")

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


def forgetting(home: Path, forget: Callable[[], Result], remove: Callable[[Result], None]) -> None:
    """Forget something in the database, then remove its files. Where no room is left even for that, give this up."""
    try:
        remove(forget())
    except DiskFull:
        release(home)
        remove(forget())
        store(home)
