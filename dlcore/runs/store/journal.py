"""SQLite's rollback journal, kept at a size with which something can be deleted when the disk is full.

In the mode PERSIST a commit overwrites the journal's header with zeros and leaves the file, to be written over by the
next transaction. What it takes of the disk is therefore never asked for again; here it is asked for in time.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

BYTES = 1_000_000  # pages that one transaction of a few hundred rows may change
BUSY_SECONDS = 0.5


def reserve(file: Path) -> None:
    """Let the journal of a database be as long as that; nothing where that cannot be, as in another mode.

    Only zeros are appended, behind a header that is zeros, too, which SQLite takes for a journal without content; and
    only while no other process can write.
    """
    journal = file.with_name(f"{file.name}-journal")
    try:
        if journal.exists() and journal.stat().st_size >= BYTES:
            return
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            if connection.execute("PRAGMA journal_mode").fetchone() == ("wal",):
                return
            connection.execute("BEGIN IMMEDIATE")
            _extend(journal)
            connection.execute("ROLLBACK")
    except (sqlite3.Error, OSError):  # held by somebody, or no room: at another time, then
        return


def _extend(journal: Path) -> None:
    descriptor = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(bytes(BYTES - file.tell()))
        file.flush()
        os.fsync(file.fileno())
