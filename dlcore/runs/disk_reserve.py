"""A little room put aside, so that with a full disk a run can still say so, and something can still be deleted."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from dlcore.errors import no_room
from dlcore.runs.store.engine import DiskFull

Result = TypeVar("Result")

FILE = "disk_reserve"
BYTES = 4_000_000
MAKEABLE = ("exports",)  # folders of the home with what is made anew when it is asked for
OLD_LOGS = "log/*.log.*"
SAMPLE_BYTES = 200_000


def store(home: Path) -> None:
    """Put the room aside, where there is any; nothing happens on a full disk."""
    path = home / FILE
    beside = path.with_name(f".{FILE}-{secrets.token_hex(4)}")
    with suppress(OSError):
        if path.exists() and path.stat().st_size == BYTES:
            return
        try:
            _write(beside, BYTES)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def refill(home: Path) -> None:
    """Put it aside again once there is room for more than that: not what somebody has just made free for himself."""
    with suppress(OSError):
        if shutil.disk_usage(home).free > 3 * BYTES:
            store(home)


def release(home: Path) -> None:
    """Give the room back to the disk."""
    (home / FILE).unlink(missing_ok=True)


def is_full(folder: Path) -> bool:
    """Whether even a small file finds no room: asked where a library broke that does not say why."""
    sample = folder / f".sample-{secrets.token_hex(4)}"
    try:
        _write(sample, SAMPLE_BYTES)
    except OSError as error:
        return no_room(error)
    finally:
        sample.unlink(missing_ok=True)
    return False


def forgetting(
    home: Path,
    forget: Callable[[], Result],
    remove: Callable[[Result], None],
    piecemeal: Callable[[], Result] | None = None,
) -> None:
    """Forget something in the database, then remove its files: nothing lies around that nobody names.

    Where no room is left even for that, the reserve is given up. Where that is spent, what can be made anew is
    removed, and it is forgotten `piecemeal`: so little at a time that the journal needs no more room than it has.
    The reserve is put aside again as soon as there is room for it.
    """
    try:
        found = forget()
    except DiskFull:
        release(home)
        found = _without_reserve(home, forget, piecemeal or forget)
    remove(found)
    refill(home)


def _without_reserve(home: Path, forget: Callable[[], Result], piecemeal: Callable[[], Result]) -> Result:
    try:
        return forget()
    except DiskFull:
        for name in MAKEABLE:
            for each in (home / name).glob("*"):
                shutil.rmtree(each, ignore_errors=True)
        for each in home.glob(OLD_LOGS):
            each.unlink(missing_ok=True)
    return piecemeal()


def _write(path: Path, length: int) -> None:
    with path.open("xb") as file:
        file.write(bytes(length))
        file.flush()
        os.fsync(file.fileno())
