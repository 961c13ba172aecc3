"""A setting limits how long a run may train: it is told before, and when it ends one; what was learned is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from dlcore.runs.dispatcher import LAST_BATCH_SECONDS, Dispatcher
from dlcore.runs.store.work import Progress
from dlcore.training.events import EpochEnded, RunFinished
from tests.runs.hands import OneWorker
from tests.runs.living import LONG, digits, until_epoch, until_state
from tests.runs.test_held_database import Clock, _running


@pytest.fixture
def hurried(home: Path) -> Iterator[Runs]:
    """A run may train for two seconds."""
    with open_runs(Settings(home=home, workers=1, run_seconds=2, checkpoint_seconds=0.5)) as runs:
        yield runs


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_run_is_ended_when_its_time_is_over_and_keeps_what_it_learned(hurried: Runs) -> None:
    run_id = hurried.submit(digits(epochs=LONG), ME)
    status = until_state(hurried, run_id, "stopped", "failed")
    assert (status.state, status.error) == ("stopped", None)
    assert "trained for 2 seconds, the most allowed here" in (status.note or "")
    assert status.epoch > 0
    events = hurried.events(run_id, OPERATOR)
    assert isinstance(events[-1], RunFinished)
    assert events[-1].reason == "stopped"
    assert sum(each.seconds for each in events if isinstance(each, EpochEnded)) < 2 + 1
    assert hurried.weights(run_id, OPERATOR, "last")
    assert not status.resumable


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_time_of_earlier_attempts_counts(home: Path) -> None:
    with open_runs(Settings(home=home, workers=1, checkpoint_seconds=0.5)) as runs:
        run_id = runs.submit(digits(epochs=LONG), ME)
        until_epoch(runs, run_id, 5)
        runs.pause(run_id, OPERATOR)
        trained = until_state(runs, run_id, "paused").seconds
    with open_runs(Settings(home=home, workers=1, run_seconds=trained / 2, checkpoint_seconds=0.5)) as runs:
        runs.resume(run_id, OPERATOR)
        status = until_state(runs, run_id, "stopped", "failed")
        assert "the most allowed here" in (status.note or "")
        assert status.seconds < trained + 2


def test_a_run_whose_worker_does_not_end_it_is_ended_by_the_dispatcher(home: Path) -> None:
    settings, clock = Settings(home=home, run_seconds=100), Clock()
    with Runs(settings) as store:
        dispatcher, hands = Dispatcher(settings, clock), OneWorker()
        run_id, work = _running(store, dispatcher, hands)
        work.tell(Progress(columns={"device": "cpu", "seconds": 40.0}))
        for seconds, ended in ((0, 0), (60, 0), (settings.grace_seconds + LAST_BATCH_SECONDS + 1, 1)):
            clock.now += seconds
            work.tell(Progress())
            dispatcher._tick(hands)
            assert len(hands.killed) == ended
        hands.exit = -9
        hands.given[0].set_result(None)
        dispatcher._tick(hands)
        status = store.status(run_id, OPERATOR)
        assert (status.state, status.error) == ("stopped", None)
        assert "100 seconds" in (status.note or "")


def test_no_limit_is_set_by_itself_and_none_that_is_no_time(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().run_seconds is None
    monkeypatch.setenv("DLCORE_RUN_SECONDS", "90")
    assert Settings().run_seconds == 90
    assert Settings().environment()["DLCORE_RUN_SECONDS"] == "90.0"
    for wrong in ("0", "-5", "soon"):
        monkeypatch.setenv("DLCORE_RUN_SECONDS", wrong)
        with pytest.raises(ValidationError):
            Settings()
