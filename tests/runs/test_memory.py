"""What a worker does with memory: it is kept for the next batch, and returned when the run has ended."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
import torch

from dlcore.access import ME, OPERATOR
from dlcore.experiment import Experiment
from dlcore.runs import Runs, local_workers
from dlcore.runs.local_workers import LocalWorkers
from tests.runs.living import LONG, digits, pid_of, until_epoch, until_state, wait_until

pytestmark = [
    pytest.mark.serial,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="this is about glibc"),
]

FLOATS = 2_000_000  # 8 MB, as a layer of a small convolutional network makes of a batch
MEGABYTE = 10**6
ROOT = Path(__file__).parents[2]


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
    done = until_state(served, served.submit(wide, ME), "finished")
    worker = psutil.Process(pid_of(done))
    highest = resident_at_most(worker)
    assert highest > needed
    wait_until(lambda: worker.memory_info().rss < highest - needed + 50 * MEGABYTE, "the memory to be returned")


def resident_at_most(process: psutil.Process) -> int:
    """Bytes of memory that a process had at the most."""
    with open(f"/proc/{process.pid}/status") as file:
        (line,) = [each for each in file if each.startswith("VmHWM")]
    return int(line.split()[1]) * 1024


def test_workers_are_copies_that_share_what_is_loaded(served: Runs) -> None:
    if any(os.path.exists(each) for each in local_workers.GPUS):
        pytest.skip("where there may be a GPU, each worker loads all for itself")
    run_id = served.submit(digits(1), ME)
    used = psutil.Process(pid_of(until_state(served, run_id, "finished"))).memory_full_info()
    assert used.uss < used.rss / 2  # of its own; 85 % where it loads torch itself


def test_what_workers_are_copied_from_has_no_thread_of_its_own() -> None:
    """Of threads, a copy has the one that copied: another might hold a lock that is never opened."""
    asked = (
        "import dlcore.runs.preload, pathlib\n"
        "for each in pathlib.Path('/proc/self/task').iterdir(): print(each.joinpath('comm').read_text().strip())"
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    assert [each for each in told if each != "jemalloc_bg_thd"] == told[:1]  # Arrow's, which sees to copies itself


@pytest.mark.timeout(1200)
def test_a_run_whose_fork_server_dies_is_told_of_and_the_next_one_trains(served: Runs) -> None:
    run_id = served.submit(digits(epochs=LONG), ME)
    until_epoch(served, run_id, 1)
    worker = psutil.Process(pid_of(served.status(run_id, OPERATOR)))
    parent = worker.parent()
    if parent is None or "forkserver" not in " ".join(parent.cmdline()):
        pytest.skip("each worker loads all for itself here")
    parent.kill()
    assert until_state(served, run_id, "failed").error
    wait_until(lambda: not worker.is_running())
    until_state(served, served.submit(digits(1), ME), "finished")
