"""Time and memory of a learner's own data as it grows: tables of 30 columns from CSV, images of 28 × 28 from NPZ.

Each size runs in a process of its own, so that its peak of memory is its own. One epoch of an MLP, batch 512.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

import dlcore
from dlcore.data.uploads import upload_access
from dlcore.training.events import EpochEnded
from tests.benchmarks.base import Row, seconds

TITLE = "A learner's own data: bringing, loading, splitting, scaling and an epoch, as it grows; one thread"
LIMIT_GIB = 6.0
COLUMNS, A_BLOCK = 30, 10_000


def table(rows: int) -> Callable[[Path], str]:
    """Writes a CSV of random numbers, one in a hundred missing, whose class follows from the first two."""

    def write(folder: Path) -> str:
        random = np.random.default_rng(0)
        with (folder / "table.csv").open("w") as file:
            file.write(",".join([*(f"c{number}" for number in range(COLUMNS)), "kind"]) + "\n")
            for block in range(0, rows, A_BLOCK):
                x = random.standard_normal((min(A_BLOCK, rows - block), COLUMNS))
                kinds = (x[:, 0] > 0) * 2 + (x[:, 1] > 0)
                cells = np.where(random.random(x.shape) < 0.01, "", np.char.mod("%.4f", x))
                file.writelines(",".join(row) + f",k{kind}\n" for row, kind in zip(cells, kinds, strict=True))
        return "table.csv"

    return write


def images(count: int) -> Callable[[Path], str]:
    """Writes an NPZ of random grey pictures, whose class follows from two of their pixels."""

    def write(folder: Path) -> str:
        x = np.random.default_rng(0).integers(0, 256, (count, 28, 28), dtype=np.uint8)
        y = (x[:, 0, 0] > 127) * 2 + (x[:, 0, 1] > 127)
        np.savez(folder / "images.npz", x=x, y=y)
        return "images.npz"

    return write


SIZES = {f"table {rows:,} × {COLUMNS}": table(rows) for rows in (10_000, 100_000, 1_000_000)} | {
    "images 60,000 × 28 × 28": images(60_000)
}


def measure(repeats: int) -> list[Row]:
    """Once each, whatever `repeats` says: memory does not vary, and time is there to show how it grows."""
    rows = []
    for name in SIZES:
        command = [sys.executable, "-m", "tests.benchmarks.growth", name]
        done = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
        target, reached = f"≤ {LIMIT_GIB:g} GiB", done["peak"] <= LIMIT_GIB
        rows += [
            Row(f"{name}: bring", done["bring"], "s"),
            Row(f"{name}: load, split, scale", done["load"], "s"),
            Row(f"{name}: an epoch", done["epoch"], "s"),
            Row(f"{name}: peak of memory", done["peak"], "GiB", None, target, reached),
        ]
    return rows


def one(name: str) -> dict[str, float]:
    """Seconds to bring, to load and of an epoch with its scores; the largest peak of memory of a process, in GiB."""
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        upload_access.allow_files(Path(folder))
        experiment = dlcore.Experiment.from_dict({
            "dataset": {"name": f"file:{SIZES[name](Path(folder))}"},
            "network": [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 64}, {"layer": "ReLU"},
                        {"layer": "Output"}],
            "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "batch_size": 512, "epochs": 1,
                         "device": "cpu"},
        })  # fmt: skip
        bring = seconds(experiment.dataset.source.about)  # type: ignore[attr-defined]
        loaded = []
        load = seconds(lambda: loaded.append(dlcore.load(experiment)))
        ended = [event for event in dlcore.train(experiment, loaded[0]) if isinstance(event, EpochEnded)]
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(each).ru_maxrss for each in who) / 2**20  # Linux tells kilobytes
    return {"bring": bring, "load": load, "epoch": ended[1].seconds, "peak": peak}


if __name__ == "__main__":
    print(json.dumps(one(sys.argv[1])))
