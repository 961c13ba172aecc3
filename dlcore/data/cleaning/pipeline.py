"""A recipe as scikit-learn's own pipeline over the columns of a table, fitted on the training part alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from dlcore.data.cleaning.features import categories_of, is_ordinal
from dlcore.data.cleaning.gaps import Fill
from dlcore.data.cleaning.steps import NUMBERS

if TYPE_CHECKING:
    from dlcore.data.cleaning.steps import Step
    from dlcore.data.cleaning.table_columns import TableColumns
    from dlcore.data.column import Column

Array = np.ndarray[Any, Any]


def kept(recipe: Iterable[Step], table: TableColumns, columns: Sequence[Column]) -> Array:
    """Which rows stay before anything is divided: (N,). The table holds inputs and targets."""
    stays = np.ones(len(table), bool)
    for step in recipe:
        found = step.kept(table.only(stays), columns)
        if found is not None:
            stays[np.flatnonzero(stays)[~found]] = False
    return stays


def kept_in_training(recipe: Iterable[Step], table: TableColumns, columns: Sequence[Column]) -> Array:
    """Which of the training rows stay, by borders that these rows themselves teach, step after step: (N,)."""
    stays = np.ones(len(table), bool)
    for step in recipe:
        before = table.only(stays)
        inside = np.ones(len(before), bool)
        for column in columns:
            borders = step.dropped_in_training(column) if step.applies(column) else None
            if borders is not None:
                values = before[column.name].to_frame()
                inside &= borders.fit(values).inside(values)
        stays[np.flatnonzero(stays)[~inside]] = False
    return stays


def pipeline(recipe: Sequence[Step], columns: Sequence[Column], task: str) -> Pipeline:
    """The unfitted pipeline. Its outputs stand in the order of the columns, as `features.names` has them."""
    each = [(str(number), _of_column(recipe, column), [column.name]) for number, column in enumerate(columns)]
    selectors = [found for step in recipe if (found := step.selector(task)) is not None]
    steps: list[tuple[str, Any]] = [("columns", ColumnTransformer(each, sparse_threshold=0))]
    return Pipeline([*steps, *((f"select{n}", selector) for n, selector in enumerate(selectors))])


def _of_column(recipe: Sequence[Step], column: Column) -> Pipeline:
    made = [found for step in recipe if step.applies(column) and (found := step.transformer(column)) is not None]
    if column.kind in NUMBERS:
        if not any(isinstance(each, Fill) for each in made):
            made.append(Fill(strategy="median", keep_empty_features=True))
    else:
        known = categories_of(column, recipe)
        made.append(
            OrdinalEncoder(categories=[known], handle_unknown="use_encoded_value", unknown_value=-1)
            if is_ordinal(column, recipe)
            else OneHotEncoder(categories=[known], handle_unknown="ignore", sparse_output=False, dtype=np.float32)
        )
    return Pipeline([(str(number), each) for number, each in enumerate(made)])


def plain_frame(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Dates as days since 1970, in float64: float32 tells no two minutes apart.

    Names, and numbers taken for such, with the empty name where one is missing.
    """
    made = {}
    for column in columns:
        values = frame[column.name]
        if column.kind == "date":
            made[column.name] = (values - pd.Timestamp(0)) / pd.Timedelta(days=1)
        elif column.kind == "categorical":
            made[column.name] = names_of(values).where(values.notna(), "")
        else:
            made[column.name] = values
    return pd.DataFrame(made, copy=False)


def names_of(values: pd.Series[Any]) -> pd.Series[Any]:
    """A column of names as objects; whole numbers as their digits. Gaps stay."""
    if pd.api.types.is_numeric_dtype(values):
        values = values.astype("Int64").astype("string")
    return values.astype(object)


def transformed(fitted: Pipeline, frame: pd.DataFrame, width: int) -> Array:
    """(N, width) float32; float64 where a column of the frame is."""
    kind = precision(frame)
    if not len(frame):
        return np.zeros((0, width), kind)
    return np.require(fitted.transform(frame), kind, ["C", "W"])


def precision(frame: pd.DataFrame) -> type[np.floating[Any]]:
    """What the numbers of a frame are held in together."""
    return np.float64 if (frame.dtypes == np.float64).any() else np.float32
