"""SQLite's journal, kept at a size with which something can be deleted when the disk is full.

A rollback journal in the mode PERSIST stays when a transaction ends: its header is overwritten with zeros, and the next
transaction writes over the rest. A write-ahead log is begun anew when it was copied into the database. What either
takes of the disk is therefore not asked for again; here it is asked for in time.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

BYTES = 1_000_000  # of a rollback journal: pages that one transaction of a few hundred rows may change
LOG_BYTES = 5_500_000  # of a log: SQLite copies it when it holds a thousand pages, and what came last is beyond these
BUSY_SECONDS = 0.5


def reserve(file: Path) -> None:
    """Let the journal of a database be as long as that; nothing where that cannot be.

    Only zeros are appended, and only while no other process can write. Behind a header of zeros SQLite takes them for a
    journal without content, behind the last page of a log for its end.
    """
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            logs = connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            ending, length = ("-wal", LOG_BYTES) if logs else ("-journal", BYTES)
            journal = file.with_name(f"{file.name}{ending}")
            if journal.exists() and journal.stat().st_size >= length:
                return
            connection.execute("BEGIN IMMEDIATE")
            _extend(journal, length)
            connection.execute("ROLLBACK")
    except (sqlite3.Error, OSError):  # held by somebody, or no room: at another time, then
        return


def _extend(journal: Path, length: int) -> None:
    descriptor = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(bytes(max(length - file.tell(), 0)))
        file.flush()
        os.fsync(file.fileno())
