"""From a choice of data set to three parts of tensors: read, split, limit, scale. In this order, so that nothing leaks.

Whatever scaling learns, it learns from the training part alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from dlcore.data.base import About, Data, Dataset, Part, Rows
from dlcore.errors import DataError
from dlcore.experiment import DatasetChoice, Experiment, Split
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]


def load(experiment: Experiment) -> Data:
    """The data of an experiment, ready to train on. Raises DataError where it cannot be split as asked."""
    choice = experiment.dataset
    source: Dataset = choice.source  # type: ignore[assignment]
    about, rows = source.about(), source.read(experiment.seed)
    train, validation, test = divide(rows.y, choice.split, about, experiment.seed)
    if choice.limit is not None:
        train = train[: choice.limit]
    return _scaled(rows, (train, validation, test), choice, about)


def divide(y: Array, split: Split, about: About, seed: int) -> tuple[Array, Array, Array]:
    """Row numbers of training, validation and test part, shuffled by the seed; stratified for classification.

    First the test part is taken from all rows, then the validation part from what is left; both shares are of all.
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
    stratify = y if about.task == "multiclass" else None
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


def _scaled(rows: Rows, parts: tuple[Array, Array, Array], choice: DatasetChoice, about: About) -> Data:
    scaler = {"standard": StandardScaler, "minmax": MinMaxScaler}.get(choice.scale)
    flat = rows.x.reshape(len(rows.x), -1)
    scaling: dict[str, Any] = {"x": None, "y": None}
    divided = [flat[part] for part in parts]
    if scaler is not None:
        fitted = scaler().fit(divided[0].astype(np.float64))
        divided = [_apply(fitted, part) for part in divided]
        scaling["x"] = _plain(choice.scale, fitted)
    targets = [rows.y[part] for part in parts]
    if about.task == "regression":
        targets = [part.reshape(-1, 1).astype(np.float32) for part in targets]
        if choice.scale_target == "standard":
            fitted = StandardScaler().fit(targets[0].astype(np.float64))
            targets = [_apply(fitted, part) for part in targets]
            scaling["y"] = _plain("standard", fitted)
    made = [
        Part(torch.from_numpy(np.ascontiguousarray(x.reshape(-1, *about.shape), dtype=np.float32)), torch.from_numpy(y))
        for x, y in zip(divided, targets, strict=True)
    ]
    train, validation, test = made
    return Data(about, train, validation, test, scaling)


def _apply(fitted: Any, part: Array) -> Array:
    scaled: Array = fitted.transform(part.astype(np.float64)).astype(np.float32) if len(part) else part
    return scaled


def _plain(kind: str, fitted: Any) -> dict[str, Any]:
    """x' = (x − offset) / scale, column by column, as plain lists."""
    if kind == "standard":
        return {"kind": kind, "offset": fitted.mean_.tolist(), "scale": fitted.scale_.tolist()}
    return {"kind": kind, "offset": fitted.data_min_.tolist(), "scale": (1 / fitted.scale_).tolist()}
