"""A run that was put away at fifty random points is the run that was never interrupted, bit for bit."""

from __future__ import annotations

import random
import time

import pytest
import torch

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from tests.force.figures import Figure, Note
from tests.force.undisturbed import undisturbed
from tests.runs.living import digits, numbers_told, until_state, wait_until
from tests.runs.test_film import parts

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.timeout(1200)]

POINTS, AT_ONCE = 50, 10  # so many in one test
EPOCHS = 4_000  # some batches a point, however fast the machine
LONGEST_SECONDS = 0.6  # of training, between two points


@pytest.mark.parametrize("seed", range(POINTS // AT_ONCE))
def test_resumed_at_random_points_equals_uninterrupted(settings: Settings, note: Note, seed: int) -> None:
    experiment, moments = digits(EPOCHS, seed), random.Random(seed)
    with open_runs(settings) as runs:
        run_id = runs.submit(experiment, ME)
        points = {pause(runs, run_id, moments.uniform(0, LONGEST_SECONDS)) for _point in range(AT_ONCE)}
        status = until_state(runs, run_id, "finished", "failed")
        differing = differences(runs, run_id, seed)
    note(Figure(6, "runs that differ in a bit", (float(len(differing)),), "", 0, "all", len(points), "points"))
    assert (status.state, status.attempt) == ("finished", AT_ONCE + 1)
    assert differing == []


def pause(runs: Runs, run_id: str, seconds: float) -> int:
    """Let it train so long, pause it, and let it go on; the batch at which it rested."""
    before = runs.status(run_id, OPERATOR).step
    wait_until(lambda: runs.status(run_id, OPERATOR).step > before, "a batch")
    time.sleep(seconds)
    runs.pause(run_id, OPERATOR)
    step = until_state(runs, run_id, "paused").step
    runs.resume(run_id, OPERATOR)
    return step


def differences(runs: Runs, run_id: str, seed: int) -> list[str]:
    """In what it differs from the same run in this process, where nobody disturbs it."""
    alone = undisturbed(digits(EPOCHS, seed))
    found = [] if numbers_told(runs.events(run_id, OPERATOR)) == alone.numbers else ["losses and scores"]
    if parts(runs, run_id) != alone.film:
        found.append("its film")
    for kind, whole in alone.weights.items():
        kept = runs.weights(run_id, OPERATOR, kind)  # type: ignore[arg-type]
        if not all(torch.equal(kept[name], tensor) for name, tensor in whole.items()):
            found.append(f"its {kind} weights")
    return found
