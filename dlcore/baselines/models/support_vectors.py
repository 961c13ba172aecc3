"""A border with the widest margin."""

from __future__ import annotations

from typing import Any, ClassVar

from dlcore.baselines.baseline import Baseline, Size
from dlcore.declaration import Call, setting
from dlcore.i18n import N_


class SupportVectors(Baseline):
    """Draws the border that keeps the widest margin, bent by comparing rows (an RBF kernel).

    It compares every row with every other: of many rows, some thousands are taken.
    Source: sklearn.svm.SVC, SVR; Cortes and Vapnik, 1995.
    """

    title = N_("Support vector machine")
    place: ClassVar[int] = 60
    most_rows: ClassVar[int] = 3_000
    most_cells: ClassVar[int] = 1_000_000

    C: float = setting(1.0, gt=0, le=1e6, main=True, help=N_("How much a row on the wrong side of the border costs."))

    def classifier(self, rows: int, seed: int) -> Call:
        return Call("SVC", C=self.C, module="sklearn.svm")

    def regressor(self, rows: int, seed: int) -> Call:
        return Call("SVR", C=self.C, module="sklearn.svm")

    def size(self, fitted: Any) -> Size:
        return Size(int(fitted.support_vectors_.shape[0]), N_("{count} support vectors"))
