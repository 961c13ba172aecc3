"""A dispatcher whose workers misbehave where the seed says so: started by tests in place of the real one.

Everything else is real: the dispatcher's loop, Dask, the worker processes.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from typing import Any

from dlcore.runs import cluster, dispatcher, task
from dlcore.runs.settings import Settings

HOLD_THE_GIL, EAT_MEMORY, RAISE, EXIT, SET_CLOCK = 1001, 1002, 1003, 1004, 1005

real_time = time.time


def train(settings: Settings, run_id: str, token: str, gpu: int | None) -> None:
    """Train, with a model that misbehaves at its thirtieth step."""
    from dlcore.training.loop import Trainer

    ordinary = Trainer.tell

    def tell(trainer: Trainer) -> Any:
        if trainer.progress.step > 30:
            misbehave(trainer.experiment.seed)
        return ordinary(trainer)

    Trainer.tell = tell  # type: ignore[method-assign]
    try:
        ordinary_train(settings, run_id, token, gpu)
    finally:
        time.time = real_time
        Trainer.tell = ordinary  # type: ignore[method-assign]


def misbehave(seed: int) -> None:
    """What the seed stands for."""
    if seed == HOLD_THE_GIL:
        ctypes.PyDLL(None).sleep(600)  # PyDLL, unlike CDLL, does not give the lock back meanwhile
    elif seed == EAT_MEMORY:
        eaten = []
        while True:
            eaten.append(bytearray(os.urandom(1_000_000)) * 20)
    elif seed == RAISE:
        raise ZeroDivisionError("a mistake in the code, with a secret in it")
    elif seed == EXIT:
        os._exit(7)
    elif seed == SET_CLOCK:
        time.time = lambda: real_time() - 3600


ordinary_train = task.train

if __name__ == "__main__":
    from tests.runs import troublesome  # so that workers find the function by its name

    cluster.task.train = troublesome.train  # type: ignore[attr-defined]
    exit_code = dispatcher.main()
    sys.stderr.flush()
    os._exit(exit_code)
