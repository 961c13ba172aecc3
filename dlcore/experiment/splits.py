"""How the rows of a data set are divided: by the size of the parts, by folds, by groups, by time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import model_validator

from dlcore.declaration import Declaration, setting
from dlcore.errors import ExperimentError, unknown
from dlcore.i18n import N_, Text


class Split(Declaration):
    """How the rows are divided into a training, a validation and a test part.

    Stratified where the task is classification: every part holds the classes in the same proportions.
    """

    method: Literal["holdout", "group", "time"] = setting(
        "holdout", help=N_("How rows are divided: hold some out, once.")
    )
    test: float = setting(0.2, ge=0, le=0.9, help=N_("Share of all rows sealed away until the very end."))
    validation: float = setting(
        0.1, ge=0, le=0.9, help=N_("Share of all rows that judge the network after each epoch.")
    )

    @model_validator(mode="after")
    def _leave_rows_to_learn_from(self) -> Self:
        if round(self.test + self.validation, 9) > 0.95:  # 0.9 + 0.05 is a little more than 0.95
            raise ExperimentError(
                Text(
                    N_(
                        "and split.test together must be at most 0.95, so that rows are left to learn from, "
                        "but {received} came"
                    ),
                    received=f"{self.test + self.validation:g}",
                ),
                "validation",
            )
        return self


class KFold(Declaration):
    """The rows that are not sealed away are divided into k folds; each of them judges once, in k runs.

    One experiment is one of these runs: the fold that judges it is its validation part, all others are learned from.
    """

    method: Literal["kfold", "group-kfold"] = setting(
        "kfold", help=N_("How rows are divided: into folds that take turns at judging.")
    )
    folds: int = setting(5, ge=2, le=20, main=True, help=N_("k: into how many folds the rows are divided."))
    fold: int = setting(1, ge=1, le=20, help=N_("Which of the folds judges in this run."))
    shuffle: bool = setting(True, help=N_("Whether rows are shuffled first; without it, neighbours share a fold."))
    stratify: bool = setting(
        True,
        advanced=True,
        help=N_("Whether every fold holds the classes in the same proportions, where there are any."),
    )
    test: float = setting(0.2, ge=0, le=0.9, help=N_("Share of all rows sealed away until the very end."))

    @property
    def validation(self) -> float:
        """Share of all rows that judge a run."""
        return (1 - self.test) / self.folds

    @model_validator(mode="after")
    def _judge_with_a_fold_that_is_there(self) -> Self:
        if self.fold > self.folds:
            raise ExperimentError(
                Text(N_("must be at most folds, {folds}, but {received} came"), folds=self.folds, received=self.fold),
                "fold",
            )
        return self


class GroupSplit(Split):
    """Held out by groups: rows that share a value of a column (a patient, a place) all stand in the same part.

    So the network is judged on groups it never met. The shares are of the groups, not of the rows.
    """

    method: Literal["group"] = setting("group", help=N_("How rows are divided: whole groups are held out."))
    column: str = setting(help=N_("The column whose values name the groups."))


class TimeSplit(Split):
    """Held out by time: the latest rows are the test part, those before them judge, all earlier ones teach.

    So the network is judged on what was still to come when it learned. Rows of the same time stay together.
    """

    method: Literal["time"] = setting("time", help=N_("How rows are divided: the latest are held out."))
    column: str = setting(help=N_("The column that says when: dates, or numbers that grow."))


class GroupKFold(KFold):
    """Folds of whole groups: rows that share a value of a column all judge together."""

    method: Literal["group-kfold"] = setting(
        "group-kfold", help=N_("How rows are divided: into folds of whole groups that take turns at judging.")
    )
    column: str = setting(help=N_("The column whose values name the groups."))


class PredefinedSplit(Declaration):
    """Divided as the data came: its own test part is the one that stays sealed, its own validation part judges.

    What only data that came so divided can be: a file with x_train and x_test, a zip with folders train and test.
    """

    method: Literal["predefined"] = setting("predefined", help=N_("How rows are divided: as the data came."))
    validation: float = setting(
        0.1,
        ge=0,
        le=0.9,
        help=N_(
            "Share of the rows to learn from that judge instead, where the data came without a validation part; "
            "0: none judge, and all of them teach."
        ),
    )


AnySplit = Split | KFold | GroupSplit | TimeSplit | GroupKFold | PredefinedSplit
SPLITS: dict[str, type[AnySplit]] = {
    "holdout": Split,
    "kfold": KFold,
    "group": GroupSplit,
    "time": TimeSplit,
    "group-kfold": GroupKFold,
    "predefined": PredefinedSplit,
}


def parse_split(given: Mapping[str, Any]) -> AnySplit:
    """One way of dividing from plain data; `method` says which. Raises ExperimentError that names the setting."""
    method = given.get("method", "holdout")
    if not isinstance(method, str) or method not in SPLITS:
        raise ExperimentError(unknown(Text(N_("method")), method, SPLITS), "split.method")
    return SPLITS[method].parse(given, "split")
