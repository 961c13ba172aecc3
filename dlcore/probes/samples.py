"""The examples that judge, as they are shown beside the network's answers: taken once, in the units of the data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from dlcore.data.base import About, Data
from dlcore.experiment import Experiment
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.probes.confusion import TASKS, truth_of
from dlcore.training.model_view import ModelView

MOST_VALUES = 1_000_000  # of inputs that are kept
TOO_LARGE = 65_000  # for float16
GRAIN = 1e-6  # of a column's scale: float32 holds no less, up to some eight times the scale


class Samples(Probe):
    """The examples of the part that judges, in the order of all that is said of them.

    `rows` (N,) int32: their numbers within the part. `truth`: (N,) uint16 of a class, or (N,) float32 in the target's
    own units. `shown` (n,) int32: places, 0 to N − 1, of those whose inputs are kept, evenly spread; `inputs`
    (n, *shape): tokens as int32, all else before scaling, as float16 (images) or float32.
    """

    name = "samples"
    once = True

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return about.task in TASKS or about.task == "regression"

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        size = max(1, math.prod(view.about.shape))
        count = len(view.examples)
        few = min(count, max(100, MOST_VALUES // size))
        shown = (
            np.linspace(0, count - 1, few).round().astype(np.int32) if few < count else np.arange(count, dtype=np.int32)
        )
        x = view.examples.x[torch.from_numpy(shown).long().to(view.examples.x.device)].cpu()
        return {"rows": view.numbers.numpy().astype(np.int32), "truth": _truth(view), "shown": shown,
                "inputs": as_brought(x.numpy(), view.data)}  # fmt: skip

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        """What the inputs are: `shape`, names of `features`, and the `words` that tokens stand for."""
        del steps
        return {"shape": list(about.shape), "features": list(about.features), "words": list(about.words),
                "part": "validation" if experiment.dataset.split.validation else "train"}  # fmt: skip


def _truth(view: ModelView) -> np.ndarray[Any, Any]:
    if view.about.task == "regression":
        return in_target_units(view.examples.y[:, 0].cpu().double().numpy(), view.data).astype(np.float32)
    return truth_of(view).astype(np.uint16)


def as_brought(x: np.ndarray[Any, Any], data: Data) -> np.ndarray[Any, Any]:
    """Inputs (n, *shape) as they were before scaling: tokens as int32, images as float16, all else as float32.

    To the decimals of a millionth of the scale: what is below, scaling in float32 has lost, and a 0 must come back
    as 0, not as 7.6e-9.
    """
    if data.about.shape.vocabulary is not None:
        return x.astype(np.int32)
    learned = data.scaling.get("x")
    if learned:
        scale = np.array(learned["scale"])
        flat = x.reshape(len(x), -1).astype(np.float64) * scale + np.array(learned["offset"])
        grain = 10.0 ** np.floor(np.log10(GRAIN * scale))  # of each column
        x = ((flat / grain).round() * grain + 0.0).reshape(x.shape)  # and no 0 is written as -0
    small = len(data.about.shape) > 1 and np.abs(x).max(initial=0) < TOO_LARGE
    return x.astype(np.float16 if small else np.float32)


def in_target_units(values: np.ndarray[Any, Any], data: Data) -> np.ndarray[Any, Any]:
    """Values of the (first) target, any shape (*) float64, as they were before scaling."""
    learned = data.scaling.get("y")
    return values * learned["scale"][0] + learned["offset"][0] if learned else values
