"""What each step of a recipe changes, seen on some rows: for whoever makes the recipe and wants to know at once."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dlcore.data.cleaning import features
from dlcore.data.cleaning.pipeline import kept, kept_in_training, plain_frame
from dlcore.data.cleaning.steps import NUMBERS
from dlcore.data.cleaning.table_columns import TableColumns

if TYPE_CHECKING:
    from dlcore.data.cleaning.steps import Step
    from dlcore.data.column import Column

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Effect:
    """One step, as pairs of before and after; `moved` counts values that were there and are others now.

    `column` is the one that changed most, with its values before and after, NaN for a gap; None where no number did.
    """

    rows: tuple[int, int]
    gaps: tuple[int, int]
    numbers: tuple[int, int]  # that a network is given of each row
    moved: int
    column: str | None
    values: tuple[Array, Array]


@dataclass(frozen=True)
class _State:
    frame: pd.DataFrame  # its index numbers the rows
    numbers: int

    def gaps(self, columns: Sequence[Column]) -> int:
        return sum(int(_empty(self.frame[each.name], each).sum()) for each in columns)


def effects(recipe: Sequence[Step], frame: pd.DataFrame, columns: Sequence[Column]) -> list[Effect]:
    """What each step does to these rows, as if all of them were the training part.

    frame: inputs and targets as they came. columns: the inputs.
    """
    rows = frame.reset_index(drop=True)
    states = [_after(recipe[:done], rows, columns) for done in range(len(recipe) + 1)]
    return [_between(*pair, columns) for pair in itertools.pairwise(states)]


def _after(recipe: Sequence[Step], frame: pd.DataFrame, columns: Sequence[Column]) -> _State:
    """The rows after these steps; names are still names, for what they become is counted, not shown."""
    given = plain_frame(frame[kept(recipe, TableColumns.of_frame(frame), columns)], columns)
    given = given[kept_in_training(recipe, TableColumns.of_frame(given), columns)].copy()
    for column in columns if len(given) else ():
        for step in recipe:
            made = step.transformer(column) if step.applies(column) else None
            if made is not None:
                given[column.name] = made.fit_transform(given[[column.name]])[:, 0]
    return _State(given, features.names(columns, recipe)[0])


def _between(before: _State, after: _State, columns: Sequence[Column]) -> Effect:
    moved, filled = {}, {}
    for column in columns:
        old, new = before.frame[column.name].reindex(after.frame.index), after.frame[column.name]
        was_empty, is_empty = _empty(old, column), _empty(new, column)
        moved[column.name] = int((~was_empty & ~is_empty & (old != new)).sum())
        filled[column.name] = int((was_empty & ~is_empty).sum())
    shown = [each.name for each in columns if each.kind in NUMBERS]
    most = max(shown, key=lambda name: moved[name] + filled[name], default=None)
    if most is not None and not moved[most] + filled[most]:
        most = None
    values = (np.zeros(0), np.zeros(0)) if most is None else (_numbers(before, most), _numbers(after, most))
    return Effect(
        rows=(len(before.frame), len(after.frame)),
        gaps=(before.gaps(columns), after.gaps(columns)),
        numbers=(before.numbers, after.numbers),
        moved=sum(moved.values()),
        column=most,
        values=values,
    )


def _numbers(state: _State, name: str) -> Array:
    return state.frame[name].to_numpy(float)


def _empty(values: pd.Series[Any], column: Column) -> pd.Series[Any]:
    return values.isna() if column.kind in NUMBERS else (values.isna() | (values == ""))
