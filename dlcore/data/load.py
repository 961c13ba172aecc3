"""From a choice of data set to three parts of tensors: read, split, limit, prepare, scale. So nothing leaks.

Whatever preparing and scaling learn, they learn from the training part alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
import torch
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from torch import Tensor

from dlcore.data.base import About, Data, Dataset, Part, Rows
from dlcore.data.label_noise import with_label_noise
from dlcore.data.split import column_of, divide
from dlcore.errors import DataError
from dlcore.experiment import DatasetChoice, Experiment
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Divided:
    """A data set after it was divided and made numbers of, before scaling. Three parts: train, validation, test."""

    about: About
    parts: tuple[Array, Array, Array]  # row numbers
    x: list[Array]  # of each part, (n, *shape): float32, or float64 where that would not hold what is to be scaled
    y: list[Array]
    learned: dict[str, Any] | None = None  # by preparing, as plain JSON
    double: tuple[str, ...] = ()  # columns whose numbers are as precise as float64


def load(experiment: Experiment) -> Data:
    """The data of an experiment, ready to train on. Raises DataError where it cannot be split as asked."""
    return scaled(divided(experiment), experiment.dataset)


def divided(experiment: Experiment) -> Divided:
    """The same rows in the same order, unscaled. Raises DataError where they cannot be split as asked."""
    source: Dataset = experiment.dataset.source  # type: ignore[assignment]
    about, rows = source.about(), source.read(experiment.seed_of("split"))
    parts = row_numbers(experiment, rows, column_of(source, experiment.dataset.split))
    prepared = source.prepare(rows, parts)
    if prepared.words:
        about = replace(about, words=prepared.words)
    train, *others = parts
    noisy = with_label_noise(rows.y, experiment.dataset.label_noise, about, experiment.seed_of("split"))
    y = [noisy[train], *(rows.y[part] for part in others)]
    return Divided(about, parts, list(prepared.parts), y, prepared.learned, prepared.double)


def row_numbers(experiment: Experiment, rows: Rows, by: Array | None) -> tuple[Array, Array, Array]:
    """Which rows teach (after limit and outliers), judge and stay sealed, by number: (train,), (validation,), (test,).

    `by` (rows,) is what `column_of` gave. Raises DataError as `divide` does.
    """
    choice = experiment.dataset
    source: Dataset = choice.source  # type: ignore[assignment]
    train, validation, test = divide(rows.y, choice.split, source.about(), experiment.seed_of("split"), by)
    return source.kept_in_training(rows, train[: choice.limit]), validation, test


def all_rows(experiment: Experiment) -> dict[str, Array]:
    """Every row in its own order, unscaled, for a script that reads a file: `x`, `y`, in the precision they came in.

    `by` is what rows are divided by, and `kept` whether a row may teach; each only where the script needs it.
    """
    source: Dataset = experiment.dataset.source  # type: ignore[assignment]
    rows, by = source.read(experiment.seed_of("split")), column_of(source, experiment.dataset.split)
    train = row_numbers(experiment, rows, by)[0]
    x, y, about = source.prepare(rows, (train, np.arange(len(rows.y)))).parts[1], rows.y, source.about()
    if experiment.dataset.scale == "none" and x.dtype == np.float64:
        x = _rounded(x, about.features)
    if experiment.dataset.scale_target == "none" and about.task == "regression":
        y = _rounded(y.reshape(len(y), about.outputs), (about.target,))
    found = {"x": x, "y": y}
    if by is not None:
        found["by"] = by
    if source.leaves_out_of_training:
        found["kept"] = np.isin(np.arange(len(rows.y)), train)
    return found


def scaled(rows: Divided, choice: DatasetChoice) -> Data:
    """Tensors, with inputs and a number to predict rescaled by what the training part alone teaches."""
    x, learned_of_x = _inputs(rows.x, choice.scale, rows.about)
    y, learned_of_y = _targets(rows.y, choice.scale_target, rows.about)
    train, validation, test = (Part(*pair) for pair in zip(x, y, strict=True))
    return Data(rows.about, train, validation, test, {"recipe": rows.learned, "x": learned_of_x, "y": learned_of_y})


def _inputs(parts: list[Array], scale: str, about: About) -> tuple[list[Tensor], dict[str, Any] | None]:
    """Each part's x, scaled column by column; tokens are names of words, and stay as they are."""
    if about.shape.vocabulary is not None:
        return [torch.from_numpy(np.ascontiguousarray(part, dtype=np.int64)) for part in parts], None
    flat = [part.reshape(len(part), prod(about.shape)) for part in parts]
    scaler, learned = {"standard": StandardScaler, "minmax": MinMaxScaler}.get(scale), None
    if scaler is not None:
        fitted = _fitted(scaler(), flat[0])
        flat = [_apply(fitted, part, about.features) for part in flat]
        learned = _plain(scale, fitted)
    shaped = [np.ascontiguousarray(_rounded(part, about.features).reshape(-1, *about.shape)) for part in flat]
    return [torch.from_numpy(part) for part in shaped], learned


def _targets(parts: list[Array], scale: str, about: About) -> tuple[list[Tensor], dict[str, Any] | None]:
    """Each part's y: whole numbers for classes and tokens, float32 with an axis of outputs for all else."""
    if about.task in ("multiclass", "next-token"):
        return [torch.from_numpy(part.astype(np.int64)) for part in parts], None
    parts = [part.reshape(len(part), about.outputs) for part in parts]
    learned = None
    if about.task == "regression" and scale == "standard":
        fitted = _fitted(StandardScaler(), parts[0])
        parts = [_apply(fitted, part, (about.target,)) for part in parts]
        learned = _plain("standard", fitted)
    return [torch.from_numpy(np.require(_rounded(part, (about.target,)), requirements="W")) for part in parts], learned


def _fitted(scaler: Any, part: Array) -> Any:
    """What a training part (n, columns) teaches a scaler, computed in float64."""
    with np.errstate(over="ignore", invalid="ignore"):  # what comes of too large numbers is said by `_rounded`
        return scaler.fit(part.astype(np.float64, copy=False))


def _apply(fitted: Any, part: Array, names: Sequence[str]) -> Array:
    """(n, columns) scaled in float64, and only then made float32."""
    if not len(part):
        return _rounded(part, names)
    with np.errstate(over="ignore", invalid="ignore"):
        return _rounded(fitted.transform(part.astype(np.float64, copy=False)), names)


def _rounded(part: Array, names: Sequence[str]) -> Array:
    """(n, columns) as float32, which is what networks learn from.

    Raises DataError that names the column where float64 held what float32 cannot.
    """
    if part.dtype != np.float64:
        return part.astype(np.float32, copy=False)
    with np.errstate(over="ignore", invalid="ignore"):
        rounded: Array = part.astype(np.float32)
    lost = np.flatnonzero(~np.isfinite(rounded).all(axis=0)) if rounded.size else np.zeros(0, int)
    if len(lost):
        named = names[lost[0]] if len(names) == part.shape[1] else f"x{lost[0] + 1}"
        raise DataError(
            Text(N_("dataset: the numbers of {column} are too large to be learned from, as float32 holds them; leave "
                    "such cells empty in the file and bring it again."), column=named)
        )  # fmt: skip
    return rounded


def _plain(kind: str, fitted: Any) -> dict[str, Any]:
    """x' = (x − offset) / scale, column by column, as plain lists."""
    if kind == "standard":
        return {"kind": kind, "offset": fitted.mean_.tolist(), "scale": fitted.scale_.tolist()}
    return {"kind": kind, "offset": fitted.data_min_.tolist(), "scale": (1 / fitted.scale_).tolist()}
