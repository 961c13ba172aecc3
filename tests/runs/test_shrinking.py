"""What is deleted gives its room back to the disk, in databases of earlier versions, too."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings
from dlcore.runs.dispatcher import Dispatcher
from dlcore.runs.store import journal, shrinking
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.work import Progress, Work
from dlcore.training.events import BatchesEnded
from tests.runs.living import NoWorkers, digits, wait_until

EVENT = BatchesEnded(1, tuple(range(1, 101)), tuple(n / 7 for n in range(100))).to_json()


def _told(runs: Runs, events: int) -> str:
    run_id = runs.submit(digits(1), ME)
    token = Dispatch(runs._engine, "test").claim(run_id)
    assert token is not None
    work = Work(runs._engine, run_id, token)
    work.tell(Progress(events=[EVENT] * events))
    work.conclude("finished", Progress(), keep_checkpoint=False)
    return run_id


def _file(runs: Runs) -> Path:
    return runs.settings.home / "dlcore.db"


def _pragma(file: Path, name: str) -> object:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def _age(settings: Settings) -> None:
    """Make a new database one as earlier versions made them: it cannot shrink by pieces."""
    Runs(settings).close()
    with closing(sqlite3.connect(settings.home / "dlcore.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA auto_vacuum = NONE")
        connection.execute("VACUUM")
    assert _pragma(settings.home / "dlcore.db", "auto_vacuum") == 0


@pytest.mark.parametrize("old", [False, True], ids=["new", "old"])
def test_a_deleted_run_leaves_a_database_as_small_as_before(settings: Settings, old: bool) -> None:
    if old:
        _age(settings)
    with Runs(settings) as runs:
        kept = _told(runs, 50)
        events, before = runs.events(kept, OPERATOR), _file(runs).stat().st_size
        gone = _told(runs, 2_000)
        grown = _file(runs).stat().st_size
        assert grown > before + 3_000_000
        runs.delete(gone, OPERATOR)
        assert _file(runs).stat().st_size < before + shrinking.PAGES * 4096
        assert runs.events(kept, OPERATOR) == events
        assert _pragma(_file(runs), "auto_vacuum") == 2
        assert _pragma(_file(runs), "integrity_check") == "ok"


def test_a_large_old_database_is_written_anew_only_when_nobody_waits(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shrinking, "SMALL_BYTES", 100_000)
    _age(settings)
    with Runs(settings) as runs:
        gone = _told(runs, 2_000)
        grown = _file(runs).stat().st_size
        runs.delete(gone, OPERATOR)
        assert _file(runs).stat().st_size == grown
        dispatcher = Dispatcher(settings)
        dispatcher._upkeep(NoWorkers())
        wait_until(lambda: _file(runs).stat().st_size < grown / 4)


def test_while_somebody_holds_the_database_nobody_waits_for_its_room(settings: Settings) -> None:
    with Runs(settings) as runs:
        gone = _told(runs, 2_000)
        runs._delete(gone, OPERATOR)
        with closing(sqlite3.connect(_file(runs), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            Dispatch(runs._engine, "test").give_back(idle=False)
            other.execute("ROLLBACK")
        grown = _file(runs).stat().st_size
        Dispatch(runs._engine, "test").give_back(idle=False)
        assert _file(runs).stat().st_size < grown / 4


def test_the_journal_keeps_its_room_through_commits(settings: Settings) -> None:
    with Runs(settings) as runs:
        kept = _file(runs).with_name("dlcore.db-journal")
        assert kept.stat().st_size == journal.BYTES
        _told(runs, 10)
        assert kept.stat().st_size == journal.BYTES
        assert kept.read_bytes()[:8] == bytes(8)
        node = kept.stat().st_ino
    with Runs(settings) as runs:
        assert runs.list(OPERATOR)
        assert kept.stat().st_ino == node, "who only opens the database writes nothing"
        kept.unlink()  # as an earlier version of the app leaves it
    with Runs(settings) as runs:
        assert kept.stat().st_size == journal.BYTES
        assert runs.list(OPERATOR)
