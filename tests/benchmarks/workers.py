"""An epoch where learners train, in a worker of the app, beside the same epoch in a process that does nothing else.

And what the Studio says beforehand: the estimate beside *Train*, from what a worker measured once.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median

from dlcore.access import ME, OPERATOR
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.network import estimate
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from dlcore.training.events import EpochEnded, Event
from dlcore.training.loop import Trainer
from dlcore.training.speed import seconds_per_epoch
from tests.benchmarks.base import Row, medians

TITLE = "An epoch in a worker of the app, beside the same in this process, one thread each"
FIRST = 5  # epochs left out: a hundred batches or more, until they are recorded
EPOCHS = {
    "digits-mlp": 30,
    "digits-cnn": 10,
    "shapes-cnn": 3,
    "little-resnet": 3,
    "manual-gpt": 3,
}  # of each preset, after those


def measure(repeats: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, open_runs(Settings(home=Path(folder), workers=1)) as runs:
        while runs.speed("cpu") is None:  # a worker measures as soon as it has nothing to do
            time.sleep(0.1)
        return [row for name in EPOCHS for row in compared(name, runs, repeats)]


def compared(name: str, runs: Runs, repeats: int) -> Iterator[Row]:
    experiment = Experiment.from_dict(asked(name))
    found = medians({"here": lambda: here(experiment), "in a worker": lambda: in_worker(experiment, runs)}, repeats)
    yield Row(f"{name} here", found["here"] * 1000, "ms")
    taken = found["in a worker"]
    ratio = taken / found["here"]
    yield Row(f"{name} in a worker", taken * 1000, "ms", ratio, "≤ 1.2 × here", ratio <= 1.2)
    said = estimated(experiment, runs)
    ratio = said / taken
    yield Row(f"{name} as estimated", said * 1000, "ms", ratio, "½ to 2 × taken", 0.5 <= ratio <= 2)


def asked(name: str) -> dict[str, object]:
    plain = PRESETS[name].at_hand.to_dict()
    return plain | {"training": plain["training"] | {"epochs": FIRST + EPOCHS[name], "device": "cpu"}}


def here(experiment: Experiment) -> float:
    return an_epoch(each for each in Trainer(experiment).run() if each is not None)


def in_worker(experiment: Experiment, runs: Runs) -> float:
    run_id = runs.submit(experiment, ME)
    runs.wait(run_id, OPERATOR)
    return an_epoch(runs.events(run_id, OPERATOR))


def estimated(experiment: Experiment, runs: Runs) -> float:
    speed, data = runs.speed("cpu"), load(experiment)
    assert speed is not None
    rows, judging = len(data.train), len(data.validation)
    return seconds_per_epoch(estimate(experiment), rows, experiment.training.batch_size, speed, judging)


def an_epoch(told: Iterable[Event]) -> float:
    """Seconds of an epoch, the median of those that count."""
    return median([each.seconds for each in told if isinstance(each, EpochEnded)][1 + FIRST :])
