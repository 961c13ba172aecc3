"""The random numbers that dropout draws: torch's generators as one run sees them.

torch gives dropout no generator of its own; it draws from the global one. So a run puts its own state there while it
computes and takes it away while its caller does something else: two runs in one process, or a caller who draws
numbers, change nothing in each other.
"""

from __future__ import annotations

import torch
from torch import Tensor

from dlcore.training import devices

State = tuple[Tensor, Tensor | None]  # of the CPU, and of the GPU where there is one


class RandomStream:
    """A stream of random numbers, in place only between `begin` and `leave`."""

    def __init__(self, seed: int, device: torch.device) -> None:
        self._seed, self._device = seed, device
        self._own: State | None = None  # None until the first `begin`
        self._callers: State | None = None  # set while this stream is in place

    def begin(self) -> None:
        """Put this stream in place of the caller's."""
        self._callers = self._read()
        if self._own is None:
            torch.manual_seed(self._seed)  # every device
        else:
            self._write(self._own)

    def leave(self) -> None:
        """Put the caller's back."""
        if self._callers is not None:
            self._own = self._read()
            self._write(self._callers)
            self._callers = None

    @property
    def state(self) -> State | None:
        """Where the stream stands; None before anything was drawn."""
        return self._own if self._callers is None else self._read()

    @state.setter
    def state(self, state: State | None) -> None:
        self._own = state

    def _read(self) -> State:
        return torch.get_rng_state(), devices.random_state(self._device)

    def _write(self, state: State) -> None:
        torch.set_rng_state(state[0])
        devices.set_random_state(self._device, state[1])
