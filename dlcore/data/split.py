"""Which rows teach, which judge, and which stay sealed: scikit-learn's splits, drawn from the seed."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn import model_selection
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from dlcore.data.base import About, Dataset
from dlcore.errors import DataError
from dlcore.experiment import AnySplit, GroupKFold, GroupSplit, KFold, PredefinedSplit, TimeSplit
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]
Parts = tuple[Array, Array, Array]

STRATIFIED = ("multiclass", "binary")  # tasks whose parts all hold the classes in the same proportions


def column_of(source: Dataset, split: AnySplit) -> Array | None:
    """What rows are divided by, (rows,): the values of a column, or the part that each came in; None where by nothing.

    Raises DataError where the data have no such thing.
    """
    if isinstance(split, PredefinedSplit):
        return _parts_of(source)
    if isinstance(split, TimeSplit):
        return source.column(split.column, in_time=True)
    return source.column(split.column) if isinstance(split, GroupSplit | GroupKFold) else None


def _parts_of(source: Dataset) -> Array:
    """The part that each row came in. Shapes: (N,): 0 training, 1 validation, 2 test."""
    sizes = source.part_sizes()
    if sizes is None:
        raise DataError(
            Text(N_("dataset.split: this data set did not come divided; choose another method than predefined."))
        )
    return np.repeat(np.arange(len(sizes)), sizes)


def divide(y: Array, split: AnySplit, about: About, seed: int, by: Array | None = None) -> Parts:
    """Row numbers of training, validation and test part, shuffled by the seed; stratified for classification.

    First the test part is taken from all rows, then the validation part from what is left; both shares are of all.
    With folds, what is left is divided into them, and one of them is the validation part.
    y: (rows,) or (rows, *). by: (rows,), the group of each row, its time, or the part it came in, where the split is by
    one (see `column_of`).
    Raises DataError where a part could not hold every class, or nothing would be left to learn from.
    """
    if isinstance(split, TimeSplit):
        assert by is not None
        train, validation, test = _by_time(by, split, seed)
    elif isinstance(split, PredefinedSplit):
        assert by is not None
        train, validation, test = _as_they_came(by, y, split, about, seed)
    else:
        groups = by if isinstance(split, GroupSplit | GroupKFold) else None
        rest, test = _take(np.arange(len(y)), y, split.test, about, seed, groups)
        if isinstance(split, KFold):
            return *_fold(np.sort(rest), y, split, about, seed, groups), test
        train, validation = _take(rest, y[rest], split.validation / (1 - split.test), about, seed, groups)
    if not len(train):
        raise DataError(Text(N_("dataset.split leaves no rows to learn from: {rows} rows are too few."), rows=len(y)))
    return train, validation, test


def _as_they_came(part: Array, y: Array, split: PredefinedSplit, about: About, seed: int) -> Parts:
    """The parts that the data came in; the test part in its own order. Some rows judge where none came for that."""
    rest, judging, test = (np.flatnonzero(each) for each in (part < 2, part == 1, part == 2))
    if split.validation and len(judging):
        return np.random.RandomState(seed).permutation(np.flatnonzero(part == 0)), judging, test
    return *_take(rest, y[rest], split.validation, about, seed), test


def _by_time(times: Array, split: TimeSplit, seed: int) -> Parts:
    """The latest rows are sealed away, those before them judge; equal times are never parted."""
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    last = _before(ordered, len(times) - round(split.test * len(times)))
    middle = _before(ordered, last - round(split.validation * len(times))) if split.validation else last
    if not middle > 0 or (split.validation and middle == last) or (split.test and last == len(times)):
        raise DataError(
            Text(N_("dataset.split: the times in column {column} are too few to be divided so."), column=split.column)
        )
    return np.random.RandomState(seed).permutation(order[:middle]), order[middle:last], order[last:]


def _before(ordered: Array, cut: int) -> int:
    """The cut, moved to an earlier place where it would part rows of the same time."""
    return int(np.searchsorted(ordered, ordered[cut], side="left")) if 0 <= cut < len(ordered) else max(cut, 0)


def _fold(rows: Array, y: Array, split: KFold, about: About, seed: int, groups: Array | None) -> tuple[Array, Array]:
    """The rows of all folds but one, shuffled, and those of that one."""
    stratify = split.stratify and about.task in STRATIFIED
    smallest = np.bincount(y[rows].astype(np.int64).ravel()).min() if stratify else len(rows)
    if groups is not None:
        smallest = min(smallest, len(np.unique(groups[rows])))
    if split.folds > smallest:
        raise DataError(
            Text(
                N_(
                    "dataset.split.folds must be at most {most} here: every fold needs rows of its own, of every class."
                ),
                most=int(smallest),
            )
        )
    name = f"{'Stratified' if stratify else ''}{'Group' if groups is not None else ''}KFold"
    kind = getattr(model_selection, name)
    folds = kind(split.folds, shuffle=split.shuffle, random_state=seed if split.shuffle else None)
    found = folds.split(rows, y[rows], None if groups is None else groups[rows])
    train, validation = list(found)[split.fold - 1]
    return np.random.RandomState(seed).permutation(rows[train]), rows[validation]


def _take(
    rows: Array, y: Array, share: float, about: About, seed: int, groups: Array | None = None
) -> tuple[Array, Array]:
    if share == 0:
        shuffled = np.random.RandomState(seed).permutation(len(rows))
        return rows[shuffled], rows[:0]
    if groups is not None:
        return _take_groups(rows, groups[rows], share, seed)
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


def _take_groups(rows: Array, groups: Array, share: float, seed: int) -> tuple[Array, Array]:
    """A share of the groups, with all their rows."""
    try:
        chosen = GroupShuffleSplit(1, test_size=share, random_state=seed).split(rows, groups=groups)
        kept, taken = next(chosen)
    except ValueError:
        raise DataError(
            Text(
                N_("dataset.split: {share} of {groups} groups cannot be taken so; every part needs one of its own."),
                share=f"{share:.3g}",
                groups=len(np.unique(groups)),
            )
        ) from None
    random = np.random.RandomState(seed)
    return rows[random.permutation(kept)], rows[random.permutation(taken)]
