"""What the tests of runs share: small experiments, and waiting for what other processes do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import psutil

from dlcore.access import OPERATOR
from dlcore.experiment import Experiment
from dlcore.runs import Runs, Status
from dlcore.runs.cluster import Cluster
from dlcore.training.events import BatchesEnded, EpochEnded, Event, Scores

T = TypeVar("T")

LONG = 100_000  # epochs: a run that will not end by itself
PATIENCE = 60.0  # seconds, on a machine that has time; waiting ends as soon as what is waited for is there


class NoWorkers(Cluster):
    """A cluster to which nobody has come."""

    def __init__(self) -> None:
        """Without a scheduler."""

    def workers(self) -> list[Any]:
        return []


def soon(seconds: float = 5.0) -> float:
    """So many seconds; more where others want this machine's cores as well."""
    return seconds * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def digits(epochs: int = 3, seed: int = 0, **training: Any) -> Experiment:
    """A small network with dropout on the digits."""
    return Experiment.from_dict(
        {
            "dataset": {"name": "digits", "limit": 400},
            "network": [
                {"layer": "Flatten"},
                {"layer": "Linear", "out_features": 32},
                {"layer": "ReLU"},
                {"layer": "Dropout", "p": 0.3},
                {"layer": "Output"},
            ],
            "training": {
                "loss": "CrossEntropyLoss",
                "optimizer": {"name": "Adam", "lr": 0.005},
                "batch_size": 32,
                "epochs": epochs,
                "device": "cpu",
                **training,
            },
            "seed": seed,
        }
    )


def wait_until(condition: Callable[[], T], what: str = "", seconds: float | None = None) -> T:
    """What the condition returns, as soon as that is true."""
    seconds = soon(PATIENCE) if seconds is None else seconds
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what or condition}"
        time.sleep(0.02)


def until_state(runs: Runs, run_id: str, *states: str, seconds: float | None = None) -> Status:
    """The status, once it is one of these."""

    def reached() -> Status | None:
        status = runs.status(run_id, OPERATOR)
        return status if status.state in states else None

    return wait_until(reached, f"{states} of {runs.status(run_id, OPERATOR)}", seconds)


def until_epoch(runs: Runs, run_id: str, epoch: int, seconds: float | None = None) -> Status:
    """The status, once this epoch is in the database."""

    def reached() -> Status | None:
        status = runs.status(run_id, OPERATOR)
        assert status.state in ("queued", "running"), status
        return status if status.epoch >= epoch else None

    return wait_until(reached, f"epoch {epoch}", seconds)


def pid_of(status: Status) -> int:
    """The process that trains a run."""
    assert status.worker is not None
    return int(status.worker.rpartition(":")[2])


def dispatcher_of(home: Path) -> psutil.Process | None:
    """The dispatcher that serves a home, found among the children of this process."""
    for process in psutil.Process().children(recursive=True):
        try:
            if "dlcore.runs.dispatcher" in process.cmdline() and process.environ().get("DLCORE_HOME") == str(home):
                return process
        except psutil.Error:
            continue
    return None


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process on this machine that works for a home, this one left out."""
    found = []
    for process in psutil.process_iter():
        try:
            ours = process.environ().get("DLCORE_HOME") == str(home) and process.pid != os.getpid()
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def until_nothing_runs(home: Path) -> None:
    """Wait until no process works for a home."""
    wait_until(lambda: not processes_of(home), f"{processes_of(home)} still run", soon())


def numbers_told(events: Iterable[Event]) -> list[tuple[object, ...]]:
    """Epochs with their scores and batches with their losses, each once, in order."""
    epochs: list[tuple[int, Scores, Scores | None]] = []
    batches: list[tuple[int, float]] = []
    for event in events:
        if isinstance(event, EpochEnded):
            epochs.append((event.epoch, event.train, event.validation))
        elif isinstance(event, BatchesEnded):
            batches += zip(event.steps, event.losses, strict=True)
    return [*epochs, *batches]
