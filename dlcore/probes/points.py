"""The examples as points of the plane: taken once, drawn on the map of what the network answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlcore.data.base import About, Data, Part
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.training.model_view import ModelView, spread

MOST_POINTS = 400  # of each part: more would hide the map


class Points(Probe):
    """`train` and `validation`, each with `x` and `y` (n,) float32 in scaled units, and `target` (n,) float32.

    The target is the number of the class, or the value. Up to 400 points each, evenly spread.
    """

    name = "points"
    once = True

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return about.on_a_plane and about.task != "multilabel"

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        return points_of(view.data)


def points_of(data: Data) -> Arrays:
    """The arrays of the probe `points`: see there for shapes and units."""
    return {name: _points(part) for name, part in (("train", data.train), ("validation", data.validation))}


def _points(part: Part) -> Arrays:
    chosen = spread(len(part), MOST_POINTS)
    x, y = part.x[chosen.to(part.x.device)].cpu().numpy(), part.y[chosen.to(part.y.device)].cpu().numpy()
    return {
        "x": x[:, 0].astype(np.float32),
        "y": x[:, 1].astype(np.float32),
        "target": y.reshape(len(chosen)).astype(np.float32),
    }
