"""How strongly each layer is pulled, and how far it moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.probes.histogram import histogram, joined, layers_of, named, weights_of, with_weights
from dlcore.training.model_view import ModelView

if TYPE_CHECKING:
    import plotly.graph_objects as go


class Gradients(Probe):
    """By the place of each layer (0-based) that has weights, biases left out:

    the `histogram` of the gradients of the mean loss over up to 128 training examples, in eval mode; `norm`, the L2
    norm of these; `size`, that of the weights; `moved`, the L2 norm of what the epoch before changed in the weights,
    divided by that of the weights it began with: None at epoch 0.
    """

    name = "gradients"
    tab = N_("Gradient and step size")
    place = 60

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del about
        return bool(with_weights(steps))

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        found = {}
        for place, module in layers_of(view):
            weights = weights_of(module, f"{place}.")
            learned = {name: view.gradients[name] for name in weights if name in view.gradients}
            if learned:
                found[str(place)] = histogram(joined(learned)) | _sizes(view, weights, learned)
        return found

    @classmethod
    def series(cls, seen: Arrays) -> dict[str, float | None]:
        return {f"{place}.{name}": layer[name] for place, layer in seen.items() for name in ("norm", "size", "moved")}

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import layer_curves  # plotly, which a worker need not load

        del experiment, about
        shown = named(with_weights(steps))
        return [layer_curves.sizes("gradients.norm", shown, run), layer_curves.sizes("gradients.moved", shown, run)]


def _sizes(view: ModelView, weights: dict[str, Tensor], gradients: dict[str, Tensor]) -> dict[str, Any]:
    before = None if view.before is None else {name: view.before[name] for name in weights}
    return {"norm": norm(gradients), "size": norm(weights), "moved": None if before is None else moved(before, weights)}


def norm(tensors: dict[str, Tensor]) -> float | None:
    """The L2 norm of all numbers together; None where it is not finite."""
    found = float(torch.linalg.vector_norm(joined(tensors).double()))
    return found if math.isfinite(found) else None


def moved(before: dict[str, Tensor], after: dict[str, Tensor]) -> float | None:
    """‖after − before‖ / ‖before‖; None where that is no finite number."""
    steps = {name: after[name] - before[name] for name in after}
    length, size = norm(steps), norm(before)
    return length / size if length is not None and size else None
