"""What each layer gives, counted in bins, and which of its units are dead or saturated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.probes.histogram import MOST_LAYERS, histogram, layers_of, named, quantiles
from dlcore.training.model_view import ModelView

if TYPE_CHECKING:
    import plotly.graph_objects as go

SATURATED = 0.99  # of the way to where the function cannot go further
ENDS: dict[type[nn.Module], tuple[float, float]] = {nn.Sigmoid: (0.0, 1.0), nn.Tanh: (-1.0, 1.0)}
RELUS = ("ReLU", "ReLU6")  # the layers whose units can die
BOUNDED = tuple(each.__name__ for each in ENDS)


class Activations(Probe):
    """By the place of each layer (0-based): the `histogram` of what it gives for up to 128 examples, in eval mode.

    `silent`: the share of its units that are zero for every one of these examples. `saturated`, of a sigmoid or tanh:
    the share of its outputs that are within a hundredth of the ends of their range. Both are None where an output is
    not finite.
    """

    name = "activations"
    tab = N_("Inside the layers")
    place = 51

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        made = zip(layers_of(view), view.layer_outputs, strict=False)  # of a deep stack the first layers
        return {str(place): {**histogram(each), **_units(module, each)} for (place, module), each in made}

    @classmethod
    def series(cls, seen: Arrays) -> dict[str, float | None]:
        shares = {f"{place}.{name}": layer[name] for place, layer in seen.items()
                  for name in ("silent", "saturated", "unfinite") if name in layer}  # fmt: skip
        return quantiles(seen) | shares

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import fans, histograms, layer_curves  # plotly, which a worker need not load

        del experiment, about
        shown = named(steps[:MOST_LAYERS])
        relus, bounded = ([each for each in shown if each[1] in names] for names in (RELUS, BOUNDED))
        return [
            histograms.histograms("activations", shown, run),
            *fans.fans("activations", shown, run),
            *([layer_curves.shares("activations.silent", relus, run)] if relus else []),
            *([layer_curves.shares("activations.saturated", bounded, run)] if bounded else []),
        ]


def _units(module: nn.Module, made: Tensor) -> dict[str, float | None]:
    finite = bool(made.isfinite().all())
    found = {"silent": silent(made) if finite else None}
    ends = ENDS.get(type(module))
    return found if ends is None else found | {"saturated": saturated(made, *ends) if finite else None}


def silent(made: Tensor) -> float:
    """Share of the outputs (of one example) that are zero for every example. made: (N, *)."""
    return float((made == 0).all(dim=0).float().mean())


def saturated(made: Tensor, low: float, high: float) -> float:
    """Share of all outputs, any shape (*), that are within a hundredth of the range of one of its ends."""
    near = (1 - SATURATED) * (high - low)
    return float(torch.logical_or(made < low + near, made > high - near).float().mean())
