"""What decides is computed in float64 and only then made float32: large numbers keep what tells them apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import dlcore
from dlcore.data.column import Column
from dlcore.data.load import divided
from dlcore.data.uploads.description import Table
from dlcore.errors import DataError
from dlcore.inference import postprocess
from tests.sampling import examples

from .brought import experiment, lay_out

ROWS = 400
CASES = Path(__file__).parents[1] / "cases"


def kept(folder: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as an upload, its numbers in the precision in which they come, without reading any file."""
    columns = []
    for name, values in frame.items():
        numeric, date = pd.api.types.is_numeric_dtype(values), values.dtype.kind == "M"
        kind: Any = "numeric" if numeric else "date" if date else "categorical"
        names = () if numeric or date else tuple(sorted(values.dropna().unique()))
        columns.append(Column(str(name), kind, int(values.isna().sum()), names, (1,) * len(names)))
    made = folder / "rows.parquet"
    parquet.write_table(pa.Table.from_pandas(frame, preserve_index=False), made)
    lay_out(Table("csv", len(frame), tuple(columns)), made)
    return frame


def test_unix_seconds_are_scaled_as_scikit_learn_scales_them_in_float64(tmp_path: Path) -> None:
    seconds = 1_700_000_000.0 + np.arange(ROWS) * 60
    kept(tmp_path, pd.DataFrame({"when": seconds, "y": np.arange(ROWS, dtype="float32")}))
    data = dlcore.load(asked := experiment(target="y", columns=["when"]))
    train = divided(asked).parts[0]
    oracle = StandardScaler().fit(seconds[train][:, None]).transform(seconds[train][:, None])
    assert len(np.unique(data.train.x)) == len(train)
    assert np.array_equal(data.train.x.numpy(), oracle.astype("float32"))


@pytest.mark.parametrize(("scale", "oracle"), [("standard", StandardScaler), ("minmax", MinMaxScaler)])
def test_dates_are_told_apart_to_the_second(tmp_path: Path, scale: str, oracle: Any) -> None:
    when = pd.date_range("2024-03-01", periods=ROWS, freq="s").astype("datetime64[ms]")
    kept(tmp_path, pd.DataFrame({"when": when, "y": np.arange(ROWS, dtype="float32")}))
    data = dlcore.load(asked := experiment(target="y", columns=["when"], scale=scale))
    train = divided(asked).parts[0]
    days = (when.to_numpy() - np.datetime64(0, "ms")) / np.timedelta64(1, "D")
    exact = oracle().fit(days[train][:, None]).transform(days[train][:, None])
    assert len(np.unique(data.train.x)) == len(train)
    assert np.allclose(data.train.x.numpy(), exact, rtol=0, atol=1e-6)


def test_large_targets_stay_apart_and_come_back_in_their_own_unit(tmp_path: Path) -> None:
    target = 1_700_000_000.0 + np.arange(ROWS)
    kept(tmp_path, pd.DataFrame({"x": np.arange(ROWS, dtype="float32"), "y": target}))
    data = dlcore.load(asked := experiment(target="y", columns=["x"]))
    train = divided(asked).parts[0]
    oracle = StandardScaler().fit(target[train][:, None]).transform(target[train][:, None])
    assert np.array_equal(data.train.y.numpy(), oracle.astype("float32"))
    back = postprocess.meant(data.train.y, "regression", data.scaling["y"])[:, 0]
    assert np.abs(back.numpy() - target[train]).max() < 1e-3


@settings(max_examples=examples(25), deadline=None)
@given(offset=st.sampled_from([0.0, 1e4, 1e8, 1e12]), seed=st.integers(0, 9), gaps=st.booleans())
def test_a_gap_is_filled_with_the_mean_of_float64(offset: float, seed: int, gaps: bool) -> None:
    from dlcore.data.cleaning.gaps import Fill

    column = (offset + np.random.default_rng(seed).normal(size=(5_000, 1))).astype("float32")
    column[::7] = np.nan
    filled = Fill(strategy="mean").fit(column)
    oracle = SimpleImputer(strategy="mean").fit(column.astype("float64"))
    assert filled.statistics_ == oracle.statistics_
    assert filled.transform(column).dtype == np.float32


def test_columns_of_float32_stay_so_until_they_are_scaled(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"a": random.normal(size=ROWS), "b": random.normal(size=ROWS), "y": np.arange(ROWS)})
    frame = frame.astype("float32")
    frame.loc[3, "a"] = np.nan
    kept(tmp_path, frame)
    for columns in (["b"], ["a", "b"]):
        assert {each.dtype for each in divided(experiment(target="y", columns=columns)).x} == {np.dtype("float32")}


def huge(folder: Path, value: float) -> None:
    values = np.where(np.arange(ROWS) % 5 == 0, value, 1.0)
    kept(folder, pd.DataFrame({"a": values, "y": np.arange(ROWS, dtype="float32")}))


@pytest.mark.parametrize(("value", "scale"), [(1e308, "standard"), (1e308, "none"), (1e39, "none")])
def test_numbers_that_float32_cannot_hold_are_one_sentence(tmp_path: Path, value: float, scale: str) -> None:
    huge(tmp_path, value)
    with pytest.raises(DataError, match="the numbers of a are too large"):
        dlcore.load(experiment(target="y", columns=["a"], scale=scale))


@pytest.mark.parametrize(("value", "scale"), [(1e308, "minmax"), (1e39, "minmax"), (1e39, "standard")])
def test_numbers_that_are_small_once_they_are_scaled_are_learned_from(tmp_path: Path, value: float, scale: str) -> None:
    huge(tmp_path, value)
    scaled = dlcore.load(experiment(target="y", columns=["a"], scale=scale)).train.x
    assert scaled.isfinite().all()
    assert len(scaled.unique()) == 2


def test_infinity_that_an_earlier_version_kept_is_one_sentence(tmp_path: Path) -> None:
    values = np.where(np.arange(ROWS) == 7, np.inf, 1.0).astype("float32")
    kept(tmp_path, pd.DataFrame({"a": values, "y": np.arange(ROWS, dtype="float32")}))
    with pytest.raises(DataError, match=r"column a holds a number beyond 3\.4e38"):
        dlcore.load(experiment(target="y", columns=["a"]))


def test_what_stands_beside_the_script_is_as_precise_as_what_was_learned_from(tmp_path: Path) -> None:
    from dlcore.data.load import all_rows

    seconds = 1_700_000_000.0 + np.arange(ROWS)
    kept(tmp_path, pd.DataFrame({"when": seconds, "y": seconds}))
    arrays = all_rows(experiment(target="y", columns=["when"]))
    assert np.array_equal(arrays["x"][:, 0], seconds)
    assert np.array_equal(arrays["y"], seconds)
    plain = all_rows(experiment(target="y", columns=["when"], scale="none", scale_target="none"))
    assert {plain["x"].dtype, plain["y"].dtype} == {np.dtype("float32")}
