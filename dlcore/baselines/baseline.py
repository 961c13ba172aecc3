"""What a model of machine learning is declared with: scikit-learn's call for each task, and what it can afford."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from dlcore.data.base import Task
from dlcore.declaration import Call, Declaration
from dlcore.i18n import N_
from dlcore.lookup import Registry

BASELINES: Registry[type[Baseline]] = Registry(N_("model of machine learning"), "dlcore.baselines.models.every")


@dataclass(frozen=True)
class Size:
    """How large a fitted model is: a count, and what is counted, as a msgid."""

    count: int
    unit: str


class Baseline(Declaration):
    """One model of scikit-learn. A subclass is in the registry as soon as its file is imported.

    `most_rows` and `most_cells` (rows times columns) are what it can learn from within seconds; of more rows, it takes
    as many of the first.
    """

    REGISTRY = BASELINES
    KEY = "model"
    abstract: ClassVar[bool] = True
    title: ClassVar[str] = ""  # msgid
    place: ClassVar[int] = 50  # among the others
    most_rows: ClassVar[int] = 20_000
    most_cells: ClassVar[int] = 2_000_000
    several_labels: ClassVar[bool] = False  # it answers several labels by itself; else one model a label does

    def classifier(self, rows: int, seed: int) -> Call:
        """scikit-learn's call for classes, for so many rows."""
        raise NotImplementedError

    def regressor(self, rows: int, seed: int) -> Call:
        """scikit-learn's call for a number, for so many rows."""
        raise NotImplementedError

    def size(self, fitted: Any) -> Size:
        """How large it has become."""
        raise NotImplementedError

    def call(self, task: Task, rows: int, seed: int) -> Call:
        """The call for a task."""
        if task == "regression":
            return self.regressor(rows, seed)
        made = self.classifier(rows, seed)
        if task == "multilabel" and not self.several_labels:
            return Call("MultiOutputClassifier", made, module="sklearn.multioutput")
        return made

    def size_of(self, fitted: Any) -> Size:
        """The size of a fitted model; of one a label, that of all together."""
        if type(fitted).__name__ != "MultiOutputClassifier":
            return self.size(fitted)
        sizes = [self.size(each) for each in fitted.estimators_]
        return Size(sum(each.count for each in sizes), sizes[0].unit)

    def affordable(self, rows: int, columns: int) -> int:
        """Of so many rows of so many columns, how many it learns from."""
        return max(1, min(rows, self.most_rows, self.most_cells // max(1, columns)))


def in_order() -> list[Baseline]:
    """All models as they are without other settings, the simplest first."""
    return sorted((each() for each in BASELINES.values()), key=lambda each: each.place)
