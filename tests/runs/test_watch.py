"""Who watches is told what a fresh reading tells, in every state, and goes on after the database did not answer."""

from __future__ import annotations

import sqlite3

import pytest

from dlcore.access import OPERATOR, student
from dlcore.errors import RunNotFound
from dlcore.i18n import Text
from dlcore.runs import Runs, Settings
from dlcore.runs.status import STATES, State
from dlcore.runs.store import rows
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.engine import Unreachable, connect, writing
from dlcore.runs.store.learner import Store
from dlcore.runs.store.work import Overtaken, Progress, Work
from dlcore.training.events import BatchesEnded, EpochEnded, Event, Scores
from tests.runs.living import digits

SCORED = Scores(loss=0.5, accuracy=0.75, precision=0.7, recall=0.8, f1=0.74, confusion=((3, 1), (0, 4)))
EVENTS: list[Event] = [
    BatchesEnded(1, (1, 2), (2.0, float("nan"))),
    EpochEnded(1, SCORED, None, 0.01, 1.5, 0.25, 400.0),
]


def running(store: Runs) -> Work:
    """A run in the hands of a worker that told something."""
    run_id = store.submit(digits(), student("ann"), name="a “name” 名字")
    token = Dispatch(store._engine, "test").claim(run_id)
    assert token is not None
    work = Work(store._engine, run_id, token)
    work.begin("here:1")
    told = {"epoch": 1, "step": 2, "best": EVENTS[1].to_json()["train"], "device": "cpu", "seconds": 1.25}
    work.tell(Progress(events=[each.to_json() for each in EVENTS], columns=told))
    return work


@pytest.mark.parametrize("state", STATES)
def test_a_watch_is_told_what_a_fresh_reading_tells(store: Runs, state: State) -> None:
    run_id, watch = running(store).run_id, store.watch()
    with writing(store._engine) as connection:
        error = Text("{name} broke.", name="this").to_json()
        rows.change(connection, run_id, {"state": state, "error": error, "finished_at": 2.5e9, "steps": None})
    for viewer in (OPERATOR, student("ann")):
        for after in (0, 1, 2, 7):
            assert store.news(run_id, viewer, after, watch) == store.news(run_id, viewer, after)


def test_a_watch_is_told_what_came_since_its_last_look(store: Runs) -> None:
    work, watch = running(store), store.watch()
    first = store.news(work.run_id, OPERATOR, watch=watch)
    assert len(first.events) == len(EVENTS)
    work.tell(Progress(events=[EVENTS[0].to_json()], columns={"step": 4}))
    second = store.news(work.run_id, OPERATOR, first.cursor, watch=watch)
    assert (len(second.events), second.status.step) == (1, 4)


def test_a_watch_shows_nobody_anothers_run(store: Runs) -> None:
    work, watch = running(store), store.watch()
    with pytest.raises(RunNotFound):
        store.news(work.run_id, student("bob"), watch=watch)
    with pytest.raises(RunNotFound):
        store.news("nowhere", OPERATOR, watch=watch)
    assert store.news(work.run_id, student("ann"), watch=watch).status.owner == "ann"


def test_a_watch_goes_on_when_the_database_answers_again(store: Runs, settings: Settings) -> None:
    run_id = running(store).run_id
    engine = connect(settings, busy_seconds=0.05)
    impatient = Store(engine)
    watch = impatient.watch()
    expected = impatient.news(run_id, OPERATOR, watch=watch)
    with sqlite3.connect(settings.home / "dlcore.db", isolation_level=None) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unreachable, match="does not answer"):
            impatient.news(run_id, OPERATOR, watch=watch)
        other.execute("ROLLBACK")
    other.close()
    assert impatient.news(run_id, OPERATOR, watch=watch) == expected
    engine.dispose()


def test_of_two_workers_that_were_given_one_attempt_the_later_trains_it(store: Runs) -> None:
    first = running(store)
    second = Work(store._engine, first.run_id, first._token)
    assert second.begin("there:2").step == 2
    with pytest.raises(Overtaken):
        first.tell(Progress(events=[EVENTS[0].to_json()], columns={"step": 4}))
    with pytest.raises(Overtaken):
        first.conclude("stopped", Progress(), keep_checkpoint=False)
    with pytest.raises(Overtaken):
        first.command()
    second.tell(Progress(columns={"step": 6}))
    assert store.status(first.run_id, OPERATOR).step == 6
