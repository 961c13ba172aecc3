"""Looks inside a network while it trains: they wrap the stream of events, the loop knows nothing of them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from dlcore.data.base import Task
from dlcore.training.events import EpochEnded, Event, Probed, RunFinished
from dlcore.training.loop import Trainer

BOUNDARY_SIDE = 80  # points along each side of the map
BOUNDARY_SECONDS = 0.4  # at least this long between two maps
MARGIN = 0.15  # of the data's extent, shown around it


def with_probes(trainer: Trainer) -> Iterator[Event | None]:
    """The trainer's stream, with what the probes saw after an epoch where there is something to see."""
    about = trainer.data.about
    if not about.on_a_plane or about.task == "multilabel":
        yield from trainer.run()
        return
    seen, seen_at = -1, 0.0  # the epoch of the last map, and when it was drawn
    for event in trainer.run():
        if isinstance(event, RunFinished) and seen < trainer.epoch:
            yield boundary(trainer)
        yield event
        if isinstance(event, EpochEnded) and (seen < 0 or perf_counter() - seen_at > BOUNDARY_SECONDS):
            yield boundary(trainer)
            seen, seen_at = trainer.epoch, perf_counter()


@torch.inference_mode()
def boundary(trainer: Trainer) -> Probed:
    """What the network answers on a grid over the plane of its two inputs, in the scaled units that it sees.

    `x` and `y` are the [low, high] of x₁ and x₂, the outermost points of the grid, which has `size` × `size` points.
    Classification: `classes` is the answered class of each point and `values` the probability given to it, times 255.
    Regression: `values` is the answer, 0 for the `low` and 255 for the `high` one. Each a byte a point, base64, row by
    row from the lowest x₂ up.
    """
    low, high = _extent(trainer)
    across, up = (torch.linspace(low[axis], high[axis], BOUNDARY_SIDE, device=trainer.device) for axis in (0, 1))
    grid = torch.stack(torch.meshgrid(across, up, indexing="xy"), dim=-1).reshape(-1, 2)  # (side², 2)
    was_training = trainer.model.training
    trainer.model.eval()
    answers = trainer.model(grid)  # (side², outputs)
    trainer.model.train(was_training)
    look = LOOKS.get(trainer.data.about.task, _heights)
    values = {"x": [low[0], high[0]], "y": [low[1], high[1]], "size": BOUNDARY_SIDE, **look(answers)}
    return Probed(trainer.epoch, "boundary", values)


def _extent(trainer: Trainer) -> tuple[list[float], list[float]]:
    """Lowest and highest x₁, x₂ of the training part, with a margin around them."""
    x = trainer.data.train.x
    low, high = x.amin(dim=0), x.amax(dim=0)  # (2,)
    margin = MARGIN * (high - low).clamp(min=1e-6)
    return (low - margin).tolist(), (high + margin).tolist()


def _regions(answers: Tensor) -> dict[str, str]:
    shares, classes = answers.softmax(dim=1).max(dim=1)
    return {"classes": _bytes(classes), "values": _bytes((shares * 255).round())}


def _sides(answers: Tensor) -> dict[str, str]:
    """Yes or no: two classes, of which one score decides."""
    return _regions(torch.cat([torch.zeros_like(answers), answers], dim=1))


def _heights(answers: Tensor) -> dict[str, str | float]:
    low, high = answers.min().item(), answers.max().item()
    return {"values": _bytes(((answers - low) / max(high - low, 1e-12) * 255).round()), "low": low, "high": high}


LOOKS: dict[Task, Callable[[Tensor], dict[str, Any]]] = {"multiclass": _regions, "binary": _sides}


def _bytes(values: Tensor) -> str:
    return base64.b64encode(values.to(torch.uint8).cpu().numpy().tobytes()).decode()
