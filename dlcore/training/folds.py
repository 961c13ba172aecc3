"""k-fold cross-validation: the same experiment once for each fold, and what the k runs say together."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, pstdev

from dlcore.experiment import Experiment, KFold
from dlcore.training.events import RunFinished, Scores


def folds(experiment: Experiment, count: int = 5) -> list[Experiment]:
    """One experiment a fold. One that is not divided into folds yet is, into `count`; its test part stays sealed."""
    choice = experiment.dataset
    split = choice.split if isinstance(choice.split, KFold) else KFold(folds=count, test=choice.split.test)
    return [
        experiment.model_copy(
            update={"dataset": choice.model_copy(update={"split": split.model_copy(update={"fold": fold})})}
        )
        for fold in range(1, split.folds + 1)
    ]


def together(finished: Sequence[RunFinished]) -> dict[str, tuple[float, float]]:
    """Mean and standard deviation (of these k, not estimated for more) of each score at the best epochs."""
    best = [each.best for each in finished]
    shared = [name for name in Scores.__dataclass_fields__ if all(_is_number(getattr(each, name)) for each in best)]
    return {name: (fmean(values), pstdev(values)) for name in shared for values in [[getattr(e, name) for e in best]]}


def _is_number(value: object) -> bool:
    return isinstance(value, float)
