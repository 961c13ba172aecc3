"""The loss around the weights that training ended with, and the way it took there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.analyses.base import Analysis, Progress, choice, number
from dlcore.analyses.directions import Plane, Weights, parameters_of, principal_plane, random_direction
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.analyses.weights_loss import WeightsLoss, heights, planned
from dlcore.data.base import About
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays

if TYPE_CHECKING:
    import plotly.graph_objects as go

MODES = ("random", "path")
FEWEST_EPOCHS = 4  # that span a plane around the last of them
MARGIN = 0.15  # of the path's extent, shown around it
NARROWEST = 0.1  # of the longer side of a plane: the shorter one is at least as long

Ends = tuple[tuple[float, float], tuple[float, float]]  # lowest and highest along each of the two directions


class Landscape(Analysis):
    """Asked: `mode`. `random`: two random directions, normalized filter by filter, drawn from `seed`; a step of 1 is
    as long as the weights themselves. `path`: the two principal directions of the recorded weights.

    `x` and `y`: [low, high] along the two directions, from the final weights at the origin; `size` points on each
    side. `loss` (size, size) float32, row by row from the lowest y: the mean loss of `rows` examples of the training
    part in eval mode. `height` (size, size) float32 is its logarithm to base 10, or, where some are negative, the
    loss itself; `ticks` are some heights, `labels` the losses there. `centre`: the loss of the final
    weights, those of `epoch`. `path`: `epoch`, `x`, `y` and `loss` (epochs,) of the recorded weights, the final ones
    last, for `random` those alone; their loss is that of the weights themselves, beside the plane. `shares` [2]: how
    much of the variance of the recorded weights lies along each direction.
    """

    name = "landscape"
    tab = N_("Loss landscape")
    place = 75
    panel = "landscape"

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import landscape  # plotly, which a worker need not load

        del experiment, about, steps
        return [landscape.landscape(mode, run) for mode in MODES]

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        mode, seed = choice(asked, "mode", MODES), number(asked, "seed", 0, 10**6, 0)
        model = run.model(run.epochs[-1])
        plane = _path(run, model) if mode == "path" else _random(run, model, seed)
        loss, surface = surface_of(run, model, plane, progress)
        at = [loss.of(run.weights(epoch)) for epoch in plane.epochs]
        return {
            "mode": mode,
            "epoch": run.epochs[-1],
            **surface,
            "centre": at[-1],
            "shares": plane.shares,
            "path": {
                "epoch": np.array(plane.epochs, np.int32),
                "x": plane.places[:, 0].float().numpy(),
                "y": plane.places[:, 1].float().numpy(),
                "loss": np.array(at, np.float32),
            },
        }


@dataclass(frozen=True)
class View:
    """What of the space of weights is shown: all around `origin`, the final ones, along two directions."""

    origin: Weights
    directions: tuple[Weights, Weights]
    ends: Ends
    epochs: Sequence[int]
    places: Tensor  # (epochs, 2)
    shares: list[float] | None = None

    def weights(self, x: float, y: float) -> dict[str, Tensor]:
        """The weights at a place of it."""
        first, second = self.directions
        return {name: each + x * first[name] + y * second[name] for name, each in self.origin.items()}


def _random(run: FilmedRun, model: nn.Module, seed: int) -> View:
    first, second = (random_direction(model, 2 * seed + n) for n in (0, 1))
    return View(parameters_of(model), (first, second), ((-1.0, 1.0), (-1.0, 1.0)), run.epochs[-1:], torch.zeros(1, 2))


def _path(run: FilmedRun, model: nn.Module) -> View:
    """Raises DlcoreError where too few weights were kept to span a plane, or they did not move."""
    names = list(dict(model.named_parameters()))
    if len(run.epochs) < FEWEST_EPOCHS:
        text = N_("The path needs weights of at least {least} epochs; this run has kept those of {count}.")
        raise DlcoreError(Text(text, least=FEWEST_EPOCHS, count=len(run.epochs)))
    recorded = [finite_weights(each, names) for each in map(run.weights, run.epochs)]
    plane = plane_of(recorded)
    return View(recorded[-1], plane.directions, around(plane.places), run.epochs, plane.places, plane.shares.tolist())


def finite_weights(weights: Weights, names: Sequence[str]) -> dict[str, Tensor]:
    """Those of these names, among weights of an epoch. Raises DlcoreError where some are no finite numbers."""
    if not all(name in weights and bool(weights[name].isfinite().all()) for name in names):
        raise DlcoreError(Text(N_("Some of the kept weights are no finite numbers: no path can be drawn of them.")))
    return {name: weights[name] for name in names}


def plane_of(recorded: Sequence[Weights]) -> Plane:
    """The plane along which these weights differ most. Raises DlcoreError where they span none."""
    plane = principal_plane(recorded)
    if plane is None:
        raise DlcoreError(Text(N_("These weights did not move, or along one line only: there is no plane to show.")))
    return plane


def around(places: Tensor) -> Ends:
    """What of the plane is shown: all places (n, 2) with a margin; no side much shorter than the other."""
    low, high = places.amin(dim=0), places.amax(dim=0)
    extent = (high - low).clamp(min=NARROWEST * float((high - low).max()))
    middle, half = (low + high) / 2, extent * (0.5 + MARGIN)
    (low_x, low_y), (high_x, high_y) = (middle - half).tolist(), (middle + half).tolist()
    return (low_x, high_x), (low_y, high_y)


def surface_of(run: FilmedRun, model: nn.Module, view: View, progress: Progress) -> tuple[WeightsLoss, dict[str, Any]]:
    """What the loss is of, and `rows`, `size`, `x`, `y`, `loss`, `height`, `ticks` and `labels` of a view."""
    loss, size = planned(run, model)
    losses = grid(loss, view, size, progress)
    height, ticks, labels = heights(losses)
    x, y = map(list, view.ends)
    return loss, {
        "rows": len(loss.part),
        "size": size,
        "x": x,
        "y": y,
        "loss": losses.astype(np.float32),
        "height": height.astype(np.float32),
        "ticks": ticks,
        "labels": labels,
    }


def grid(loss: WeightsLoss, view: View, size: int, progress: Progress) -> np.ndarray[Any, Any]:
    """The loss at every place of a view: (size, size), row by row from the lowest y."""
    across, up = (np.linspace(low, high, size) for low, high in view.ends)
    rows = []
    for done, y in enumerate(up):
        progress(done / size)
        rows.append([loss.of(view.weights(float(x), float(y))) for x in across])
    return np.array(rows)
