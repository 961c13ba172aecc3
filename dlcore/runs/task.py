"""What a Dask worker is given: its preparation, and the one function it is asked to call.

Importing this file is cheap, so that the dispatcher can name the function without loading torch.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from dlcore.data.uploads import upload_access
from dlcore.training import allocator

if TYPE_CHECKING:
    from dlcore.experiment import Experiment
    from dlcore.runs.settings import Settings


def train(settings: Settings, run_id: str, token: str, gpu: int | None) -> None:
    """Train one run in this process; `gpu` is the number of the one it may use."""
    from dlcore.runs.worker import train_run

    upload_access.forbid_local()  # a worker of another cluster may not have been preloaded
    train_run(settings, run_id, token, gpu)


def measure_speed(settings: Settings) -> None:
    """Measure how fast this machine trains on each of its devices, for the estimate beside Train."""
    import dataclasses
    import socket

    import torch

    from dlcore.runs.store.engine import connect
    from dlcore.runs.store.work import save_speed
    from dlcore.training import devices
    from dlcore.training.speed import calibrate
    from dlcore.training.step import shortcuts

    torch.set_num_threads(settings.threads)
    shortcuts.allow(settings.record)
    engine = connect(settings, looked_at=True)
    for device in devices.available():
        save_speed(engine, socket.gethostname(), device, dataclasses.asdict(calibrate(device)))
    engine.dispose()


def count_gpus() -> int:
    """How many GPUs this process could train on."""
    import torch

    return torch.cuda.device_count() or int(torch.backends.mps.is_available())


def dask_setup(worker: Any) -> None:
    """Dask's preload hook: a worker reports for duty when it has already built and trained a tiny network.

    So whoever presses Train does not wait for torch to load.
    """
    from dlcore.runs import logs

    logs.configure()
    upload_access.forbid_local()
    allocator.keep_freed()  # before torch starts threads
    _train_a_tiny_network()
    worker.http_server.stop()  # nobody reads it
    gc.collect()
    gc.freeze()  # after each run memory is let go: what is loaded for good need not be searched every time


def _train_a_tiny_network() -> None:
    import torch

    from dlcore.runs import worker  # noqa: F401 (loaded now, not when the first run comes)
    from dlcore.training.loop import train

    torch.set_num_threads(1)
    for _event in train(tiny_experiment()):
        pass


def tiny_experiment() -> Experiment:
    """One epoch, in which torch loads what it loads when a network is first built and trained."""
    from dlcore.experiment import Experiment

    return Experiment.from_dict(
        {
            "dataset": {"name": "digits", "limit": 64},
            "network": [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 8}, {"layer": "Output"}],
            "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "epochs": 1, "device": "cpu"},
        }
    )
