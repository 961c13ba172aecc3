"""What the film of a run costs: in time while it trains, and in bytes when it is kept.

The same run is trained bare and filmed, in turn, in one process: probes measure, what they saw is compressed, weights
are copied, as in a worker; only the writing of files, which waits for nobody there, is left out. Times are the
processor's, on one thread, so that other load on the machine does not count. The size is that of a run that a worker
has trained and kept.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from dlcore.access import ME, OPERATOR
from dlcore.data.base import Data
from dlcore.data.load import load
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.probes.filming import Film
from dlcore.runs import Settings
from dlcore.runs import open as open_runs
from dlcore.training.loop import Trainer
from tests.benchmarks.base import Row, medians

TITLE = "The film of a run: the probes' share of training, and its size"
MOST_TIMES, SHORT, MOST_SECONDS = 1.1, 5.0, 0.5  # × bare; or, of a run shorter than so many seconds, so much in all
MOST_MEGABYTES = 5.0
DEFAULT = "digits-mlp"


def measure(repeats: int) -> list[Row]:
    rows = []
    for name in (DEFAULT, "digits-cnn"):
        rows += cost(name, repeats)
    megabytes = size(DEFAULT) / 1e6
    target = f"≤ {MOST_MEGABYTES:g} MB"
    return [*rows, Row(f"{DEFAULT}: its film", megabytes, "MB", None, target, megabytes <= MOST_MEGABYTES)]


def cost(name: str, repeats: int) -> list[Row]:
    experiment = asked(name)
    data = load(experiment)
    found = medians(
        {"bare": lambda: bare(experiment, data), "filmed": lambda: filmed(experiment, data)}, max(1, repeats)
    )
    ratio, more = found["filmed"] / found["bare"], found["filmed"] - found["bare"]
    reached = ratio <= MOST_TIMES or (found["bare"] < SHORT and more <= MOST_SECONDS)
    epochs = experiment.training.epochs
    return [
        Row(f"{name}, {epochs} epochs, bare", found["bare"], "s"),
        Row(f"{name}, filmed", found["filmed"], "s", ratio),
        Row(f"{name}: probes in all", more, "s", None,
            f"≤ {MOST_TIMES:g} × bare, or ≤ {MOST_SECONDS} s under {SHORT:g} s", reached),
    ]  # fmt: skip


def asked(name: str) -> Experiment:
    plain = PRESETS[name].at_hand.to_dict()
    return Experiment.from_dict(plain | {"training": plain["training"] | {"device": "cpu"}})


def processor_seconds(work: Callable[[], object]) -> float:
    """How long the processor works on it."""
    started = time.process_time()
    work()
    return time.process_time() - started


def bare(experiment: Experiment, data: Data) -> float:
    trainer = Trainer(experiment, data)
    return processor_seconds(lambda: list(trainer.run()))


def filmed(experiment: Experiment, data: Data) -> float:
    film = Film(Trainer(experiment, data), experiment)
    return processor_seconds(lambda: list(film.run()))


def size(name: str) -> int:
    """Bytes of all that is kept of a run's film."""
    with tempfile.TemporaryDirectory() as folder, open_runs(Settings(home=Path(folder), workers=1)) as runs:
        run_id = runs.submit(asked(name), ME)
        runs.wait(run_id, OPERATOR)
        return sum(length for frame in runs.film(run_id, OPERATOR).values() for _, length in frame.parts.values())
