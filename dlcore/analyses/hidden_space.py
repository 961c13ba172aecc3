"""Where the examples lie inside the network: what a layer gives for each, projected to two dimensions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.analyses.base import Analysis, Progress, number
from dlcore.analyses.compact import compact
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.data.base import About
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, Text
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.confusion import TASKS, truth_of
from dlcore.probes.samples import in_target_units
from dlcore.training.metrics import evaluation_rows
from dlcore.training.model_view import ModelView, spread

MOST_EXAMPLES = 500
FEWEST_EXAMPLES = 50
MOST_VALUES = 8_000_000  # of a layer's outputs for all examples: of a very wide layer fewer examples


class HiddenSpace(Analysis):
    """Principal components of what a layer gives, found once, at the last recorded epoch, and used at every epoch.

    Asked: `layer`, its place in the stack (0-based; the last but one where none was asked for). `epochs` (E,) int32:
    those whose weights were kept. `xy` (E, N, 2): the outputs of up to 500 examples of the part that judges, evenly
    spread, less their mean at the last epoch, along the first two components of that epoch; float16, or float32 where
    that could not hold them. An example for which the layer gave no finite numbers is NaN. `explained` (2,) float32:
    the share of the variance at the last epoch that lies along each. `places` (N,) int32: which they are of `samples`.
    `truth` (N,): uint16 of a class, float32 of a value in the target's own units; absent where an example has neither.
    """

    name = "hidden_space"
    tab = N_("Through the layers")
    choice = N_("Hidden space")
    place = 72
    panel = "hidden_space"

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        del experiment
        return {
            "layers": [f"{place + 1} {step.layer}" for place, step in enumerate(steps)],
            "usual": _usual(steps),
            "classes": list(about.classes) if about.task in TASKS else [],
            "hues": list(colours.HUES),
        }

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        layer = number(asked, "layer", 0, len(run.steps) - 1, _usual(run.steps))
        view = run.view(run.epochs[-1])
        most = MOST_VALUES // max(1, math.prod(run.steps[layer].made))
        places = spread(len(view.examples), max(FEWEST_EXAMPLES, min(MOST_EXAMPLES, most)))
        x = view.examples.x[places]
        components = Components(outputs_of(view.model, layer, x, evaluation_rows(run.steps)))
        xy = []
        for done, epoch in enumerate(run.epochs):
            progress(done / len(run.epochs))
            xy.append(components.project(outputs_of(run.model(epoch), layer, x, evaluation_rows(run.steps))))
        return {"epochs": np.array(run.epochs, np.int32), "xy": compact(np.stack(xy)), "layer": layer,
                "explained": components.explained, "places": places.numpy().astype(np.int32),
                **_truth(view, places)}  # fmt: skip


class Components:
    """The first two principal components of outputs (N, D). Raises DlcoreError where not two rows are finite."""

    def __init__(self, outputs: Tensor) -> None:
        known = outputs[outputs.isfinite().all(dim=1)]
        if len(known) < 2:
            raise DlcoreError(Text(N_("At the last recorded epoch this layer gives no finite numbers to be compared.")))
        self.mean = known.mean(dim=0)
        _left, lengths, right = torch.linalg.svd(known - self.mean, full_matrices=False)
        axes = torch.zeros(2, outputs.shape[1], dtype=outputs.dtype)
        axes[: len(right[:2])] = right[:2]
        strongest = axes.gather(1, axes.abs().argmax(dim=1, keepdim=True))
        self.axes = axes * torch.where(strongest < 0, -1.0, 1.0)  # one of two directions, always the same
        variances = torch.zeros(2, dtype=outputs.dtype)
        variances[: len(lengths[:2])] = lengths[:2] ** 2
        self.explained = (variances / (lengths**2).sum().clamp(min=1e-30)).numpy().astype(np.float32)

    def project(self, outputs: Tensor) -> np.ndarray[Any, Any]:
        """(N, 2) float64 of outputs (N, D): NaN where a row is not finite."""
        xy = (outputs - self.mean) @ self.axes.T
        xy[~outputs.isfinite().all(dim=1)] = math.nan
        found: np.ndarray[Any, Any] = xy.numpy()
        return found


def outputs_of(model: nn.Module, layer: int, x: Tensor, rows: int) -> Tensor:
    """(N, D) float64: what the layer at this place (0-based) gives for x (N, *), so many rows at a time."""
    made = []
    with torch.no_grad():
        for part in torch.split(x, rows):
            for module in list(model.children())[: layer + 1]:
                part = module(part)
            made.append(part.flatten(1).double())
    return torch.cat(made)


def _usual(steps: Sequence[Step]) -> int:
    return max(0, len(steps) - 2)


def _truth(view: ModelView, places: Tensor) -> Arrays:
    """Of each example (N,) its class, or its value; nothing where it has no single one."""
    if view.about.task in TASKS:
        return {"truth": truth_of(view)[places].astype(np.uint16)}
    if view.about.task != "regression":
        return {}
    values = view.examples.y[places, 0].cpu().double().numpy()
    return {"truth": in_target_units(values, view.data).astype(np.float32)}
