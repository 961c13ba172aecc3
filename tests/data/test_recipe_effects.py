"""What the page says of each step is what pandas says of the rows before and after it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dlcore.data.cleaning.effects import effects
from dlcore.data.cleaning.steps import DropDuplicates, DropMissing, Encode, FillMissing, Outliers, SelectKBest
from dlcore.data.column import Column

COLUMNS = [
    Column("age", "numeric", missing=1, values=()),
    Column("colour", "categorical", missing=1, values=("blue", "red"), counts=(2, 3)),
]
FRAME = pd.DataFrame(
    {
        "age": [1.0, 2.0, np.nan, 90.0, 2.0, 3.0],
        "colour": ["red", "blue", "red", None, "blue", "red"],
        "kind": ["a", "b", "a", "b", "b", "a"],
    }
)


def test_rows_and_gaps_are_counted_before_and_after_each_step() -> None:
    missing, repeated = effects([DropMissing(columns="age"), DropDuplicates()], FRAME, COLUMNS)
    assert (missing.rows, missing.gaps) == ((6, 5), (2, 1))
    assert (repeated.rows, repeated.gaps) == ((5, 4), (1, 1))


def test_a_filled_gap_is_no_changed_value_and_a_clipped_number_is_one() -> None:
    fill, clip = effects([FillMissing(), Outliers(method="range", high=10.0)], FRAME, COLUMNS)
    assert (fill.gaps, fill.moved, fill.column) == ((2, 1), 0, "age")
    assert np.isnan(fill.values[0]).sum() == 1
    np.testing.assert_array_equal(fill.values[1], FRAME["age"].fillna(FRAME["age"].median()))
    assert (clip.rows, clip.gaps, clip.moved, clip.column) == ((6, 6), (1, 1), 1, "age")
    np.testing.assert_array_equal(clip.values[1], fill.values[1].clip(max=10))


def test_the_numbers_that_a_network_is_given_follow_from_encoding_and_selection() -> None:
    one_in_all, best = effects([Encode(to="ordinal"), SelectKBest(k=1)], FRAME, COLUMNS)
    assert (one_in_all.numbers, best.numbers) == ((3, 2), (2, 1))
    assert one_in_all.column is None


@pytest.mark.parametrize("step", [Outliers(method="range", high=-5.0, action="drop"), DropMissing()])
def test_steps_that_leave_no_row_are_shown_as_that(step: Outliers | DropMissing) -> None:
    empty = FRAME.assign(age=np.nan) if isinstance(step, DropMissing) else FRAME.dropna()
    gone, after = effects([step, FillMissing()], empty, COLUMNS)
    assert (gone.rows[1], after.rows) == (0, (0, 0))
