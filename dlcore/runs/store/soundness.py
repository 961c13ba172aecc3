"""Whether the database of a home is whole, asked before anything is read from it or written to it.

A damaged database is left as it is: it is told of, with the command that puts it aside and begins a new one. So is one
that is gone or empty while files of its runs are still there: a new one would know none of them, and the dispatcher
removes what no database knows.
"""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

from dlcore.errors import RunError
from dlcore.i18n import N_, Text
from dlcore.runs.home import make_private

FILE = "dlcore.db"
BESIDE = ("-wal", "-shm", "-journal")  # what SQLite keeps beside it
LOOK_SECONDS = 0.3  # a large database is looked through only so far
PROBE_SECONDS = 2.0
KINDS = ("artifacts/runs", "artifacts/uploads")  # under the home, the files that the database knows
LOG = "log/dispatcher.log"  # somebody once trained here


class Damaged(RunError):  # noqa: N818 (as in errors.py, the names say what is the case)
    """The database is not what was written."""

    def __init__(self, file: str, reason: str | Text) -> None:
        super().__init__(
            Text(
                N_(
                    "The database {file} is damaged ({reason}). It was left as it is. «python -m dlcore new-database» "
                    "puts it aside together with the weights of its runs, and begins a new one."
                ),
                file=file,
                reason=reason,
            )
        )
        self.file, self.reason = file, reason

    def __reduce__(self) -> tuple[type[Damaged], tuple[str, str | Text]]:
        return Damaged, (self.file, self.reason)


def is_damage(error: BaseException | None) -> bool:
    """Whether this error of SQLite says that the file is not what was written."""
    code = getattr(error, "sqlite_errorcode", None)
    short = code == sqlite3.SQLITE_IOERR_SHORT_READ
    return short or (code is not None and code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB))


def check(home: Path) -> None:
    """Have the file there, for its owner alone. Raises Damaged, or RunError where it may not be read and written."""
    file = home / FILE
    _refuse_emptiness(file)
    try:
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        sentence = N_("The database {file} cannot be read and written: {reason}. Ask its owner, or set DLCORE_HOME.")
        raise RunError(Text(sentence, file=str(file), reason=error.strerror or "")) from None
    for each in (file, *(file.with_name(FILE + ending) for ending in BESIDE)):
        make_private(each, 0o600)
    _look_through(file)


def _refuse_emptiness(file: Path) -> None:
    """Raises Damaged where there is nothing though there must have been something."""
    if not file.exists():
        if _has_files(file.parent):
            raise Damaged(str(file), Text(N_("it is no longer there")))
    elif file.stat().st_size == 0 and ((file.parent / LOG).exists() or _has_files(file.parent)):
        raise Damaged(str(file), Text(N_("it is empty")))


def _has_files(home: Path) -> bool:
    return any(path.is_file() for kind in KINDS for path in (home / kind).rglob("*"))


def _look_through(file: Path) -> None:
    """Raises Damaged for what SQLite finds within a moment. One that is held by another process is not looked at."""
    connection = sqlite3.connect(file, timeout=0, isolation_level=None)
    until = time.monotonic() + LOOK_SECONDS
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.set_progress_handler(lambda: time.monotonic() > until, 1000)
        found = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
        if found != ["ok"]:
            raise Damaged(str(file), " ".join(str(found[0]).split())[:200])
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise Damaged(str(file), str(error)) from None
    finally:
        connection.close()


def probe(home: Path) -> None:
    """Raises Damaged where the database is gone, empty or not one; sqlite3.Error where it does not answer soon."""
    file = home / FILE
    if not file.exists() or not file.stat().st_size:
        raise Damaged(str(file), Text(N_("it is no longer there")))
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True, timeout=PROBE_SECONDS)
    try:
        connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        if is_damage(error):
            raise Damaged(str(file), str(error)) from None
        raise
    finally:
        connection.close()
