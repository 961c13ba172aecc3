"""Small networks trained in the process of the pages, within a second."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import torch


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let torch compute on one thread: steps of microseconds would otherwise mostly wait for one another.

    On a machine whose cores are busy that is the difference between one second and minutes.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


_LOCK = threading.Lock()  # torch's random numbers belong to the process


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let torch's own random numbers begin at a seed, for one at a time, and be afterwards as they were."""
    with _LOCK, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield
