"""Another process holds the database, or the dispatcher breaks midway: no run stays running for ever."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from dlcore.runs.dispatcher import Dispatcher
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.engine import DiskFull, Unreachable
from dlcore.runs.store.work import Progress, Work
from tests.runs.hands import OneWorker
from tests.runs.living import LONG, digits, pid_of, until_epoch, until_state, wait_until

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute(sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held(home: Path, how: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Another process holds the database so; until the block ends."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home / "dlcore.db"), how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        holder.stdin.close()
        holder.wait()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_worker_that_dies_while_the_database_is_held_is_told_of_when_it_is_free(settings: Settings) -> None:
    settings = settings.model_copy(update={"checkpoint_seconds": 0.2, "hang_seconds": 5})
    with open_runs(settings) as runs:
        dead, alive = (runs.submit(digits(epochs=LONG, seed=seed), ME) for seed in range(2))
        for run_id in (dead, alive):
            until_epoch(runs, run_id, 1)
        with held(settings.home):
            os.kill(pid_of(runs.status(dead, OPERATOR)), signal.SIGKILL)
            until = time.monotonic() + 10  # longer than the dispatcher waits, and longer than a run may be silent
            wait_until(lambda: time.monotonic() > until)
            assert runs.status(dead, OPERATOR).state == "running"
        status = until_state(runs, dead, "failed", seconds=5)
        assert status.error is not None
        assert "signal 9" in status.error
        survivor = until_epoch(runs, alive, runs.status(alive, OPERATOR).epoch + 1)
        assert survivor.attempt == 1  # its silence was the database's
        runs.kill(alive, OPERATOR)
        until_state(runs, alive, "stopped", seconds=10)


class Clock:
    """What the test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def _token(store: Runs, run_id: str) -> str:
    with sqlite3.connect(store.settings.home / "dlcore.db") as connection:
        return str(connection.execute("SELECT token FROM runs WHERE id = ?", [run_id]).fetchone()[0])


def _running(store: Runs, dispatcher: Dispatcher, hands: OneWorker) -> tuple[str, Work]:
    """A run that a worker has in hand."""
    run_id = store.submit(digits(1), ME)
    dispatcher._tick(hands)
    work = Work(store._engine, run_id, _token(store, run_id))
    work.begin("here:1")
    dispatcher._tick(hands)
    return run_id, work


@pytest.mark.parametrize("error", [Unreachable("db"), DiskFull()], ids=["busy", "full"])
def test_a_verdict_that_the_database_does_not_take_is_kept_with_its_cause(
    store: Runs, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatcher, hands = Dispatcher(store.settings), OneWorker()
    run_id, _work = _running(store, dispatcher, hands)
    hands.exit = -9
    hands.given[0].set_result(None)

    def refuse(*_arguments: Any) -> bool:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(Dispatch, "fail", refuse)
        for _each in range(2):
            with pytest.raises(type(error)):
                dispatcher._tick(hands)
    hands.exit = None  # another process has that number now
    dispatcher._tick(hands)
    status = store.status(run_id, OPERATOR)
    assert status.state == "failed"
    assert "signal 9" in (status.error or "")


def test_a_run_that_was_claimed_and_reached_no_worker_goes_back_into_the_queue(store: Runs) -> None:
    dispatcher, hands = Dispatcher(store.settings), OneWorker()
    run_id, hands.broken = store.submit(digits(1), ME), True
    with pytest.raises(OSError, match="Too many"):
        dispatcher._tick(hands)
    assert store.status(run_id, OPERATOR).state == "running"
    hands.broken = False
    dispatcher._tick(hands)
    assert "was lost" in (store.status(run_id, OPERATOR).note or "")
    dispatcher._tick(hands)
    assert len(hands.given) == 1


def test_a_run_of_a_home_whose_secret_was_replaced_is_settled(store: Runs) -> None:
    run_id = store.submit(digits(1), ME)
    assert Dispatch(store._engine, "the home under its earlier name").claim(run_id)
    Dispatcher(store.settings)._tick(OneWorker())
    assert store.status(run_id, OPERATOR).state == "queued"


def test_a_silent_run_is_not_ended_while_nobody_could_write(settings: Settings, home: Path) -> None:
    settings = settings.model_copy(update={"hang_seconds": 10})
    clock = Clock()
    with Runs(settings) as store:
        dispatcher, hands = Dispatcher(settings, clock), OneWorker()
        _running(store, dispatcher, hands)
        with held(home):
            clock.now += 60
            with pytest.raises(Unreachable):
                dispatcher._tick(hands)
        dispatcher._tick(hands)
        assert not hands.killed
        clock.now += 9
        dispatcher._tick(hands)
        assert not hands.killed
        for _each in range(2):  # but one that stays silent though it could speak is
            clock.now += 5
            dispatcher._tick(hands)
        assert hands.killed == [hands.given[0]]


def test_a_process_that_could_not_be_ended_is_ended_later(settings: Settings) -> None:
    clock = Clock()
    with Runs(settings) as store:
        dispatcher, hands = Dispatcher(settings, clock), OneWorker()
        run_id, work = _running(store, dispatcher, hands)
        store.kill(run_id, OPERATOR)
        dispatcher._tick(hands)
        clock.now += settings.grace_seconds + 1
        work.tell(Progress())
        hands.broken = True
        with pytest.raises(TimeoutError):
            dispatcher._tick(hands)
        hands.broken = False
        dispatcher._tick(hands)
        assert hands.killed == [hands.given[0]]
        hands.exit = -9
        dispatcher._tick(hands)
        assert (store.status(run_id, OPERATOR).state, store.status(run_id, OPERATOR).error) == ("stopped", None)
