"""Looks inside a network while it trains: they wrap the stream of events, the loop knows nothing of them."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from time import perf_counter

import torch

from dlcore.training.events import EpochEnded, Event, Probed, RunFinished
from dlcore.training.loop import Trainer

BOUNDARY_SIDE = 80  # points along each side of the map
BOUNDARY_SECONDS = 0.4  # at least this long between two maps
MARGIN = 0.15  # of the data's extent, shown around it


def with_probes(trainer: Trainer) -> Iterator[Event | None]:
    """The trainer's stream with what the probes saw after an epoch, where there is something to see."""
    two_dimensional = tuple(trainer.data.about.shape) == (2,)
    taken = float("-inf")
    for event in trainer.run():
        if isinstance(event, RunFinished) and two_dimensional:
            yield boundary(trainer)
        yield event
        if isinstance(event, EpochEnded) and two_dimensional and perf_counter() - taken > BOUNDARY_SECONDS:
            yield boundary(trainer)
            taken = perf_counter()


@torch.inference_mode()
def boundary(trainer: Trainer) -> Probed:
    """What the network answers on a grid over the plane of its two inputs (scaled units).

    `values` is the grid row by row, from the lowest x₂ up, a byte a point: the probability of the answer, 0 to
    255; `classes` the answered class. For regression `values` runs from `low` to `high`.
    """
    x = trainer.data.train.x
    low, high = x.min(dim=0).values, x.max(dim=0).values  # (2,)
    low, high = low - MARGIN * (high - low), high + MARGIN * (high - low)
    across, up = (torch.linspace(float(low[i]), float(high[i]), BOUNDARY_SIDE, device=x.device) for i in (0, 1))
    grid = torch.stack(torch.meshgrid(across, up, indexing="xy"), dim=-1).reshape(-1, 2)  # (side², 2)
    was_training = trainer.model.training
    trainer.model.eval()
    answers = trainer.model(grid)
    trainer.model.train(was_training)
    shares, classes = answers.softmax(dim=1).max(dim=1)
    return Probed(trainer.epoch, "boundary", {
        "x": [float(low[0]), float(high[0])], "y": [float(low[1]), float(high[1])], "size": BOUNDARY_SIDE,
        "classes": _bytes(classes), "values": _bytes(shares * 255)})  # fmt: skip


def _bytes(values: torch.Tensor) -> str:
    return base64.b64encode(values.to(torch.uint8).cpu().numpy().tobytes()).decode()
