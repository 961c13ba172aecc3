"""Which rows teach, which judge, and which stay sealed: scikit-learn's splits, drawn from the seed."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.model_selection import train_test_split

from dlcore.data.base import About
from dlcore.errors import DataError
from dlcore.experiment import Split
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]

STRATIFIED = ("multiclass", "binary")  # tasks whose parts all hold the classes in the same proportions


def divide(y: Array, split: Split, about: About, seed: int) -> tuple[Array, Array, Array]:
    """Row numbers of training, validation and test part, shuffled by the seed; stratified for classification.

    First the test part is taken from all rows, then the validation part from what is left; both shares are of all.
    Raises DataError where a part could not hold every class, or nothing would be left to learn from.
    """
    everything = np.arange(len(y))
    rest, test = _take(everything, y, split.test, about, seed)
    train, validation = _take(rest, y[rest], split.validation / (1 - split.test), about, seed)
    if not len(train):
        raise DataError(Text(N_("dataset.split leaves no rows to learn from: {rows} rows are too few."), rows=len(y)))
    return train, validation, test


def _take(rows: Array, y: Array, share: float, about: About, seed: int) -> tuple[Array, Array]:
    if share == 0:
        shuffled = np.random.RandomState(seed).permutation(len(rows))
        return rows[shuffled], rows[:0]
    stratify = y if about.task in STRATIFIED else None
    try:
        kept, taken = train_test_split(rows, test_size=share, random_state=seed, stratify=stratify)
    except ValueError:
        smallest = np.bincount(y).min() if stratify is not None else len(rows)
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
