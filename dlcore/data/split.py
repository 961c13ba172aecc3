"""Which rows teach, which judge, and which stay sealed: scikit-learn's splits, drawn from the seed."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import model_selection
from sklearn.model_selection import train_test_split

from dlcore.data.base import About
from dlcore.errors import DataError
from dlcore.experiment import KFold, Split
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]

STRATIFIED = ("multiclass", "binary")  # tasks whose parts all hold the classes in the same proportions


def divide(y: Array, split: Split | KFold, about: About, seed: int) -> tuple[Array, Array, Array]:
    """Row numbers of training, validation and test part, shuffled by the seed; stratified for classification.

    First the test part is taken from all rows, then the validation part from what is left; both shares are of all.
    With folds, what is left is divided into them, and one of them is the validation part.
    Raises DataError where a part could not hold every class, or nothing would be left to learn from.
    """
    everything = np.arange(len(y))
    rest, test = _take(everything, y, split.test, about, seed)
    if isinstance(split, KFold):
        return *_fold(np.sort(rest), y, split, about, seed), test
    train, validation = _take(rest, y[rest], split.validation / (1 - split.test), about, seed)
    if not len(train):
        raise DataError(Text(N_("dataset.split leaves no rows to learn from: {rows} rows are too few."), rows=len(y)))
    return train, validation, test


def _fold(rows: Array, y: Array, split: KFold, about: About, seed: int) -> tuple[Array, Array]:
    """The rows of all folds but one, shuffled, and those of that one."""
    stratify = split.stratify and about.task in STRATIFIED
    smallest = np.bincount(y[rows].astype(np.int64).ravel()).min() if stratify else len(rows)
    if split.folds > smallest:
        raise DataError(
            Text(
                N_(
                    "dataset.split.folds must be at most {most} here: every fold needs rows of its own, of every class."
                ),
                most=int(smallest),
            )
        )
    kind = model_selection.StratifiedKFold if stratify else model_selection.KFold
    folds = kind(split.folds, shuffle=split.shuffle, random_state=seed if split.shuffle else None)
    train, validation = list(folds.split(rows, y[rows]))[split.fold - 1]
    return np.random.RandomState(seed).permutation(rows[train]), rows[validation]


def _take(rows: Array, y: Array, share: float, about: About, seed: int) -> tuple[Array, Array]:
    if share == 0:
        shuffled = np.random.RandomState(seed).permutation(len(rows))
        return rows[shuffled], rows[:0]
    stratify = y if about.task in STRATIFIED else None
    try:
        kept, taken = train_test_split(rows, test_size=share, random_state=seed, stratify=stratify)
    except ValueError:
        smallest = np.bincount(y.astype(np.int64)).min() if stratify is not None else len(rows)
        raise DataError(
            Text(
                N_(
                    "dataset.split: every part must hold every class, but {share} of {rows} rows cannot be taken so: "
                    "the rarest class has {smallest}."
                ),
                share=f"{share:.3g}",
                rows=len(rows),
                smallest=int(smallest),
            )
        ) from None
    return kept, taken
