"""What each single neuron gives everywhere in the plane of the two inputs, and the weights between the neurons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.figures import colours
from dlcore.i18n import N_, translate
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.probes.boundary import extent, plane
from dlcore.probes.grid import DENSEST
from dlcore.training.metrics import evaluating
from dlcore.training.model_view import ModelView

SIDE = 32  # points along each side of a map
MOST_IN_A_COLUMN = 24  # neurons: more could not be told apart below one another
MOST_NEURONS = 100  # in all

DENSE = ("Linear", "Output")  # layers whose weights are the edges of the diagram
UNIT_BY_UNIT = ("activation", "normalization", "regularization", "shape")  # kinds that may follow one


@dataclass(frozen=True)
class Column:
    """A column of the diagram: the layer that makes its units, and those that work on its output after it.

    first, last: places in the stack, 0-based; `first` is -1 for the inputs, and `last` too where nothing follows them.
    """

    first: int
    last: int
    units: int


class Neurons(Probe):
    """The map of each neuron over the plane of `boundary`, after its activation, and the weights into it.

    `x` and `y` are the [low, high] of x₁ and x₂ in scaled units, the outermost points of a grid of `size` × `size`.
    By the place of the column (0: the inputs) the group of its `n` units: `values` (n, size, size) uint8, row by row
    from the lowest x₂ up, 0 for the `low` and 255 for the `high` (n,) float32 of each; where something is not finite
    also `unfinite` (n, size, size) uint8, 1 there; `low` and `high` are NaN of a unit that is finite nowhere. Of every
    column but the first `weights` (n, units before) and, where the layer has one, `bias` (n,), float32.
    """

    name = "neurons"
    tab = N_("Decision boundary")
    place = 11
    panel = "neurons"
    dense = DENSEST

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        columns = columns_of(about.shape[0], steps) if about.on_a_plane else []
        sizes = [column.units for column in columns]
        return len(columns) > 1 and max(sizes) <= MOST_IN_A_COLUMN and sum(sizes) <= MOST_NEURONS

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        low, high = extent(view)
        layers = list(view.model.children())
        columns = columns_in(layers)
        made = {-1: plane(low, high, SIDE, view.device)}  # (side², 2); by the place in the stack
        with evaluating(view.model):
            for place, layer in enumerate(layers):
                made[place] = layer(made[place - 1])
        maps = _maps(torch.cat([made[column.last] for column in columns], dim=1))
        found: dict[str, Any] = {"x": [low[0], high[0]], "y": [low[1], high[1]], "size": SIDE}
        start = 0
        for number, column in enumerate(columns):
            mine = {name: each[start : start + column.units] for name, each in maps.items()}
            if "unfinite" in mine and not mine["unfinite"].any():
                del mine["unfinite"]
            found[str(number)] = mine | (_weights(layers[column.first]) if number else {})
            start += column.units
        return found

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        """`columns`: of each the number of `units`, the `layers` by name, and the `names` of inputs and outputs.

        `signs`: the colours of what is `positive` and what is `negative`.
        """
        del experiment
        columns = columns_of(about.shape[0], steps)
        names = {0: list(about.features) or ["x₁", "x₂"], len(columns) - 1: list(_answers(about))}
        return {
            "columns": [
                {
                    "units": column.units,
                    "layers": [steps[place].layer for place in range(max(column.first, 0), column.last + 1)],
                    "names": names.get(number, []),
                }
                for number, column in enumerate(columns)
            ],
            "signs": {"positive": colours.POSITIVE, "negative": colours.NEGATIVE},
        }


def columns_of(inputs: int, steps: Sequence[Step]) -> list[Column]:
    """The columns of such a network; none where it is more than Linear layers with functions of their units between."""
    columns = [Column(-1, -1, inputs)]
    for place, step in enumerate(steps):
        before = columns[-1]
        if step.layer in DENSE:
            columns.append(Column(place, place, step.made[0]))
        elif step.kind in UNIT_BY_UNIT and tuple(step.made) == (before.units,):
            columns[-1] = Column(before.first, place, before.units)
        else:
            return []
    return columns


def columns_in(layers: Sequence[nn.Module]) -> list[Column]:
    """The same of the modules of a network that suits."""
    dense = [(place, layer) for place, layer in enumerate(layers) if isinstance(layer, nn.Linear)]
    ends = [place - 1 for place, _layer in dense] + [len(layers) - 1]
    made = [(-1, dense[0][1].in_features), *((place, layer.out_features) for place, layer in dense)]
    return [Column(place, end, units) for (place, units), end in zip(made, ends, strict=True)]


def _answers(about: About) -> Sequence[str]:
    """The names of what the outputs stand for; a score for yes has the name of yes."""
    if about.task == "regression":
        return [translate(about.target)] if about.target else []
    return about.classes[1:] if about.task == "binary" else about.classes


def _maps(made: Tensor) -> dict[str, np.ndarray[Any, Any]]:
    """`values`, `low`, `high` and, where there is one, `unfinite` of all neurons. made: (side², neurons)."""
    values = made.T.contiguous().cpu().double()  # in float32 the range of what is large would overflow
    low, high = values.amin(dim=1, keepdim=True), values.amax(dim=1, keepdim=True)  # NaN and infinity come through
    if bool((high - low).isfinite().all()):
        return {"values": _shares(values, low, high), "low": _flat(low), "high": _flat(high)}
    finite = values.isfinite()
    nowhere = ~finite.any(dim=1, keepdim=True)
    low = values.where(finite, torch.inf).amin(dim=1, keepdim=True).where(~nowhere, torch.nan)
    high = values.where(finite, -torch.inf).amax(dim=1, keepdim=True).where(~nowhere, torch.nan)
    known = values.where(finite, low).nan_to_num()
    return {"values": _shares(known, low.nan_to_num(), high.nan_to_num()), "low": _flat(low), "high": _flat(high),
            "unfinite": _square(~finite)}  # fmt: skip


def _shares(values: Tensor, low: Tensor, high: Tensor) -> np.ndarray[Any, Any]:
    """Bytes between the two ends of each neuron. values: (neurons, side²), finite; low, high: (neurons, 1)."""
    return _square(((values - low) * (255 / (high - low).where(high > low, 1.0))).round_())


def _flat(ends: Tensor) -> np.ndarray[Any, Any]:
    flat: np.ndarray[Any, Any] = ends.flatten().float().numpy()
    return flat


def _square(values: Tensor) -> np.ndarray[Any, Any]:
    square: np.ndarray[Any, Any] = values.to(torch.uint8).numpy().reshape(-1, SIDE, SIDE)
    return square


def _weights(layer: nn.Module) -> dict[str, np.ndarray[Any, Any]]:
    """Of a Linear layer: `weights` (out, in) and `bias` (out,), float32."""
    state = {"weights": layer.weight, "bias": layer.bias}
    return {
        name: each.detach().float().cpu().numpy().copy() for name, each in state.items() if isinstance(each, Tensor)
    }
