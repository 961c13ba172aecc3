"""A data set that is there for all, as the same frame and description that a learner's own table has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.data.base import About, Dataset
from dlcore.data.column import Column
from dlcore.data.uploads.description import Table
from dlcore.data.uploads.limits import MAX_VALUES

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]
MOST_COLUMNS = 200  # beyond that, an example is a measurement over time rather than a row of a table


def is_table(about: About) -> bool:
    """Whether an example is a row of a few numbers."""
    return len(about.shape) == 1 and about.shape.vocabulary is None and about.shape[0] <= MOST_COLUMNS


def table_of(source: Dataset, target: str, seed: int = 0) -> tuple[pd.DataFrame, Table]:
    """All rows, what is to be predicted in the last column, under this name; and what each column holds."""
    import pandas as pd

    about, rows = source.about(), source.read(seed)
    names = about.features or tuple(f"x{number + 1}" for number in range(about.shape[0]))
    frame = pd.DataFrame(np.asarray(rows.x, float), columns=list(names))
    answers = rows.y.reshape(len(rows.y), -1)
    if about.task == "multilabel":
        frame = frame.assign(**dict(zip(about.classes, answers.T, strict=True)))
    else:
        known = np.array(about.classes, dtype=object)[answers[:, 0].astype(int)] if about.classes else answers[:, 0]
        frame[target] = known
    return frame, Table("", len(frame), tuple(_described(str(name), frame[name]) for name in frame))


def _described(name: str, values: pd.Series[Any]) -> Column:
    """One column: names of few kinds, or numbers with what they average to."""
    import pandas as pd

    if not pd.api.types.is_numeric_dtype(values):
        counts = values.value_counts().sort_index()
        return Column(name, "categorical", 0, tuple(map(str, counts.index)), tuple(map(int, counts)))
    numbers = values.to_numpy(float)
    whole = bool((numbers == numbers.round()).all())
    different, counted = np.unique(numbers, return_counts=True)
    few = whole and len(different) <= MAX_VALUES
    return Column(
        name, "numeric", 0,
        tuple(f"{value:.0f}" for value in different) if few else (), tuple(map(int, counted)) if few else (),
        whole, float(numbers.min()), float(numbers.max()), float(numbers.mean()), float(numbers.std()),
    )  # fmt: skip
