"""A weighted sum of the inputs."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from dlcore.baselines.baseline import Baseline, Size
from dlcore.declaration import Call, setting
from dlcore.i18n import N_


class Linear(Baseline):
    """Logistic regression for classes, ridge regression for numbers: a network without a hidden layer.

    Source: sklearn.linear_model.LogisticRegression, Ridge.
    """

    title = N_("Linear model")
    place: ClassVar[int] = 10

    C: float = setting(1.0, gt=0, le=1e6, help=N_("The larger, the freer the weights; 1 / C pulls them towards zero."))

    def classifier(self, rows: int, seed: int) -> Call:
        return Call("LogisticRegression", C=self.C, max_iter=1000, module="sklearn.linear_model")

    def regressor(self, rows: int, seed: int) -> Call:
        return Call("Ridge", alpha=1 / self.C, module="sklearn.linear_model")

    def size(self, fitted: Any) -> Size:
        return Size(int(np.size(fitted.coef_) + np.size(fitted.intercept_)), N_("{count} weights"))
