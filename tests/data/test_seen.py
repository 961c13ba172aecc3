"""A registered table as a frame: the same numbers that pandas and scikit-learn give."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.datasets

from dlcore.data.preview import is_table, table_of
from dlcore.registry import DATASETS


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_its_columns_are_those_of_scikit_learn_and_described_as_pandas_describes_them(name: str) -> None:
    frame, table = table_of(DATASETS[name](), "answer")
    x, y = getattr(sklearn.datasets, f"load_{name}")(return_X_y=True)
    assert np.array_equal(frame.drop(columns="answer"), x.astype(np.float32))
    assert [each.name for each in table.columns] == list(frame)
    for each in table.columns[:-1]:
        told = frame[each.name].describe()
        assert (each.low, each.high) == (told["min"], told["max"])
        assert each.mean == pytest.approx(told["mean"], abs=1e-9)
        assert each.deviation == pytest.approx(frame[each.name].std(ddof=0))
    answers = table.columns[-1]
    assert sum(answers.counts) == (0 if name == "diabetes" and not answers.whole else len(y))


def test_pictures_and_texts_are_no_tables() -> None:
    assert not is_table(DATASETS["digits"]().about())
    assert is_table(DATASETS["moons"]().about())
