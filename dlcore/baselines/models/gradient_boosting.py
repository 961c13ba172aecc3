"""Small trees, each for what those before it got wrong."""

from __future__ import annotations

from typing import Any, ClassVar

from dlcore.baselines.baseline import Baseline, Size
from dlcore.declaration import Call, setting
from dlcore.i18n import N_

MOST_IN_A_LEAF = 20  # scikit-learn's own, which would leave a small table without a single question
LEAVES = 10  # that rows must be enough for


class GradientBoosting(Baseline):
    """Adds one small tree after the other, each trained on what those before it still get wrong.

    Source: sklearn.ensemble.HistGradientBoostingClassifier, HistGradientBoostingRegressor; Friedman, 2001.
    """

    title = N_("Gradient boosting")
    place: ClassVar[int] = 50

    max_iter: int = setting(100, ge=1, le=1000, main=True, help=N_("How many trees are added, for each class."))
    learning_rate: float = setting(0.1, gt=0, le=1, help=N_("How much of each tree is added."))

    def classifier(self, rows: int, seed: int) -> Call:
        return self._call("HistGradientBoostingClassifier", rows, seed)

    def regressor(self, rows: int, seed: int) -> Call:
        return self._call("HistGradientBoostingRegressor", rows, seed)

    def _call(self, name: str, rows: int, seed: int) -> Call:
        least = max(1, min(MOST_IN_A_LEAF, rows // LEAVES))
        return Call(name, max_iter=self.max_iter, learning_rate=self.learning_rate, min_samples_leaf=least,
                    early_stopping=False, random_state=seed, module="sklearn.ensemble")  # fmt: skip

    def size(self, fitted: Any) -> Size:
        trees = (tree for step in fitted._predictors for tree in step)
        return Size(sum(len(tree.nodes) for tree in trees), N_("{count} nodes"))
