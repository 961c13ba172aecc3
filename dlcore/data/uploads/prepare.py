"""What must be learned from the training part before a table or a text is numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from dlcore.data.base import Prepared, Rows
from dlcore.data.cleaning.table_columns import TableColumns
from dlcore.data.column import Column
from dlcore.data.uploads import choice
from dlcore.data.uploads.description import Description, Table
from dlcore.data.uploads.upload_settings import UploadSettings

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]


def prepare(brought: UploadSettings, description: Description, rows: Rows, parts: Sequence[Array]) -> Prepared:
    """x of each part: (N, features) of a table, (N, length) tokens of a text, (N, *shape) of anything else.

    `parts` are row numbers (N,); whatever is learned for that, is learned from the first part alone.
    """
    if not isinstance(description, Table):
        return Prepared([rows.x[part] for part in parts])
    frame = cast("pd.DataFrame", rows.x)
    if choice.text_of(brought, description) is not None:
        from dlcore.data.uploads import words

        return words.prepare(brought, frame.iloc[:, 0], parts)
    return _numbers(brought, description, frame, rows.y, parts)


def kept_in_training(brought: UploadSettings, description: Description, table: TableColumns, train: Array) -> Array:
    """Of the training rows, by number (N,), those that the recipe leaves in; it looks at what can be an outlier."""
    from dlcore.data.cleaning import pipeline

    columns = choice.inputs_of(brought, cast("Table", description))
    known = {each.name: each for each in columns}

    def plain(name: str) -> pd.Series[Any]:
        return pipeline.plain_frame(table[name].to_frame(), [known[name]])[name]

    given = TableColumns(list(known), plain, train)
    return train[pipeline.kept_in_training(brought.recipe, given, columns)]


def _numbers(brought: UploadSettings, table: Table, frame: pd.DataFrame, y: Array, parts: Sequence[Array]) -> Prepared:
    """Each part as (N, features): dates as days, gaps filled, names as numbers.

    float32, or float64 where a column is kept so: scaling comes first, and only then rounding.
    """
    from dlcore.data.cleaning import pipeline

    columns = choice.inputs_of(brought, table)
    if not brought.recipe and all(map(_is_ready, columns)):
        kind = pipeline.precision(frame)
        plain = (frame.iloc[part].to_numpy(kind) for part in parts)  # nothing to learn
        return Prepared([np.require(part, requirements="W") for part in plain], double=_double(frame))
    from dlcore.data.cleaning.plain import to_plain

    about = choice.about(brought, table)
    given = pipeline.plain_frame(frame, columns)
    made = pipeline.pipeline(brought.recipe, columns, about.task)
    made.fit(given.iloc[parts[0]], y[parts[0]])
    numbers = [pipeline.transformed(made, given.iloc[part], about.shape[0]) for part in parts]
    return Prepared(numbers, learned=to_plain(made, columns), double=_double(frame))


def _double(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(str(name) for name, kind in frame.dtypes.items() if kind == np.float64)


def _is_ready(column: Column) -> bool:
    return column.kind == "numeric" and not column.missing
