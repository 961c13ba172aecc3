"""Knowing nothing of the inputs: what every model must beat."""

from __future__ import annotations

from typing import Any, ClassVar

from dlcore.baselines.baseline import Baseline, Size
from dlcore.declaration import Call
from dlcore.i18n import N_


class Dummy(Baseline):
    """Always names the most frequent class, or the mean.

    Source: sklearn.dummy.DummyClassifier, DummyRegressor.
    """

    title = N_("Guessing")
    place: ClassVar[int] = 0
    most_cells: ClassVar[int] = 100_000_000
    several_labels: ClassVar[bool] = True

    def classifier(self, rows: int, seed: int) -> Call:
        return Call("DummyClassifier", strategy="most_frequent", module="sklearn.dummy")

    def regressor(self, rows: int, seed: int) -> Call:
        return Call("DummyRegressor", module="sklearn.dummy")

    def size(self, fitted: Any) -> Size:
        return Size(int(getattr(fitted, "n_outputs_", 1)), N_("its answer alone"))
