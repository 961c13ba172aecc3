"""Workers, dispatchers, the app and everything at once are killed at random moments: nothing committed is lost."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlcore.access import ME, OPERATOR, student
from dlcore.runs import Runs, Settings, embedded
from dlcore.runs import open as open_runs
from tests.browser.conftest import Served
from tests.force.figures import Figure, Note
from tests.force.undisturbed import undisturbed
from tests.runs.living import (
    LONG,
    digits,
    numbers_told,
    pid_of,
    processes_of,
    until_epoch,
    until_nothing_runs,
    until_state,
    wait_until,
)
from tests.runs.test_film import parts, same_parts
from tests.sampling import sweep

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

KILLS, AT_ONCE = 200, 8  # of dispatchers; so many in one test
EPOCHS = 1000  # of a run that is killed again and again
WORKERS_KILLED = 10  # in one test
APPS_KILLED = 5  # in one test


@pytest.fixture
def served(settings: Settings) -> Iterator[Runs]:
    """Runs with a dispatcher and two workers."""
    with open_runs(settings) as runs:
        yield runs


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4))
def test_of_a_killed_worker_the_true_cause_is_told_and_no_other_run_is_lost(
    served: Runs, note: Note, seed: int
) -> None:
    moments, seconds = random.Random(seed), []
    other = served.submit(digits(epochs=LONG), student("other"))
    until_epoch(served, other, 1)
    for _kill in range(WORKERS_KILLED):
        run_id = served.submit(digits(epochs=LONG), ME)
        until_epoch(served, run_id, 1)
        time.sleep(moments.uniform(0, 0.5))
        os.kill(pid_of(served.status(run_id, OPERATOR)), signal.SIGKILL)
        killed_at = time.monotonic()
        told = until_state(served, run_id, "failed")
        seconds.append(time.monotonic() - killed_at)
        assert "signal 9" in (told.error or "")
    note(Figure(1, "a worker is killed until its run tells why", tuple(seconds), "s", 5, of="kills"))
    status = served.status(other, OPERATOR)
    lost = (status.state, status.attempt) != ("running", 1)
    note(Figure(1, "other runs lost by that", (float(lost),), "", 0, "all", WORKERS_KILLED, "kills"))
    assert not lost
    until_epoch(served, other, status.epoch + 1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
def test_of_a_killed_app_nothing_runs_on_and_every_run_is_settled_after_the_restart(
    tmp_path: Path, note: Note, seed: int
) -> None:
    app, moments = Served(tmp_path / "home"), random.Random(seed)
    app.home.mkdir()
    app.start()
    ended, settled = [], []
    with Runs(Settings(home=app.home)) as runs:
        ids = [runs.submit(digits(epochs=LONG, seed=n), student(f"student {n}")) for n in range(4)]
        for _kill in range(APPS_KILLED):
            wait_until(lambda: len(_training(runs, ids)) == 2, "two runs to train")
            time.sleep(moments.uniform(0, 2))
            assert app.process is not None
            app.process.kill()
            app.process.wait()
            ended.append(_seconds_until_nothing_runs(app.home))
            before = {run_id: runs.status(run_id, OPERATOR).attempt for run_id in _training(runs, ids)}
            began = time.monotonic()
            app.start()
            wait_until(lambda before=before: not _left(runs, before), "every run to be settled")  # type: ignore[misc]
            settled.append(time.monotonic() - began)
        states = [runs.status(run_id, OPERATOR).state for run_id in ids]
    app.stop()
    note(Figure(2, "the app is killed until none of its processes is left", tuple(ended), "s", 5, of="kills"))
    note(Figure(2, "… is started again until every run is settled", tuple(settled), "s", 30, of="kills"))
    assert set(states) <= {"running", "queued"}


def _training(runs: Runs, ids: list[str]) -> list[str]:
    return [run_id for run_id in ids if runs.status(run_id, OPERATOR).state == "running"]


def _left(runs: Runs, before: dict[str, int]) -> list[str]:
    """Those that the database says to be running in the attempt that was killed."""
    return [
        run_id for run_id in _training(runs, list(before)) if runs.status(run_id, OPERATOR).attempt == before[run_id]
    ]


def _seconds_until_nothing_runs(home: Path) -> float:
    began = time.monotonic()
    until_nothing_runs(home)
    return time.monotonic() - began


@pytest.mark.parametrize("seed", sweep(range(KILLS // AT_ONCE), lambda _seed: ["kills"]))
def test_a_dispatcher_killed_at_random_moments_loses_nothing(settings: Settings, note: Note, seed: int) -> None:
    """Half of the time while it starts, half of the time while runs train; every other time with all it has started."""
    settings = settings.model_copy(update={"workers": 1, "checkpoint_seconds": 0.1})
    moments = random.Random(seed)
    lost_epochs, lost_frames = 0, 0
    with Runs(settings) as runs:
        ids = [runs.submit(digits(EPOCHS, n), student(f"owner {n}")) for n in range(2)]
        for kill in range(AT_ONCE):
            dispatcher = embedded.start(settings)
            _until_a_random_moment(runs, ids, moments)
            epochs = {run_id: runs.status(run_id, OPERATOR).epoch for run_id in ids}
            frames = {run_id: set(runs.film(run_id, OPERATOR)) for run_id in ids}
            for process in processes_of(settings.home) if kill % 2 else ():
                process.kill()
            dispatcher.kill()
            dispatcher.wait()
            until_nothing_runs(settings.home)
            for run_id in ids:
                lost_epochs += max(0, epochs[run_id] - runs.status(run_id, OPERATOR).epoch)
                lost_frames += len(frames[run_id] - set(runs.film(run_id, OPERATOR)))
    note(Figure(3, "committed epochs lost", (float(lost_epochs),), "", 0, "all", AT_ONCE, "kills"))
    note(Figure(3, "committed frames of probes lost", (float(lost_frames),), "", 0, "all", AT_ONCE, "kills"))
    assert (lost_epochs, lost_frames) == (0, 0)
    with open_runs(settings) as runs:
        for n, run_id in enumerate(ids):
            status = until_state(runs, run_id, "finished", "failed")
            assert (status.state, status.error) == ("finished", None)
            alone = undisturbed(digits(EPOCHS, n))
            assert numbers_told(runs.events(run_id, OPERATOR)) == alone.numbers
            same_parts(parts(runs, run_id), alone.film)


def _until_a_random_moment(runs: Runs, ids: list[str], moments: random.Random) -> None:
    if moments.random() < 0.5:
        time.sleep(moments.uniform(0, 1.5))
        return
    before = [runs.status(run_id, OPERATOR).cursor for run_id in ids]
    wait_until(
        lambda: (
            before != [runs.status(run_id, OPERATOR).cursor for run_id in ids]
            or all(runs.status(run_id, OPERATOR).ended for run_id in ids)
        )
    )
    time.sleep(moments.uniform(0, 0.5))
