"""Where uploads are made ready: a folder of the home for each, held by a lock as long as its process lives.

A process that is killed in the middle leaves a folder that nobody holds, and perhaps rows that the database does not
name. `held` clears such folders away, and tells which uploads are still in somebody's hands.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

FOLDER, LOCK = "upload_staging", ".lock"


@contextmanager
def place(home: Path, upload_id: str) -> Iterator[Path]:
    """An empty folder for one upload, gone afterwards."""
    folder = home / FOLDER / upload_id
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_suffix(LOCK)):
        try:
            folder.mkdir()
            yield folder
        finally:
            _clear(folder)


def held(home: Path) -> set[str]:
    """The ids of uploads that some process is bringing now; what dead processes left on the way is removed."""
    found = set()
    for lock in sorted((home / FOLDER).glob(f"*{LOCK}")):
        try:
            with FileLock(lock, timeout=0):
                _clear(lock.with_suffix(""))
        except Timeout:
            found.add(lock.stem)
    return found


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(LOCK).unlink(missing_ok=True)
