"""Many trees that vote."""

from __future__ import annotations

from typing import Any, ClassVar

from dlcore.baselines.baseline import Baseline, Size
from dlcore.declaration import Call, setting
from dlcore.i18n import N_


class RandomForest(Baseline):
    """Many deep trees, each grown on other rows and columns, vote: what one learns by heart, the others outvote.

    Source: sklearn.ensemble.RandomForestClassifier, RandomForestRegressor; Breiman, 2001.
    """

    title = N_("Random forest")
    place: ClassVar[int] = 40
    several_labels: ClassVar[bool] = True

    n_estimators: int = setting(100, ge=1, le=1000, main=True, help=N_("How many trees vote."))

    def classifier(self, rows: int, seed: int) -> Call:
        return self._call("RandomForestClassifier", seed)

    def regressor(self, rows: int, seed: int) -> Call:
        return self._call("RandomForestRegressor", seed)

    def _call(self, name: str, seed: int) -> Call:
        return Call(name, n_estimators=self.n_estimators, random_state=seed, module="sklearn.ensemble")

    def size(self, fitted: Any) -> Size:
        return Size(sum(each.tree_.node_count for each in fitted.estimators_), N_("{count} nodes"))
