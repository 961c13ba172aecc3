"""What must be learned from the training part before a table or a text is numbers: scikit-learn's own transformers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder

from dlcore.data.base import Prepared, Rows
from dlcore.data.own import choice
from dlcore.data.own.description import Column, Description, Table

if TYPE_CHECKING:
    from dlcore.data.own.dataset import Brought

Array = np.ndarray[Any, Any]


def prepare(brought: Brought, description: Description, rows: Rows, parts: Sequence[Array]) -> Prepared:
    """x of each part; whatever is learned for that, is learned from the first part alone."""
    if not isinstance(description, Table):
        return Prepared([rows.x[part] for part in parts])
    frame = cast("pd.DataFrame", rows.x)
    if choice.text_of(brought, description) is not None:
        from dlcore.data.own import words

        return words.prepare(brought, frame.iloc[:, 0], parts)
    return Prepared(_numbers(frame, choice.inputs_of(brought, description), parts))


def _numbers(frame: pd.DataFrame, columns: Sequence[Column], parts: Sequence[Array]) -> list[Array]:
    """Each part as float32 (N, features): dates as days, gaps filled, one number a category."""
    if all(each.kind == "numeric" and not each.missing for each in columns):
        plain = (frame.iloc[part].to_numpy(np.float32) for part in parts)  # nothing to learn
        return [np.require(part, requirements="W") for part in plain]
    given = _plain(frame, columns)
    learned = transformer(columns).fit(given.iloc[parts[0]])
    return [_transformed(learned, given.iloc[part]) for part in parts]


def _transformed(learned: ColumnTransformer, frame: pd.DataFrame) -> Array:
    if not len(frame):
        return np.zeros((0, len(learned.get_feature_names_out())), np.float32)
    return np.require(learned.transform(frame), np.float32, ["C", "W"])


def _plain(frame: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """Dates as days since 1970, categories that are missing as a name no column has."""
    made = {}
    for column in columns:
        values = frame[column.name]
        if column.kind == "date":
            days = (values - pd.Timestamp(0)) / pd.Timedelta(days=1)
            made[column.name] = days.astype(np.float32)
        elif column.kind == "categorical":
            made[column.name] = values.astype(object).where(values.notna(), "")
        else:
            made[column.name] = values
    return pd.DataFrame(made, copy=False)


def transformer(columns: Sequence[Column]) -> ColumnTransformer:
    """Missing numbers become the training part's median; categories become a number each, 1 where it is that one.

    The outputs stand in the order of the columns, as `choice.features_of` names them.
    """
    steps: list[tuple[str, Any, list[str]]] = []
    for number, column in enumerate(columns):
        if column.kind == "categorical":
            known = [choice.categories_of(column)]
            step: Any = OneHotEncoder(categories=known, handle_unknown="ignore", sparse_output=False, dtype=np.float32)
        else:
            step = SimpleImputer(strategy="median", keep_empty_features=True)
        steps.append((f"{number}", step, [column.name]))
    return ColumnTransformer(steps, sparse_threshold=0)
