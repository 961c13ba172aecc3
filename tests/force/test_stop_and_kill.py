"""How soon a run stops that is asked to, and how soon one is ended that does not obey."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator

import pytest

from dlcore.access import ME, OPERATOR
from dlcore.experiment import Experiment
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from tests.force.figures import Figure, Note
from tests.runs.living import LONG, digits, pid_of, until_epoch, until_state, wait_until

pytestmark = [pytest.mark.serial, pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1200)]

STOPS, KILLS = 20, 5
LONG_BATCHES = {  # of a second or so; with few weights, which are written when it stops
    "dataset": {"name": "moons", "samples": 5000},
    "network": [*[{"layer": "Linear", "out_features": 500}] * 9, {"layer": "Output"}],
    "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "batch_size": 4096, "epochs": LONG, "device": "cpu"},
}


@pytest.fixture
def served(settings: Settings) -> Iterator[Runs]:
    """Runs as an installation has them that nobody has set up: a run has five seconds to obey."""
    with open_runs(settings) as runs:
        yield runs


def seconds_until_stopped(runs: Runs, run_id: str) -> float:
    """From the wish, which was just uttered."""
    began = time.monotonic()
    assert until_state(runs, run_id, "stopped", "failed").error is None
    return time.monotonic() - began


def test_a_run_stops_a_second_after_its_batch_at_the_latest(served: Runs, note: Note) -> None:
    moments, beyond = random.Random(0), []
    for place in range(STOPS):
        experiment = digits(epochs=LONG) if place % 2 else Experiment.from_dict(LONG_BATCHES)
        run_id = served.submit(experiment, ME)
        wait_until(lambda run_id=run_id: served.status(run_id, OPERATOR).step > 1, "batches")  # type: ignore[misc]
        before = (time.monotonic(), served.status(run_id, OPERATOR).step)
        time.sleep(moments.uniform(0.5, 1.5))
        done = max(1, served.status(run_id, OPERATOR).step - before[1])
        batch = (time.monotonic() - before[0]) / done
        served.stop(run_id, OPERATOR)
        beyond.append(max(0.0, seconds_until_stopped(served, run_id) - batch))
        served.delete(run_id, OPERATOR)
    note(Figure(5, "a run is stopped until it is, less one batch", tuple(beyond), "s", 1, of="stops"))


@pytest.mark.parametrize("hung", [False, True], ids=["obeying", "hung"])
def test_a_run_that_is_killed_is_gone_soon_whether_it_obeys_or_not(served: Runs, note: Note, hung: bool) -> None:
    seconds = []
    for _kill in range(KILLS):
        run_id = served.submit(digits(epochs=LONG), ME)
        pid = pid_of(until_epoch(served, run_id, 1))
        if hung:
            os.kill(pid, signal.SIGSTOP)
        served.kill(run_id, OPERATOR)
        seconds.append(seconds_until_stopped(served, run_id))
    what = "a run that hangs is killed until it is gone" if hung else "a run that obeys is killed until it is gone"
    note(Figure(5, what, tuple(seconds), "s", 6, of="kills"))
