"""Asking those that are most alike."""

from __future__ import annotations

from typing import Any, ClassVar

from dlcore.baselines.baseline import Baseline, Size
from dlcore.declaration import Call, setting
from dlcore.i18n import N_


class NearestNeighbours(Baseline):
    """Answers as the most similar training rows do: nothing is learned, everything is kept.

    Source: sklearn.neighbors.KNeighborsClassifier, KNeighborsRegressor.
    """

    title = N_("k nearest neighbours")
    place: ClassVar[int] = 20
    several_labels: ClassVar[bool] = True

    n_neighbors: int = setting(5, ge=1, le=100, main=True, help=N_("How many similar rows are asked."))

    def classifier(self, rows: int, seed: int) -> Call:
        return Call("KNeighborsClassifier", n_neighbors=min(self.n_neighbors, rows), module="sklearn.neighbors")

    def regressor(self, rows: int, seed: int) -> Call:
        return Call("KNeighborsRegressor", n_neighbors=min(self.n_neighbors, rows), module="sklearn.neighbors")

    def size(self, fitted: Any) -> Size:
        return Size(int(fitted.n_samples_fit_ * fitted.n_features_in_), N_("{count} numbers kept"))
