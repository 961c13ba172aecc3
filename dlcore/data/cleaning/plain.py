"""What a fitted recipe learned, as plain JSON, and the same arithmetic without scikit-learn.

{"columns": [{"name": "age", "kind": "number", "steps": [["clip", 0.0, 90.0], ["fill", 41.5]]},
             {"name": "colour", "kind": "category", "steps": [["fill", "red"], ["onehot", ["blue", "red"]]]},
             {"name": "class", "kind": "code", "steps": [["onehot", ["1", "2", "3"]]]}],     # 2.0 is 2
 "selected": [0, 2]}                                   # left out where nothing was selected
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

from dlcore.data.cleaning.borders import Borders
from dlcore.data.cleaning.pipeline import plain_frame
from dlcore.data.column import Column

Array = np.ndarray[Any, Any]
KINDS = {"number": "numeric", "date": "date", "category": "categorical", "code": "categorical"}


def to_plain(fitted: Pipeline, columns: Sequence[Column]) -> dict[str, Any]:
    """Everything that `from_plain` needs to give the same numbers."""
    made = [
        {"name": column.name, "kind": _kind(column), "steps": [_written(step) for _name, step in inner.steps]}
        for column, (_number, inner, _columns) in zip(columns, fitted.named_steps["columns"].transformers_, strict=True)
    ]
    selected = None
    for _name, selector in fitted.steps[1:]:
        chosen = selector.get_support(indices=True)
        selected = chosen if selected is None else selected[chosen]
    return {"columns": made} | ({} if selected is None else {"selected": [int(each) for each in selected]})


def _kind(column: Column) -> str:
    if column.kind == "categorical":
        return "code" if column.whole else "category"  # whole numbers that are taken for names
    return "date" if column.kind == "date" else "number"


def _written(step: Any) -> list[Any]:
    if isinstance(step, Borders):
        return ["clip", _bound(step.low_[0]), _bound(step.high_[0])]
    if isinstance(step, SimpleImputer):
        value = step.statistics_[0]
        return ["fill", value if isinstance(value, str) else float(value)]
    kind = "onehot" if isinstance(step, OneHotEncoder) else "ordinal"
    return [kind, [str(each) for each in step.categories_[0]]]


def _bound(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def from_plain(plain: Mapping[str, Any], frame: pd.DataFrame) -> Array:
    """(N, features) float64 of raw rows, as the fitted recipe would make them before anything is rounded."""
    columns = [Column(each["name"], KINDS[each["kind"]]) for each in plain["columns"]]  # type: ignore[arg-type]
    given = plain_frame(frame, columns)
    made = np.concatenate([_column(each["steps"], given[each["name"]].to_numpy()) for each in plain["columns"]], axis=1)
    return np.asarray(made[:, plain["selected"]] if "selected" in plain else made, np.float64)


def _column(steps: Sequence[Sequence[Any]], values: Array) -> Array:
    for kind, *what in steps:
        if kind == "clip":
            low, high = (edge if bound is None else bound for bound, edge in zip(what, (-np.inf, np.inf), strict=True))
            values = np.clip(values.astype(float), low, high)
        elif kind == "fill":
            gaps = values == "" if isinstance(what[0], str) else np.isnan(values.astype(float))
            values = np.where(gaps, what[0], values)
        elif kind == "onehot":
            same: Array = values[:, None] == np.array(what[0], object)[None, :]
            return same.astype(np.float32)
        else:
            place = {name: number for number, name in enumerate(what[0])}
            return np.array([[place.get(each, -1)] for each in values], np.float32)
    made: Array = values.astype(float)[:, None]
    return made
