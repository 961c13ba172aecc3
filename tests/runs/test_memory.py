"""What a worker does with memory: it is kept for the next batch, and returned when the run has ended."""

from __future__ import annotations

import resource
import sys

import psutil
import pytest
import torch

from dlcore.experiment import Experiment
from dlcore.runs import Runs
from dlcore.runs.cluster import LocalWorkers
from tests.runs.living import pid_of, until_state, wait_until

pytestmark = [
    pytest.mark.serial,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="this is about glibc"),
]

FLOATS = 2_000_000  # 8 MB, as a layer of a small convolutional network makes of a batch
MEGABYTE = 10**6


def pages() -> int:
    """How often the system must provide a page while a hundred such tensors come and go, after others did."""
    for _warm in range(10):
        torch.ones(FLOATS)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _each in range(100):
        torch.ones(FLOATS)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def test_a_worker_asks_the_system_for_no_memory_that_it_had_before(one_worker: LocalWorkers) -> None:
    found = one_worker._client.submit(pages, pure=False).result()
    assert found < 100  # 8 MB are 2,000 pages, or 4 large ones


def test_what_a_run_needed_is_returned_when_it_has_ended(served: Runs) -> None:
    wide = Experiment.from_dict(
        {
            "dataset": {"name": "digits"},
            "network": [
                {"layer": "Conv2d", "out_channels": 64, "kernel_size": 3, "padding": 1},
                *[{"layer": "GELU"}] * 8,
                {"layer": "Flatten"},
                {"layer": "Output"},
            ],
            "training": {
                "loss": "CrossEntropyLoss",
                "optimizer": "SGD",
                "batch_size": 1024,
                "epochs": 2,
                "device": "cpu",
            },
        }
    )
    needed = 8 * 1024 * 64 * 64 * 4  # bytes: what each GELU keeps for the backward pass
    done = until_state(served, served.submit(wide), "finished")
    worker = psutil.Process(pid_of(done))
    highest = resident_at_most(worker)
    assert highest > needed
    wait_until(lambda: worker.memory_info().rss < highest - needed + 50 * MEGABYTE, "the memory to be returned")


def resident_at_most(process: psutil.Process) -> int:
    """Bytes of memory that a process had at the most."""
    with open(f"/proc/{process.pid}/status") as file:
        (line,) = [each for each in file if each.startswith("VmHWM")]
    return int(line.split()[1]) * 1024
