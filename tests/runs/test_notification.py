"""A dispatcher with nothing to do rests, and is told when a run waits; what it is not told, it finds.

LOOK_SECONDS is set to an hour: what is found within a test's patience was told.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, dispatcher
from dlcore.runs.dispatcher import Dispatcher
from dlcore.runs.heartbeat import Heartbeat, HeartbeatWatch
from dlcore.runs.store import notification
from dlcore.runs.store.notification import listening, notify
from dlcore.runs.store.work import Progress, Work
from tests.runs.hands import OneWorker
from tests.runs.living import digits, soon, wait_until

HOUR = 3600.0


@pytest.fixture(autouse=True)
def _looks_once_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_SECONDS", HOUR)


@contextmanager
def served(store: Runs, rests: int = 3) -> Iterator[OneWorker]:
    """A dispatcher that has nothing to do, and has rested so many times without a look but for what was told before."""
    serving, hands = Dispatcher(store.settings), OneWorker()
    rested: list[float] = []
    thread = threading.Thread(target=serving.serve, args=(hands, Heartbeat(store.settings.home)))
    thread.start()
    try:
        listener = wait_until(lambda: serving._listener)
        wait = listener.wait
        listener.wait = lambda seconds: rested.append(seconds) or wait(seconds)  # type: ignore[method-assign]
        wait_until(lambda: rested[len(rested) - rests :] == [dispatcher.REST_SECONDS] * rests)
        yield hands
    finally:
        serving.stop()
        thread.join(soon(30))
        assert not thread.is_alive()


def test_a_run_that_is_submitted_is_noticed_by_a_dispatcher_that_rests(store: Runs) -> None:
    with served(store) as hands:
        run_id = store.submit(digits(1), ME)
        wait_until(lambda: hands.given)
        assert store.status(run_id, OPERATOR).state == "running"


def test_a_run_that_is_resumed_is_noticed(store: Runs) -> None:
    run_id = store.submit(digits(1), ME)
    store.pause(run_id, OPERATOR)
    with served(store) as hands:
        assert not hands.given
        store.resume(run_id, OPERATOR)
        wait_until(lambda: hands.given)


def test_a_run_that_was_queued_before_anybody_listened_is_noticed(store: Runs) -> None:
    store.submit(digits(1), ME)
    with served(store, rests=0) as hands:
        wait_until(lambda: hands.given)


def test_a_run_that_goes_back_into_the_queue_as_the_last_one_is_noticed(store: Runs) -> None:
    with served(store) as hands:
        run_id = store.submit(digits(1), ME)
        future = wait_until(lambda: hands.given and hands.given[0])
        with store._engine.connect() as connection:
            token = connection.exec_driver_sql("SELECT token FROM runs").scalar_one()
        work = Work(store._engine, run_id, token)
        work.begin("here:1")
        work.conclude("queued", Progress(), keep_checkpoint=True)
        future.set_result(None)
        wait_until(lambda: len(hands.given) == 2)


def test_a_notification_that_was_lost_is_made_up_for_by_a_look(store: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "LOOK_SECONDS", 1.0)
    monkeypatch.setattr("dlcore.runs.store.learner.notify", lambda _engine: None)
    with served(store) as hands:
        store.submit(digits(1), ME)
        wait_until(lambda: hands.given)


def test_who_rests_gives_signs_of_life(store: Runs) -> None:
    with served(store):
        watch = HeartbeatWatch(store.settings.home)
        beats = set()
        wait_until(lambda: beats.add(watch.look()) or len(beats) > 2)  # type: ignore[func-returns-value]


def test_who_rests_for_long_ends_when_it_is_stopped(store: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "REST_SECONDS", HOUR)
    with served(store, rests=1):
        pass


def test_a_notification_waits_for_who_is_busy_and_many_are_one(store: Runs) -> None:
    with listening(store._engine) as listener:
        wait_until(lambda: listener.hears)
        listener.wait(0.1)  # what is told when it begins to listen
        for _each in range(3):
            notify(store._engine)
        assert listener.wait(soon(30))
        wait_until(lambda: not listener.wait(0.1))


def test_telling_nobody_is_no_error(store: Runs) -> None:
    notify(store._engine)
    with listening(store._engine) as listener:
        wait_until(lambda: listener.hears)
    notify(store._engine)


# Over the pipe of a home


def pipe(store: Runs) -> Path:
    return store.settings.home / notification.FILE


def test_the_pipe_is_its_owners_alone_and_goes_with_who_reads_it(store: Runs) -> None:
    with listening(store._engine):
        found = pipe(store).lstat()
        assert stat.S_ISFIFO(found.st_mode)
        assert stat.S_IMODE(found.st_mode) == 0o600
    assert not pipe(store).exists()


def test_who_ends_late_leaves_the_pipe_of_who_serves_by_now(store: Runs) -> None:
    with listening(store._engine):
        later = listening(store._engine)
        listener = later.__enter__()
    notify(store._engine)
    assert listener.wait(soon(30))
    later.__exit__(None, None, None)


def test_the_pipe_of_a_dispatcher_that_was_killed_is_no_hindrance(store: Runs) -> None:
    os.mkfifo(pipe(store))
    notify(store._engine)
    with served(store) as hands:
        store.submit(digits(1), ME)
        wait_until(lambda: hands.given)


def test_a_pipe_that_is_full_has_told_enough(store: Runs) -> None:
    with listening(store._engine) as listener:
        for _each in range(70_000):
            listener.wake()
        notify(store._engine)
        assert listener.wait(0)


@pytest.mark.parametrize("link", [False, True], ids=["a file", "a link to a file"])
def test_nothing_is_written_into_what_is_no_pipe(store: Runs, tmp_path: Path, link: bool) -> None:
    file = tmp_path / "precious" if link else pipe(store)
    file.write_text("precious")
    if link:
        pipe(store).symlink_to(file)
    notify(store._engine)
    assert file.read_text() == "precious"


def test_where_no_pipe_can_be_made_the_database_is_looked_at_all_the_time(
    store: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "mkfifo", refuse)
    serving, hands = Dispatcher(store.settings), OneWorker()
    thread = threading.Thread(target=serving.serve, args=(hands, Heartbeat(store.settings.home)))
    thread.start()
    try:
        wait_until(lambda: not serving._stale)
        store.submit(digits(1), ME)
        wait_until(lambda: hands.given)
    finally:
        serving.stop()
        thread.join()
