"""What an array of answers holds: classes, amounts to predict, or a row of 0 and 1 for several classes at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from dlcore.data.uploads.description import Repair
from dlcore.data.uploads.limits import MAX_NAME_CHARACTERS, MAX_VALUES
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]
Answers = Literal["classes", "numbers", "several"]

CLASSES_OF_NUMBERS = 20  # at most so many different whole numbers name classes, whatever they are
ROWS_OF_A_CLASS = 10  # more of them do, where they count 0, 1, 2, … and each occurs so often


@dataclass(frozen=True)
class Labels:
    """y as it is kept: numbers of classes (N,) int64, amounts (N,) float64, or labels (N, classes) uint8."""

    answers: Answers
    values: Array
    classes: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()
    numeric: bool = False  # classes that are whole numbers
    repairs: tuple[Repair, ...] = ()


def labels(y: Array, name: str, told: str | None = None) -> Labels:
    """What y says: (N,) or (N, 1) holds classes or numbers, (N, classes) of 0 and 1 several classes at once.

    `name` is for sentences; `told` says of whole numbers that they are "classes" or "numbers". Raises UploadError for
    what is none of these.
    """
    if y.dtype.kind == "S":
        y = _decoded(y)
    if y.ndim > 1 and y.size == len(y):  # (N, 1)
        y = y.reshape(len(y))
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise not_finite(name, int(np.argmin(np.isfinite(y.reshape(len(y), -1)).all(axis=1))))
    if y.ndim == 2 and y.shape[1] <= MAX_VALUES and y.dtype.kind != "U" and np.isin(y, (0, 1)).all():
        return _of_columns(y, name)
    if y.ndim != 1:
        raise UploadError(
            Text(
                N_("{array} must hold one answer a row, or 0 and 1 for each class; its shape is {shape}."),
                array=name,
                shape=str(y.shape),
            )
        )
    if told == "numbers" and y.dtype.kind in "iuf":
        return Labels("numbers", y.astype(np.float64))
    found = _of_values(y, name)
    if told is None:
        return found
    if found.answers != "classes" or told == "numbers":
        raise UploadError(
            Text(N_("{array} holds no whole numbers that could be {wanted}."), array=name, wanted=_spoken(told))
        )
    return replace(found, numeric=False, repairs=())


def _spoken(told: str) -> Text:
    return Text(N_("amounts")) if told == "numbers" else Text(N_("names of 2 to {limit} classes"), limit=MAX_VALUES)


def not_finite(name: str, row: int) -> UploadError:
    """The sentence for a row, counted from 0, that holds NaN or infinity."""
    return UploadError(
        Text(N_("{array}, row {row}: there is a value that is not a finite number."), array=name, row=f"{row + 1:,}")
    )


def _decoded(y: Array) -> Array:
    try:
        return np.char.decode(y, "utf-8")
    except UnicodeDecodeError:
        return np.char.decode(y, "latin-1")


def _of_columns(y: Array, name: str) -> Labels:
    """A column of 0 and 1 for each class."""
    names = tuple(map(str, range(y.shape[1])))
    plain = y.astype(np.uint8)
    counts = tuple(plain.sum(axis=0, dtype=np.int64).tolist())
    if not (plain.sum(axis=1, dtype=np.int64) == 1).all():
        return Labels("several", plain, names, counts)
    sentence = N_("{array} has a single 1 in every row: its {count} columns are read as the classes 0 to {last}.")
    text = Text(sentence, array=name, count=f"{y.shape[1]:,}", last=y.shape[1] - 1)
    return Labels("classes", plain.argmax(axis=1), names, counts, repairs=(Repair("one-hot", len(y), text),))


def _of_values(y: Array, name: str) -> Labels:
    values, number, counts = np.unique(y, return_inverse=True, return_counts=True)
    whole = y.dtype.kind != "f" or bool((values == np.floor(values)).all())
    few = len(values) <= (CLASSES_OF_NUMBERS if y.dtype.kind == "f" else MAX_VALUES)
    if not whole or not few or len(values) < 2:
        if y.dtype.kind == "U" or len(values) < 2:
            sentence = N_("{array} must hold 2 to {limit} different answers.")
            raise UploadError(Text(sentence, array=name, limit=f"{MAX_VALUES:,}"))
        return Labels("numbers", y.astype(np.float64))
    classes, found = _class_names(values), tuple(counts.tolist())
    numeric = y.dtype.kind in "iuf"
    repairs = _told(name, classes, found) if numeric else ()
    return Labels("classes", number.reshape(-1).astype(np.int64), classes, found, numeric, repairs)


def _class_names(values: Array) -> tuple[str, ...]:
    plain = [_whole(each) if values.dtype.kind in "iuf" else str(each) for each in values.tolist()]
    return tuple("".join(c if c.isprintable() else "?" for c in each)[:MAX_NAME_CHARACTERS] for each in plain)


def _whole(value: float) -> str:
    """A whole number so that float() turns it back: 2.0 is 2."""
    return str(int(value)) if abs(value) < 2**63 else repr(value)


def are_amounts(classes: Sequence[str], counts: Sequence[int]) -> bool:
    """Whether different whole numbers are rather amounts than names of classes: an age, a price, a count.

    >>> are_amounts(["0", "1", "2"], [5, 5, 5]), are_amounts([str(age) for age in range(18, 80)], [2] * 62)
    (False, True)
    """
    if len(classes) <= CLASSES_OF_NUMBERS:
        return False
    return not _counts_up(classes) or min(counts) < ROWS_OF_A_CLASS


def _counts_up(classes: Sequence[str]) -> bool:
    """Whether they are 0, 1, 2, … or 1, 2, 3, …, as classes are numbered."""
    return classes[0] in ("0", "1") and float(classes[-1]) - float(classes[0]) == len(classes) - 1


def _told(name: str, classes: Sequence[str], counts: Sequence[int]) -> tuple[Repair, ...]:
    """What was decided of whole numbers, where they could well be meant otherwise."""
    if len(classes) <= CLASSES_OF_NUMBERS and _counts_up(classes):
        return ()
    sentence = N_(
        "{array} holds {count} different whole numbers, {low} to {high}: they are read as classes. If they are "
        "amounts, the task is regression."
    )
    if are_amounts(classes, counts):
        sentence = N_(
            "{array} holds {count} different whole numbers, {low} to {high}: they are read as amounts. If they "
            "name classes, the task is multiclass."
        )
    text = Text(sentence, array=name, count=f"{len(classes):,}", low=classes[0], high=classes[-1])
    return (Repair("whole-numbers", len(classes), text),)
