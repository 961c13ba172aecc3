"""What predict.py must know of a learner's own data, to make numbers of new rows, sentences and pictures as the app."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dlcore.data.load import Divided
from dlcore.data.own import Brought, Column, Images, Table, choice
from dlcore.experiment import Experiment

Cells = dict[str, str]  # column -> what stands in it, as text


def known(experiment: Experiment, rows: Divided) -> dict[str, Any]:
    """Entries of `preprocessing.json`: `fields` of a table, `text`, or the `range` of pictures; none for others."""
    source = experiment.dataset.source
    if not isinstance(source, Brought):
        return {}
    description = source.description()
    if isinstance(description, Images):
        return {"range": [0.0, 255.0]}
    if not isinstance(description, Table):
        return {}
    if (text := choice.text_of(source, description)) is not None:
        return {"text": {"column": text.name, "level": source.level}}
    train = source.read(experiment.seed).x.iloc[rows.parts[0]]
    return {"fields": [_field(each, train[each.name]) for each in choice.inputs_of(source, description)]}


def _field(column: Column, values: pd.Series[Any]) -> dict[str, Any]:
    """A column, its categories, or what an empty cell of it is taken for: the training part's median."""
    if column.kind == "categorical":
        return {"name": column.name, "kind": column.kind, "categories": choice.categories_of(column)}
    numbers = _days(values) if column.kind == "date" else values.astype(np.float64)
    median = float(numbers.median())
    return {"name": column.name, "kind": column.kind, "empty": median if np.isfinite(median) else 0.0}


def _days(dates: pd.Series[Any]) -> pd.Series[Any]:
    """Dates as days since 1970."""
    days: pd.Series[Any] = (dates - pd.Timestamp(0)) / pd.Timedelta(days=1)
    return days


def samples(experiment: Experiment, numbers: np.ndarray[Any, Any]) -> dict[str, Any]:
    """These rows as they came: `rows` of cells, or `texts`; none for what needs no reading."""
    source = experiment.dataset.source
    if not isinstance(source, Brought) or not isinstance(description := source.description(), Table):
        return {}
    frame = source.read(experiment.seed).x.iloc[numbers]
    if choice.text_of(source, description) is not None:
        return {"texts": frame.iloc[:, 0].fillna("").astype(str).tolist()}
    return {"rows": [{name: cell(value) for name, value in row.items()} for row in frame.to_dict("records")]}


def cell(value: Any) -> str:
    """A value as a CSV file has it; empty where there is none."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return str(value.isoformat())
    return repr(float(value)) if isinstance(value, float | np.floating) else str(value)
