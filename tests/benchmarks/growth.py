"""Time and memory of loading and training as data grows: tables of 30 columns, and images of 28 × 28.

Each size runs in a process of its own, so that its peak of memory is its own. One epoch of an MLP, batch 512.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from typing import ClassVar

import numpy as np
import torch

import dlcore
from dlcore.data.base import About, Dataset, Rows
from dlcore.declaration import Shape
from dlcore.experiment import DatasetChoice
from dlcore.registry import DATASETS
from dlcore.training.events import EpochEnded
from tests.benchmarks.base import Row, seconds

TITLE = "Loading, splitting, scaling and an epoch, as data grows; one thread"
LIMIT_GIB = 6.0
SIZES = {"table 10,000 × 30": (10_000, (30,)), "table 100,000 × 30": (100_000, (30,)),
         "table 1,000,000 × 30": (1_000_000, (30,)), "images 60,000 × 28 × 28": (60_000, (1, 28, 28))}  # fmt: skip


class Made(Dataset):
    """Rows of random numbers whose class follows from the first two."""

    REGISTRY = DATASETS  # named again, so that it is not registered
    classes: ClassVar[tuple[str, ...]] = ("0", "1", "2", "3")
    rows: int
    sides: tuple[int, ...]

    def about(self) -> About:
        return About("multiclass", Shape(self.sides), self.rows, self.classes)

    def read(self, seed: int) -> Rows:
        random = np.random.default_rng(seed)
        x = random.standard_normal((self.rows, *self.sides), dtype=np.float32)
        flat = x.reshape(self.rows, -1)
        return Rows(x, (flat[:, 0] > 0) * 2 + (flat[:, 1] > 0).astype(np.int64))


def measure(repeats: int) -> list[Row]:
    """Once each, whatever `repeats` says: memory does not vary, and time is there to show how it grows."""
    rows = []
    for name in SIZES:
        command = [sys.executable, "-m", "tests.benchmarks.growth", name]
        done = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        target, reached = f"≤ {LIMIT_GIB:g} GiB", done["peak"] <= LIMIT_GIB
        rows += [
            Row(f"{name}: load, split, scale", done["load"], "s"),
            Row(f"{name}: an epoch", done["epoch"], "s"),
            Row(f"{name}: peak of memory", done["peak"], "GiB", None, target, reached),
        ]
    return rows


def one(name: str) -> dict[str, float]:
    """Seconds to load, seconds of an epoch with its scores, and the peak of this process's memory in GiB."""
    torch.set_num_threads(1)
    rows, sides = SIZES[name]
    plain = dlcore.Experiment.from_dict({
        "dataset": {"name": "iris"},
        "network": [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 64}, {"layer": "ReLU"},
                    {"layer": "Output"}],
        "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "batch_size": 512, "epochs": 1, "device": "cpu"},
    })  # fmt: skip
    experiment = plain.model_copy(update={"dataset": DatasetChoice(source=Made(rows=rows, sides=sides))})
    loaded = []
    load = seconds(lambda: loaded.append(dlcore.load(experiment)))
    ended = [event for event in dlcore.train(experiment, loaded[0]) if isinstance(event, EpochEnded)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # Linux tells kilobytes
    return {"load": load, "epoch": ended[1].seconds, "peak": peak}


if __name__ == "__main__":
    print(json.dumps(one(sys.argv[1])))
