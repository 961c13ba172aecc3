"""PostgreSQL tells who watches and who trains: nobody has to ask it whether anything was written."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings, Watch
from dlcore.runs.store import rows
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.engine import Unreachable, writing
from dlcore.runs.store.notification import QUEUE
from dlcore.runs.store.work import Progress, Work
from dlcore.serving.watchers import Watching
from dlcore.training.events import BatchesEnded
from tests.runs import server as postgresql
from tests.runs.living import digits, soon, wait_until


@pytest.fixture
def settings(home: Path, server: postgresql.Server) -> Settings:
    return Settings(home=home, database_url=server.new_database(), workers=1)


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """What the database is asked in the block."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    yield asked
    sa.event.remove(engine, "before_cursor_execute", note)


def begun(store: Runs) -> Work:
    """A run in the hands of a worker."""
    run_id = store.submit(digits(), ME)
    token = Dispatch(store._engine, "test").claim(run_id)
    assert token is not None
    work = Work(store._engine, run_id, token)
    work.begin("here:1")
    return work


def batches(last: int) -> Progress:
    return Progress(events=[BatchesEnded(1, (last,), (0.5,)).to_json()], columns={"step": last})


def heard(watch: Watch) -> bool:
    """Whether something was told since it was last asked."""
    return watch.wait(0.3)


@contextmanager
def listening(watch: Watch) -> Iterator[Watch]:
    """A watch that is connected, and has heard what there was."""
    assert watch.changed()  # what was written before it listened
    yield watch
    watch.close()


def test_nothing_is_asked_of_the_server_while_nothing_is_told(store: Runs) -> None:
    work = begun(store)
    with listening(work.watch), statements(store._engine) as asked:
        assert not any(work.watch.changed() for _look in range(50))
    assert asked == []


@pytest.mark.parametrize("wish", ["stop", "kill", "pause", "hold"])
def test_a_worker_is_told_what_is_asked_of_its_run_and_of_no_other(store: Runs, wish: str) -> None:
    work, other = begun(store), begun(store)
    with listening(work.watch), listening(other.watch):
        getattr(store, wish)(work.run_id, OPERATOR)
        wait_until(lambda: heard(work.watch))
        assert not heard(other.watch)
        assert work.command() == (None if wish == "hold" else wish)
        assert [each.kind for each in work.orders(0)] == (["hold"] if wish == "hold" else [])


def test_workers_are_told_when_the_app_ends(store: Runs) -> None:
    work = begun(store)
    with listening(work.watch):
        Dispatch(store._engine, "test").ask_to_rest()
        wait_until(lambda: heard(work.watch))
        assert work.command() == "rest"


def test_who_watches_is_told_of_progress_and_not_of_a_heartbeat(store: Runs) -> None:
    work = begun(store)
    with listening(store.watch()) as watch:
        work.tell(Progress())
        assert not heard(watch)
        work.tell(batches(1))
        assert heard(watch)
    work.watch.close()


def test_a_dispatcher_is_told_of_a_wish_and_of_an_end_and_not_of_progress(store: Runs) -> None:
    work = begun(store)
    with listening(Watch(store._engine, QUEUE)) as watch:
        work.tell(batches(1))
        assert not heard(watch)
        store.kill(work.run_id, OPERATOR)
        assert heard(watch)
        work.conclude("stopped", Progress(), keep_checkpoint=False)
        assert heard(watch)
    work.watch.close()


def test_what_is_not_committed_is_told_to_nobody(store: Runs) -> None:
    run_id = store.submit(digits(), ME)
    with listening(store.watch()) as watch:
        with writing(store._engine) as connection:
            rows.change(connection, run_id, {"name": "another"})
            connection.rollback()
        assert not heard(watch)


@pytest.mark.slow
def test_who_cannot_hear_the_server_looks_and_hears_it_again_when_it_is_back(
    store: Runs, server: postgresql.Server
) -> None:
    work = begun(store)
    with listening(work.watch) as watch:
        server.stop()
        wait_until(watch.changed)
        assert watch.changed()  # and every time: nobody tells
        with pytest.raises(Unreachable):
            work.command()
        server.start()
        wait_until(lambda: not watch.changed())
        store.stop(work.run_id, OPERATOR)
        wait_until(watch.changed)
        assert work.command() == "stop"


@pytest.mark.slow
def test_who_watches_misses_nothing_when_the_server_is_stopped_and_started(
    store: Runs, server: postgresql.Server
) -> None:
    """A run tells all along; what could not be written is told again, as a recorder does."""
    work, last = begun(store), 60
    watching = Watching(lambda: store)

    def tell_on() -> None:
        for step in range(1, last + 1):
            if step == last // 2:
                server.stop()
                with pytest.raises(Unreachable):
                    work.tell(batches(step))
                server.start()
            wait_until(lambda step=step: _told(work, step))  # type: ignore[misc]

    async def watched() -> list[float]:
        feed = await watching.feed(work.run_id)
        with watching.watcher([work.run_id]):
            telling = asyncio.create_task(asyncio.to_thread(tell_on))
            async with asyncio.timeout(soon(60)):
                while feed.history.step < last:
                    await watching.next_change.wait()
            await telling
        return list(feed.history.batches.x)

    assert asyncio.run(watched()) == list(range(1, last + 1))
    watching.close()
    work.watch.close()


def _told(work: Work, step: int) -> bool:
    try:
        work.tell(batches(step))
    except Unreachable:
        return False
    return True
