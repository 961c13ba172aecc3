"""Looks inside a network while it trains: they wrap the stream of events, the loop knows nothing of them."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol

import torch
from torch import Tensor

from dlcore.data.base import Task
from dlcore.training import answers, layer_statistics
from dlcore.training.events import EpochEnded, Event, Probed, RunFinished
from dlcore.training.metrics import evaluating
from dlcore.training.model_view import ModelView

BOUNDARY_SIDE = 80  # points along each side of the map
BOUNDARY_SECONDS = 0.4  # at least this long between two maps
ANSWERS_SECONDS = 0.5  # … between two looks at the answers
LAYERS_SECONDS = 2.0  # … between two looks into the layers
RAREST = 0.02  # … and at least this share of the time since the first
MARGIN = 0.15  # of the data's extent, shown around it


@dataclass
class Look:
    """A probe and when it was used last. The longer a run, the rarer: some hundred looks in all, however long."""

    probe: Callable[[ModelView], Probed]
    seconds: float  # at least this long between two looks
    epoch: int = -1  # seen last
    at: float = 0.0
    began: float = field(default_factory=perf_counter)

    def due(self) -> bool:
        """Whether enough time has passed."""
        now = perf_counter()
        return self.epoch < 0 or now - self.at > max(self.seconds, (now - self.began) * RAREST)

    def take(self, view: ModelView) -> Probed:
        """What the probe sees now."""
        self.epoch, self.at = view.epoch, perf_counter()
        return self.probe(view)


class Training(Protocol):
    """What can be watched: a stream of events, and a view of the network between any two of them."""

    def run(self) -> Iterator[Event | None]: ...

    def view(self) -> ModelView: ...


def with_probes(trainer: Training) -> Iterator[Event | None]:
    """The trainer's stream, with what the probes saw: after the first epochs, the last, and some between."""
    about = trainer.view().about
    mapped = about.on_a_plane and about.task != "multilabel"
    looks = [Look(boundary, BOUNDARY_SECONDS)] if mapped else []
    looks += [Look(answers.PROBES[about.task], ANSWERS_SECONDS)] if about.task in answers.PROBES else []
    looks += [Look(layer_statistics.weights, LAYERS_SECONDS), Look(layer_statistics.activations, LAYERS_SECONDS)]
    for event in trainer.run():
        if isinstance(event, RunFinished):
            view = trainer.view()
            yield from (look.take(view) for look in looks if look.epoch < view.epoch)
        yield event
        if isinstance(event, EpochEnded):
            yield from (look.take(trainer.view()) for look in looks if look.due())


def boundary(view: ModelView) -> Probed:
    """What the network answers on a grid over the plane of its two inputs, in the scaled units that it sees.

    `x` and `y` are the [low, high] of x₁ and x₂, the outermost points of the grid, which has `size` × `size` points.
    Classification: `classes` is the answered class of each point and `values` the probability given to it, times 255.
    Regression: `values` is the answer, 0 for the `low` and 255 for the `high` one. Each a byte a point, base64, row by
    row from the lowest x₂ up.
    """
    low, high = _extent(view)
    across, up = (torch.linspace(low[axis], high[axis], BOUNDARY_SIDE, device=view.device) for axis in (0, 1))
    grid = torch.stack(torch.meshgrid(across, up, indexing="xy"), dim=-1).reshape(-1, 2)  # (side², 2)
    with evaluating(view.model):
        made = view.model(grid)  # (side², outputs)
    look = LOOKS.get(view.about.task, _heights)
    values = {"x": [low[0], high[0]], "y": [low[1], high[1]], "size": BOUNDARY_SIDE, **look(made)}
    return Probed(view.epoch, "boundary", values)


def _extent(view: ModelView) -> tuple[list[float], list[float]]:
    """Lowest and highest x₁, x₂ of the training part, with a margin around them."""
    x = view.data.train.x
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
