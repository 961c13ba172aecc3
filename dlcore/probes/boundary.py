"""The map of the plane: what a network of two inputs answers everywhere in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from dlcore.data.base import About, Task
from dlcore.experiment import Experiment
from dlcore.i18n import N_, translate
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.probes.grid import DENSEST
from dlcore.training.metrics import evaluating
from dlcore.training.model_view import ModelView

if TYPE_CHECKING:
    import plotly.graph_objects as go

SIDE = 80  # points along each side of the map
MARGIN = 0.15  # of the data's extent, shown around it


class Boundary(Probe):
    """What the network answers on a grid over the plane of its two inputs, in the scaled units that it sees.

    `x` and `y` are the [low, high] of x₁ and x₂, the outermost points of the grid, which has `size` × `size` points,
    row by row from the lowest x₂ up. Classification: `classes` (size, size) uint8, the answered class, and `values`
    uint8, the probability given to it, times 255. Regression: `values` is the answer, 0 for the `low` and 255 for the
    `high` one; a place where it is not finite has the value 0 and a 1 in `unfinite` (size, size) uint8.
    """

    name = "boundary"
    tab = N_("Decision boundary")
    place = 10
    dense = DENSEST

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return about.on_a_plane and about.task in ("multiclass", "binary", "regression") and len(about.classes) <= 256

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        low, high = extent(view)
        with evaluating(view.model):
            made = view.model(plane(low, high, SIDE, view.device))  # (side², outputs)
        return {"x": [low[0], high[0]], "y": [low[1], high[1]], "size": SIDE, **answers_on_a_grid(made, view.about)}

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import boundary  # plotly, which a worker need not load

        del experiment, steps
        axes = about.features or ("x₁", "x₂")
        if about.task == "regression":
            return [boundary.heights(axes, translate(about.target), run)]
        return [boundary.boundary(about.classes, axes, run)]


def plane(low: Sequence[float], high: Sequence[float], side: int, device: torch.device) -> Tensor:
    """(side², 2): the points of a grid, row by row from the lowest x₂ up."""
    across, up = (torch.linspace(low[axis], high[axis], side, device=device) for axis in (0, 1))
    return torch.stack(torch.meshgrid(across, up, indexing="xy"), dim=-1).reshape(-1, 2)


def extent(view: ModelView) -> tuple[list[float], list[float]]:
    """Lowest and highest x₁, x₂ of the training part, with a margin around them."""
    x = view.data.train.x
    low, high = x.amin(dim=0), x.amax(dim=0)  # (2,)
    margin = MARGIN * (high - low).clamp(min=1e-6)
    return (low - margin).tolist(), (high + margin).tolist()


def answers_on_a_grid(made: Tensor, about: About) -> dict[str, Any]:
    """What is kept of a network's outputs on a grid, (SIDE², outputs): see `Boundary`."""
    return LOOKS.get(about.task, _heights)(made.float())


def _regions(answers: Tensor) -> dict[str, Any]:
    shares, classes = answers.softmax(dim=1).max(dim=1)
    return {"classes": _bytes(classes), "values": _bytes((shares * 255).round())}


def _sides(answers: Tensor) -> dict[str, Any]:
    """Yes or no: two classes, of which one score decides."""
    return _regions(torch.cat([torch.zeros_like(answers), answers], dim=1))


def _heights(answers: Tensor) -> dict[str, Any]:
    finite = answers.isfinite()
    known = answers[finite]
    low, high = (known.min().item(), known.max().item()) if len(known) else (0.0, 0.0)
    shares = ((answers - low) / max(high - low, 1e-12) * 255).round().nan_to_num(0, 0, 0).clamp(0, 255)
    found = {"values": _bytes(shares), "low": low, "high": high}
    return found if bool(finite.all()) else found | {"unfinite": _bytes(~finite)}


LOOKS: dict[Task, Callable[[Tensor], dict[str, Any]]] = {"multiclass": _regions, "binary": _sides}


def _bytes(values: Tensor) -> np.ndarray[Any, Any]:
    square: np.ndarray[Any, Any] = values.to(torch.uint8).cpu().numpy().reshape(SIDE, SIDE)
    return square
