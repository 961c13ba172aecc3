"""The weights of each layer, counted in bins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.probes.histogram import histogram, joined, layers_of, named, quantiles, weights_of, with_weights
from dlcore.training.model_view import ModelView

if TYPE_CHECKING:
    import plotly.graph_objects as go


class Weights(Probe):
    """By the place of each layer (0-based) that has any: the `histogram` of its weights, without biases."""

    name = "weights"
    tab = N_("Inside the layers")
    place = 50

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del about
        return bool(with_weights(steps))

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        named = {str(place): weights_of(module) for place, module in layers_of(view)}
        return {place: histogram(joined(each)) for place, each in named.items() if each}

    @classmethod
    def series(cls, seen: Arrays) -> dict[str, float | None]:
        return quantiles(seen) | {f"{place}.unfinite": layer["unfinite"] for place, layer in seen.items()}

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import fans, histograms  # plotly, which a worker need not load

        del experiment, about
        shown = named(with_weights(steps))
        return [histograms.histograms("weights", shown, run), *fans.fans("weights", shown, run)]
