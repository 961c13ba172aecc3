"""A cluster that is not ours: a scheduler and workers that somebody else starts, without a disk in common with the app.

The app and the workers have PostgreSQL and an object store in common; the app's home is hidden from the workers where
the test may do that (as root).
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import s3fs

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from dlcore.training.events import EpochEnded
from tests.runs import server as postgresql
from tests.runs.elsewhere import Elsewhere, lent
from tests.runs.living import LONG, digits, pid_of, until_epoch, until_state, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def elsewhere(place: Path, bucket: str) -> Iterator[Elsewhere]:
    with lent(place, workers=1) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def runs(place: Path, elsewhere: Elsewhere, server: postgresql.Server, bucket: str) -> Iterator[Runs]:
    """The app, which shares a database and a place for files with the workers, and nothing else."""
    settings = Settings(home=place / "home", database_url=server.new_database(), scheduler=elsewhere.address,
                        artifacts_url=f"{bucket}/artifacts", checkpoint_seconds=0.3)  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in elsewhere.tls.items():
            patch.setenv(name, value)
        with open_runs(settings) as opened:
            yield opened
    shutil.rmtree(place, ignore_errors=True)


def check_epochs(runs: Runs, run_id: str) -> None:
    """Each epoch was told once, and none is missing."""
    told = [event.epoch for event in runs.events(run_id, OPERATOR) if isinstance(event, EpochEnded)]
    assert told == list(range(len(told)))


def test_a_run_trains_pauses_goes_on_and_is_killed_where_nothing_of_the_home_is_seen(
    runs: Runs, place: Path, bucket: str
) -> None:
    run_id = runs.submit(digits(epochs=LONG), ME)
    until_epoch(runs, run_id, 2)
    runs.pause(run_id, OPERATOR)
    epoch = until_state(runs, run_id, "paused").epoch
    runs.resume(run_id, OPERATOR)
    until_epoch(runs, run_id, epoch + 2)
    runs.kill(run_id, OPERATOR)
    assert until_state(runs, run_id, "stopped").error is None
    assert runs.weights(run_id, OPERATOR, "last")
    assert not [each for each in (place / "home" / "artifacts").rglob("*") if each.is_file()]
    assert s3fs.S3FileSystem().find(f"{bucket}/artifacts/runs/{run_id}")


def test_of_a_worker_that_was_killed_the_signal_and_its_memory_are_told(runs: Runs) -> None:
    run_id = runs.submit(digits(epochs=LONG), ME)
    until_epoch(runs, run_id, 1)
    os.kill(pid_of(runs.status(run_id, OPERATOR)), signal.SIGKILL)
    error = until_state(runs, run_id, "failed").error
    assert error is not None
    assert "signal 9" in error
    assert "MB of the 3 GB of memory" in error


@pytest.mark.long
def test_a_worker_that_comes_later_trains_and_one_that_leaves_loses_no_run(runs: Runs, elsewhere: Elsewhere) -> None:
    first, second = (runs.submit(digits(epochs=LONG, seed=seed), ME) for seed in range(2))
    until_epoch(runs, first, 1)
    elsewhere.add_worker()
    until_epoch(runs, second, 1)
    left = runs.status(first, OPERATOR)
    elsewhere.remove_worker(psutil.Process(pid_of(left)))
    other = runs.status(second, OPERATOR).epoch
    until_epoch(runs, second, other + 3)
    assert runs.status(first, OPERATOR).state in ("running", "queued")
    runs.stop(second, OPERATOR)
    until_state(runs, second, "stopped")
    wait_until(lambda: runs.status(first, OPERATOR).worker != left.worker, "the worker that is free now")
    until_epoch(runs, first, runs.status(first, OPERATOR).epoch + 3)
    runs.stop(first, OPERATOR)
    assert until_state(runs, first, "stopped").error is None
    check_epochs(runs, first)


@pytest.mark.long
def test_a_scheduler_that_is_started_again_loses_no_run(runs: Runs, elsewhere: Elsewhere) -> None:
    run_id, waits = (runs.submit(digits(epochs=LONG, seed=seed), ME) for seed in range(2))
    epoch = until_epoch(runs, run_id, 2).epoch
    elsewhere.restart_scheduler()
    status = until_epoch(runs, run_id, epoch + 5)
    assert status.attempt > 1
    assert runs.status(waits, OPERATOR).state in ("queued", "running")
    for each in (run_id, waits):
        runs.stop(each, OPERATOR)
        assert until_state(runs, each, "stopped").error is None
    check_epochs(runs, run_id)
