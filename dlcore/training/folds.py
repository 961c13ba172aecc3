"""k-fold cross-validation: the same experiment once for each fold, and what the k runs say together."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, pstdev

from dlcore.errors import ExperimentError
from dlcore.experiment import AnySplit, Experiment, GroupKFold, GroupSplit, KFold, PredefinedSplit, TimeSplit
from dlcore.i18n import N_, Text
from dlcore.training.events import RunFinished, Scores


def folds(experiment: Experiment, count: int = 5) -> list[Experiment]:
    """One experiment a fold. One that is not divided into folds yet is, into `count`; its test part stays sealed."""
    choice = experiment.dataset
    split = _into_folds(choice.split, count)
    return [
        experiment.model_copy(
            update={"dataset": choice.model_copy(update={"split": split.model_copy(update={"fold": fold})})}
        )
        for fold in range(1, split.folds + 1)
    ]


def _into_folds(split: AnySplit, count: int) -> KFold:
    if isinstance(split, KFold):
        return split
    if isinstance(split, TimeSplit):
        raise ExperimentError(
            Text(N_("what came later cannot take turns with what came earlier: a split by time has no folds")),
            "dataset.split",
        )
    if isinstance(split, PredefinedSplit):
        raise ExperimentError(
            Text(
                N_(
                    "the data came with a test part of their own, which folds do not know: choose kfold as the method "
                    "to divide all rows anew"
                )
            ),
            "dataset.split",
        )
    if isinstance(split, GroupSplit):
        return GroupKFold(column=split.column, folds=count, test=split.test)
    return KFold(folds=count, test=split.test)


def together(finished: Sequence[RunFinished]) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation (of these k, not estimated for more) of each score at the best epochs."""
    best = [each.best for each in finished]
    shared = [name for name in Scores.__dataclass_fields__ if all(_is_number(getattr(each, name)) for each in best)]
    return {name: (fmean(values), pstdev(values)) for name in shared for values in [[getattr(e, name) for e in best]]}


def _is_number(value: object) -> bool:
    return isinstance(value, float)
