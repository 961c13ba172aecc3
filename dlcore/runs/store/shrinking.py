"""Room that deleted rows left in the file of an SQLite database is given back to the disk."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

PAGES = 64  # fewer free pages than these are left for what is written next
PIECE = 250  # pages at a time: whoever wants to write waits no longer than for these
SECONDS = 1.0  # then others have had to wait often enough; what is left is for the next time
BUSY_SECONDS = 0.5
SMALL_BYTES = 64_000_000  # a database up to this is written anew within a moment


def shrink(file: Path, prepare: Callable[[sqlite3.Connection, object], None], idle: bool = False) -> None:
    """Give back what is free, or a part of it where that takes long; nothing where the database is held, or no room is.

    A database of an earlier version cannot shrink by pieces. It is written anew once, and can from then on: at once
    where it is small, else when the machine is `idle`.
    """
    try:
        with closing(sqlite3.connect(file, timeout=BUSY_SECONDS)) as connection:
            prepare(connection, None)
            _empty_log(connection)
            if _number(connection, "freelist_count") < PAGES:
                return
            if _number(connection, "auto_vacuum"):
                _by_pieces(connection)
            elif idle or file.stat().st_size <= SMALL_BYTES:
                _anew(connection, file)
            _empty_log(connection)
    except (sqlite3.Error, OSError):  # it is no trouble to anybody: there will be another time
        return


def _empty_log(connection: sqlite3.Connection) -> None:
    """Copy a write-ahead log into the database, where there is one and room for it; it is no matter if not."""
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _by_pieces(connection: sqlite3.Connection) -> None:
    until = time.monotonic() + SECONDS
    while _number(connection, "freelist_count") and time.monotonic() < until:
        connection.executescript(f"PRAGMA incremental_vacuum({PIECE})")  # `execute` would end at the first page


def _anew(connection: sqlite3.Connection, file: Path) -> None:
    """SQLite needs room for the new file and for the journal, each at most as long as the old one."""
    needed = file.stat().st_size
    if min(shutil.disk_usage(place).free for place in (file.parent, tempfile.gettempdir())) < 2 * needed:
        return
    connection.execute("PRAGMA temp_store = FILE")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("VACUUM")


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
