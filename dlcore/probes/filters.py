"""What the first layer looks for: its weights, arranged as the inputs are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor, nn

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.base import Step, axes_of
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.training.model_view import ModelView

MOST_FILTERS = 64
MOST_CHANNELS = 4  # of each
MOST_VALUES = 32_768  # of all in a frame: larger filters are fewer
MIDDLE, REACH = 128, 127  # of a byte: the weight 0, and how far the largest lies from it
UNFINITE = 0  # the byte of a weight that is no finite number
CONVOLUTIONS = ("Conv2d", "Conv1d")
DENSE = ("Linear", "Output")


class Filters(Probe):
    """The first filters of the first layer that has any, as bytes: up to 64, fewer of large ones.

    `weights` uint8: (n, C, kh, kw) of a Conv2d, with up to 4 of its input channels; (n, C, k) of a Conv1d;
    (n, C, H, W) of a Linear that follows an image's Flatten, a row of its weights as an image. A byte b stands for the
    weight (b − 128) / 127 · `high`, 0 for one that is not finite. `high` is the largest |weight| of these, None where
    none is finite; `count` how many filters the layer has, `channels` how many channels each has.
    """

    name = "filters"
    tab = N_("Through the layers")
    choice = N_("Filters of the first layer")
    place = 70
    panel = "filters"

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        return first_of(about, steps) is not None

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        weights = _first_weights(view)
        bytes_of, high = as_bytes(_some(weights).numpy())
        return {"weights": bytes_of, "high": high, "count": len(weights), "channels": weights.shape[1]}

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        del experiment
        step = first_of(about, steps)
        assert step is not None
        return {"layer": f"{step.path[0] + 1} {step.layer}"}


def first_of(about: About, steps: Sequence[Step]) -> Step | None:
    """The layer whose weights can be seen as pictures or curves: the first of all that has weights, if it can."""
    step = next((each for each in steps if each.parameters), None)
    if step is None:
        return None
    flat = step.layer in DENSE and axes_of(about.shape) == "CHW" and all(map(_keeps, steps[: step.path[0]]))
    return step if step.layer in CONVOLUTIONS or flat else None


def _keeps(step: Step) -> bool:
    """Whether each value is still that of the same place of the image after this layer."""
    return step.layer == "Flatten" or (step.made == step.received and step.kind != "shape")


def _first_weights(view: ModelView) -> Tensor:
    """(filters, C, *) float32 on the CPU."""
    module = next(each for each in view.model.children() if any(True for _ in each.parameters()))
    assert isinstance(module.weight, Tensor)
    found = module.weight.detach().float().cpu()
    return found.reshape(len(found), *view.about.shape) if isinstance(module, nn.Linear) else found


def _some(weights: Tensor) -> Tensor:
    """(n, C, *): the first filters, and of each the first channels, within what is kept."""
    weights = weights[:, :MOST_CHANNELS]
    return weights[: max(1, min(MOST_FILTERS, MOST_VALUES // math.prod(weights.shape[1:])))]


def as_bytes(values: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], float | None]:
    """(bytes of the same shape (*), the weight that the byte 255 stands for), as the probe's docstring says."""
    finite = np.isfinite(values)
    if not finite.any():
        return np.full(values.shape, UNFINITE, np.uint8), None
    high = float(np.abs(values[finite]).max())
    shares = np.where(finite, values, 0).astype(np.float64) / (high or 1.0)
    return np.where(finite, np.round(MIDDLE + REACH * shares), UNFINITE).astype(np.uint8), high
