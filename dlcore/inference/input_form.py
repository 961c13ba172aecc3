"""What must be known to ask a trained network something new: what it takes, and what its answers are called."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from dlcore.data.cleaning.pipeline import names_of
from dlcore.data.load import Divided, divided, scaled
from dlcore.data.uploads import Column, Table, UserDataset, choice
from dlcore.declaration import Shape
from dlcore.experiment import Experiment
from dlcore.inference.preprocessing import classes, preprocessing

MOST_FIELDS = 60  # columns that are typed one by one; of wider rows a file is asked for
DIGITS = 4


def form(experiment: Experiment) -> dict[str, Any]:
    """`known` (a bundle's preprocessing.json), `classes`, what one example `is`, the `fields` of a row, and whether its
    names are the learner's `own` words.

    A field has its name, its kind (number, date or category), `typical`, a value in the middle of the training part,
    the `values` of a category, and whether it may be left `empty`; one of numbers the `low`est and the `high`est of the
    training part.
    """
    rows = divided(experiment)
    data = scaled(rows, experiment.dataset)
    kind = _kind(data.about.shape)
    fields = _fields(experiment, rows) if kind == "rows" else []
    return {
        "preprocessing": preprocessing(experiment, data, rows),
        "classes": classes(data.about),
        "is": kind,
        "user_data": isinstance(experiment.dataset.source, UserDataset),
        "fields": fields if len(fields) <= MOST_FIELDS else [],
    }


def _kind(shape: Shape) -> str:
    if shape.vocabulary is not None:
        return "text"
    return "picture" if len(shape) == 3 and shape[0] in (1, 3) else "rows"


def _fields(experiment: Experiment, rows: Divided) -> list[dict[str, Any]]:
    source = experiment.dataset.source
    if isinstance(source, UserDataset) and isinstance(description := source.description(), Table):
        columns = choice.inputs_of(source, description)
        frame = source.read(experiment.seed_of("split")).x.iloc[rows.parts[0]]
        return [_field(column, frame[column.name], rows.learned is not None) for column in columns]
    width = math.prod(rows.about.shape)
    if width > MOST_FIELDS:
        return []
    features = rows.about.features or [f"x{number + 1}" for number in range(width)]
    flat = rows.x[0].reshape(-1, width)
    return [
        _plain(name, "number", _rounded(np.median(column))) | _ends(column)
        for name, column in zip(features, flat.T, strict=True)
    ]


def _field(column: Column, values: pd.Series[Any], can_be_empty: bool) -> dict[str, Any]:
    """A column of a learner's own table."""
    present = values.dropna()
    if column.kind == "numeric":
        typical: Any = _rounded(present.median()) if len(present) else None
        return _plain(column.name, "number", typical, empty=can_be_empty) | _ends(present)
    if column.kind == "date":
        middle = pd.Series(present).sort_values().iloc[len(present) // 2] if len(present) else None
        return _plain(column.name, "date", None if middle is None else str(middle.date()), empty=can_be_empty)
    typical = str(names_of(present).mode().iloc[0]) if len(present) else None
    return _plain(column.name, "category", typical, list(column.values), can_be_empty)


def _plain(name: str, kind: str, typical: Any, values: Sequence[str] = (), empty: bool = False) -> dict[str, Any]:
    return {"name": name, "kind": kind, "typical": typical, "values": list(values), "empty": empty}


def _ends(values: Any) -> dict[str, float | None]:
    """The lowest and the highest of some numbers (N,); None of none."""
    return {name: _rounded(find(values)) if len(values) else None for name, find in (("low", np.min), ("high", np.max))}


def _rounded(value: Any) -> float:
    return float(f"{float(value):.{DIGITS}g}")
