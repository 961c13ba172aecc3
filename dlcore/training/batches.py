"""The batches of an epoch: the training part in an order drawn anew each time, cut into slices.

A DataLoader collects a batch example by example, which on a small network costs as much as the arithmetic. Here
many rows are gathered at once in their new order, and a batch is a slice of them: `x[order].split(size)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import torch
from torch import Tensor, device, nn

from dlcore.data.base import Part

GATHERED_BYTES = 64_000_000  # rows put in order at a time; a larger part is gathered in several pieces


class Batches:
    """The batches of the training part. Their order comes from a generator of its own, so nothing else shifts it."""

    def __init__(self, part: Part, size: int, seed: int, device: device, needs_company: bool = False) -> None:
        """`needs_company`: never end an epoch with a batch of one example (see `needs_company`)."""
        self.part, self.size, self.device = part, size, device  # the size of the next epoch's batches
        self._needs_company = needs_company
        self._cut = size  # … of the epoch under way
        self._generator = torch.Generator().manual_seed(seed)
        self._state = self._generator.get_state()  # at the start of the epoch under way

    def __len__(self) -> int:
        """How many batches the next epoch has; the last may be smaller."""
        return -(-self.rows // self.size)

    @property
    def rows(self) -> int:
        """How many examples are seen in the next epoch."""
        return self._rows(self.size)

    @property
    def count(self) -> int:
        """How many batches the epoch under way has."""
        return -(-self._rows(self._cut) // self._cut)

    def _rows(self, size: int) -> int:
        lone = self._needs_company and len(self.part) % size == 1
        return len(self.part) - 1 if lone else len(self.part)

    def epoch(self, done: int = 0) -> Iterator[tuple[Tensor, Tensor]]:
        """(x, y) of the next epoch's batches; with `done`, of the epoch under way from there on."""
        if done:
            self._generator.set_state(self._state)
        else:
            self._cut = self.size
        self._state = self._generator.get_state()
        order = torch.randperm(len(self.part), generator=self._generator)[: self._rows(self._cut)]
        return islice(self._in_order(order), done, None)

    def _in_order(self, order: Tensor) -> Iterator[tuple[Tensor, Tensor]]:
        for rows in torch.split(order, self._gathered_rows()):
            x = self.part.x[rows.to(self.part.x.device)].to(self.device, non_blocking=True)
            y = self.part.y[rows.to(self.part.y.device)].to(self.device, non_blocking=True)
            yield from zip(torch.split(x, self._cut), torch.split(y, self._cut), strict=True)

    def _gathered_rows(self) -> int:
        """A multiple of the batch size, and of 16 batches: then every slice is aligned as it would be in the whole."""
        several = 16 * self._cut
        bytes_a_row = max(1, self.part.x[:1].numel() * self.part.x.element_size())
        return max(1, GATHERED_BYTES // bytes_a_row // several) * several

    @property
    def cut(self) -> int:
        """The size of the batches of the epoch under way."""
        return self._cut

    def state(self, done: int) -> Tensor:
        """What to `go_on` from, (bytes,) uint8, with `done` batches of an epoch done (0 between two epochs)."""
        return self._state if done else self._generator.get_state()

    def go_on(self, state: Tensor, cut: int | None = None) -> None:
        """The next order drawn will be the one that was drawn, or would have been, from this state, (bytes,) uint8.

        `cut`: the size of the batches of the epoch under way, where that is another than was given.
        """
        self._cut = cut or self.size
        self._state = state
        self._generator.set_state(state)


def needs_company(model: nn.Module) -> bool:
    """Whether a batch of one cannot be learned from: batch normalization finds no variance in it.

    A lone last example then waits for another epoch, in whose order it will stand elsewhere.
    """
    return any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in model.modules())
