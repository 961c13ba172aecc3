"""Weighted sums of weighted sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import learning, width_of
from dlcore.data.base import About
from dlcore.declaration import Declaration
from dlcore.experiment import Experiment
from dlcore.layers.advice import NO_ACTIVATION
from dlcore.layers.base import Layer, Path
from dlcore.layers.stack import inside
from dlcore.network import Warning, diagnose

LOOKED_AT = 3  # values, that are few enough to be drawn


class NoActivation(Rule):
    """Nothing bends the line between two layers with weights, so the two can do no more than one.

    Few values that are drawn, or a convolution in two parts, may be meant so: where something else in the
    network bends, that is a remark.
    """

    name = NO_ACTIVATION

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        found = [each for each in diagnose(experiment.network, about).warnings if each.rule == self.name]
        if not found:
            return
        layers = dict(inside(experiment.network))
        sure = [each for each in found if not _may_be_meant(experiment.network, layers, each.path)]
        first = (sure or found)[0]
        grave = bool(sure) or not any(bends(layer) for layer in layers.values())
        yield Finding(
            self.name,
            "warning" if grave else "remark",
            first.text,
            _remedy(found),
            layer=first.path,
            measured={"layers_with_weights": len(learning(experiment.network)), "places": len(found)},
        )


def bends(layer: Layer) -> bool:
    """Whether a layer alone makes more than a weighted sum."""
    return layer.bends == "yes" and layer.kind not in ("normalization", "regularization", "shape", "block")


def _may_be_meant(network: Sequence[Declaration], layers: dict[Path, Layer], path: Path) -> bool:
    """Whether the layer here and the one with weights before it are known to be put together like this on purpose."""
    places = [place for place, layer in learning(network)]
    number = places.index(path) if path in places else 0
    before, here = layers[places[number - 1]], layers[path]
    if any(each.name.startswith("Depthwise") or getattr(each, "kernel_size", 0) == 1 for each in (before, here)):
        return True
    width = width_of(before)
    return width is not None and width <= LOOKED_AT and number > 1


def _remedy(found: Sequence[Warning]) -> Remedy:
    """A ReLU at each place, the last first so that no place moves."""
    return Remedy(repairs=tuple((each.path, "insert:ReLU") for each in reversed(found)))
