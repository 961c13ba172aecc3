"""Questions about one column after the other."""

from __future__ import annotations

from typing import Any, ClassVar

from dlcore.baselines.baseline import Baseline, Size
from dlcore.declaration import Call, setting
from dlcore.i18n import N_


class DecisionTree(Baseline):
    """Asks whether one column is above a threshold, and then the next: a model that one can read.

    Source: sklearn.tree.DecisionTreeClassifier, DecisionTreeRegressor.
    """

    title = N_("Decision tree")
    place: ClassVar[int] = 30
    several_labels: ClassVar[bool] = True

    max_depth: int = setting(6, ge=1, le=50, main=True, help=N_("How many questions are asked at most."))

    def classifier(self, rows: int, seed: int) -> Call:
        return Call("DecisionTreeClassifier", max_depth=self.max_depth, random_state=seed, module="sklearn.tree")

    def regressor(self, rows: int, seed: int) -> Call:
        return Call("DecisionTreeRegressor", max_depth=self.max_depth, random_state=seed, module="sklearn.tree")

    def size(self, fitted: Any) -> Size:
        return Size(int(fitted.tree_.node_count), N_("{count} nodes"))
