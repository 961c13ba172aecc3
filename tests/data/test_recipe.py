"""A recipe cleans as pandas and scikit-learn do, and learns from the training part alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_selection import VarianceThreshold, f_classif, mutual_info_classif
from sklearn.impute import SimpleImputer

import dlcore
from dlcore.data.base import Rows
from dlcore.data.cleaning.pipeline import kept
from dlcore.data.cleaning.plain import from_plain
from dlcore.data.cleaning.steps import DropDuplicates, DropMissing
from dlcore.data.cleaning.table_columns import TableColumns
from dlcore.data.column import Column
from dlcore.data.load import divided, row_numbers
from dlcore.data.uploads import upload_access
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.network import about_of

ROWS = 60


@pytest.fixture(autouse=True)
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """Flowers with gaps, far-off numbers and repeated rows, as a file beside the experiment."""
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "length": random.normal(5, 1, ROWS).round(3),
            "width": random.normal(2, 0.5, ROWS).round(3),
            "colour": random.choice(["red", "blue", "white"], ROWS),
            "kind": random.choice(["a", "b"], ROWS),
        }
    )
    frame.loc[::7, "length"] = np.nan
    frame.loc[5, "width"] = 400.0
    frame.loc[::11, "colour"] = None
    frame.loc[[20, 21], :] = frame.loc[[2, 2], :].to_numpy()
    frame.to_csv(tmp_path / "flowers.csv", index=False)
    upload_access.allow_files(tmp_path)
    return pd.read_csv(tmp_path / "flowers.csv")


def experiment(*recipe: dict[str, Any], **dataset: Any) -> Experiment:
    return Experiment.from_dict(
        {
            "dataset": {"name": "file:flowers.csv", "recipe": list(recipe), "scale": "none", **dataset},
            "network": [{"layer": "Output"}],
            "training": {"loss": "BCEWithLogitsLoss", "optimizer": "SGD", "epochs": 1, "batch_size": 8},
        }
    )


def parts(made: Experiment) -> tuple[np.ndarray[Any, Any], tuple[np.ndarray[Any, Any], ...]]:
    """(training rows as the network gets them, row numbers of the three parts)."""
    found = divided(made)
    return found.x[0], found.parts


@pytest.mark.parametrize("strategy", ["mean", "median", "most_frequent"])
def test_gaps_are_filled_with_what_the_training_part_alone_suggests(table: pd.DataFrame, strategy: str) -> None:
    x, (train, *_others) = parts(experiment({"step": "FillMissing", "strategy": strategy, "columns": ["length"]}))
    wanted = SimpleImputer(strategy=strategy).fit_transform(table[["length"]].iloc[train])
    np.testing.assert_allclose(x[:, 0], wanted[:, 0], rtol=1e-6)


def test_nothing_outside_the_training_part_moves_what_is_learned(table: pd.DataFrame, tmp_path: Path) -> None:
    recipe = ({"step": "Outliers", "method": "iqr", "limit": 1.5}, {"step": "FillMissing", "strategy": "mean"})
    before, (train, validation, test) = parts(experiment(*recipe))
    others = np.concatenate([validation, test])
    table.loc[others, "length"] = 1e6
    table.loc[others, "width"] = -1e6
    table.to_csv(tmp_path / "flowers.csv", index=False)
    after, (again, *_) = parts(experiment(*recipe))
    assert (train == again).all()
    np.testing.assert_array_equal(before, after)


def test_a_constant_of_the_learners_own_fills_numbers_and_names(table: pd.DataFrame) -> None:
    made = experiment({"step": "FillMissing", "strategy": "constant", "value": "7"})
    x, (train, *_) = parts(made)
    gaps = table["length"].iloc[train].isna().to_numpy()
    assert gaps.any()
    assert (x[gaps, 0] == 7).all()
    names = about_of(made).features
    assert names == ("length", "width", "colour: blue", "colour: red", "colour: white", "colour: 7")
    unnamed = table["colour"].iloc[train].isna().to_numpy()
    assert (x[:, names.index("colour: 7")] == unnamed).all()


def test_rows_with_gaps_leave_all_parts(table: pd.DataFrame) -> None:
    _x, found = parts(experiment({"step": "DropMissing", "columns": ["length"]}))
    assert sum(map(len, found)) == len(table.dropna(subset=["length"]))


def test_a_row_that_stands_twice_is_never_on_both_sides(table: pd.DataFrame) -> None:
    made = divided(experiment({"step": "DropDuplicates"}, {"step": "FillMissing"}))
    assert sum(map(len, made.parts)) == len(table.drop_duplicates())
    numbers = pd.DataFrame([[*x, y] for part in zip(made.x, made.y, strict=True) for x, y in zip(*part, strict=True)])
    filled = table.drop_duplicates().fillna({"length": table["length"].iloc[made.parts[0]].median()})
    assert numbers.duplicated().sum() <= filled.duplicated().sum()


def zscore(x: pd.Series[float]) -> tuple[float, float]:
    return x.mean() - 2 * x.std(ddof=0), x.mean() + 2 * x.std(ddof=0)


def iqr(x: pd.Series[float]) -> tuple[float, float]:
    first, third = x.quantile(0.25), x.quantile(0.75)
    return first - 1.5 * (third - first), third + 1.5 * (third - first)


@pytest.mark.parametrize(
    ("settings", "borders"),
    [
        ({"method": "zscore", "limit": 2.0}, zscore),
        ({"method": "iqr", "limit": 1.5}, iqr),
        ({"method": "range", "low": 1.0, "high": 3.0}, lambda _: (1.0, 3.0)),
    ],
)
def test_outliers_are_drawn_to_the_border_or_left_out_of_training_alone(
    table: pd.DataFrame, settings: dict[str, Any], borders: Any
) -> None:
    clip = {"step": "Outliers", "columns": ["width"], **settings}
    x, (train, validation, test) = parts(experiment(clip))
    column = table["width"].iloc[train]
    np.testing.assert_allclose(x[:, 1], column.clip(*borders(column)), rtol=1e-6)
    _, dropped = parts(experiment(clip | {"action": "drop"}))
    assert set(dropped[0]) == set(train[column.between(*borders(column)).to_numpy()])
    assert (dropped[1] == validation).all()
    assert (dropped[2] == test).all()
    kept, _ = parts(experiment(clip | {"action": "keep"}))
    np.testing.assert_allclose(kept[:, 1], column, rtol=1e-6)


def test_names_become_one_number_each_or_one_in_all(table: pd.DataFrame) -> None:
    one_hot, (train, *_) = parts(experiment({"step": "FillMissing"}))
    ordinal, _ = parts(experiment({"step": "FillMissing"}, {"step": "Encode", "to": "ordinal"}))
    colours = table["colour"].iloc[train]
    np.testing.assert_array_equal(one_hot[:, 2:], pd.get_dummies(colours).to_numpy(np.float32))
    order = {"blue": 0, "red": 1, "white": 2}
    np.testing.assert_array_equal(ordinal[:, 2], [order.get(each, -1) for each in colours])


MEASURES: dict[str, Callable[[Any, Any], Any]] = {
    "f": lambda x, y: f_classif(x, y)[0],
    "mutual_info": lambda x, y: mutual_info_classif(x, y, random_state=0),
    "variance": lambda x, y: VarianceThreshold().fit(x).variances_,
}


@pytest.mark.parametrize("score", MEASURES)
def test_the_columns_that_tell_most_in_the_training_part_are_kept(table: pd.DataFrame, score: str) -> None:
    whole, (train, *_) = parts(experiment({"step": "FillMissing"}))
    best, _ = parts(experiment({"step": "FillMissing"}, {"step": "SelectKBest", "k": 2, "score": score}))
    strength = MEASURES[score](whole, (table["kind"].iloc[train] == "b").to_numpy())
    np.testing.assert_array_equal(best, whole[:, np.sort(np.argsort(strength)[-2:])])


@pytest.fixture
def ship(tmp_path: Path) -> pd.DataFrame:
    """Passengers whose class is a number that stands for a name, here and there unknown."""
    random = np.random.default_rng(5)
    frame = pd.DataFrame(
        {
            "cabin class": random.integers(1, 4, ROWS).astype(float),
            "ticket": np.arange(100, 100 + 3 * ROWS, 3),
            "age": random.normal(30, 9, ROWS).round(1),
            "saved": random.choice(["yes", "no"], ROWS),
        }
    )
    frame.loc[::9, "cabin class"] = np.nan
    frame.to_csv(tmp_path / "flowers.csv", index=False)  # 1.0, 2.0, 3.0 and gaps, as pandas writes them
    return frame


@pytest.mark.parametrize("to", ["onehot", "ordinal"])
def test_whole_numbers_are_names_in_the_columns_where_they_are_chosen_to_be(ship: pd.DataFrame, to: str) -> None:
    made = experiment({"step": "Encode", "to": to, "columns": ["cabin class"]}, columns=["cabin class", "age"])
    x, (train, *_) = parts(made)
    classes = ship["cabin class"].iloc[train]
    if to == "onehot":
        assert about_of(made).features == ("cabin class: 1", "cabin class: 2", "cabin class: 3", "age")
        wanted = pd.get_dummies(classes).to_numpy(float)
    else:
        assert about_of(made).features == ("cabin class", "age")
        wanted = (classes - 1).fillna(-1).to_numpy()[:, None]
    np.testing.assert_array_equal(x[:, :-1], wanted)
    learned = json.loads(json.dumps(dlcore.load(made).scaling["recipe"]))
    np.testing.assert_allclose(from_plain(learned, ship.iloc[train]), x, rtol=1e-6)


def test_numbers_stay_numbers_where_nobody_says_otherwise(ship: pd.DataFrame) -> None:
    made = experiment({"step": "Encode"}, columns=["cabin class", "age"])
    assert about_of(made).features == ("cabin class", "age")


def test_gaps_of_numbers_that_are_names_are_filled_as_names_are(ship: pd.DataFrame) -> None:
    encode = {"step": "Encode", "columns": ["cabin class"]}
    fill = {"step": "FillMissing", "strategy": "most_frequent", "columns": ["cabin class"]}
    x, (train, *_) = parts(experiment(encode, fill, columns=["cabin class"]))
    classes = ship["cabin class"].iloc[train]
    np.testing.assert_array_equal(x, pd.get_dummies(classes.fillna(classes.mode()[0])).to_numpy(float))
    with pytest.raises(ExperimentError, match="cabin class is not of a kind"):
        about_of(experiment(encode, {**fill, "strategy": "mean"}, columns=["cabin class"]))


def test_numbers_that_are_many_or_not_whole_are_no_names(ship: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="age holds numbers that are no names"):
        about_of(experiment({"step": "Encode", "columns": ["age"]}))
    wide = pd.DataFrame({"number": np.arange(300) % 101, "saved": ["yes", "no"] * 150})
    wide.to_csv(tmp_path / "flowers.csv", index=False)
    with pytest.raises(ExperimentError, match="only up to 100 different whole ones"):
        about_of(experiment({"step": "Encode", "columns": ["number"]}))


def test_what_was_learned_is_plain_json_that_gives_the_same_numbers(table: pd.DataFrame) -> None:
    made = experiment(
        {"step": "Outliers", "method": "iqr", "limit": 1.0}, {"step": "FillMissing", "strategy": "mean"},
        {"step": "FillMissing", "strategy": "most_frequent", "columns": ["colour"]}, {"step": "SelectKBest", "k": 4},
    )  # fmt: skip
    found = divided(made)
    learned = json.loads(json.dumps(dlcore.load(made).scaling["recipe"], allow_nan=False))
    for part, x in zip(found.parts, found.x, strict=True):
        np.testing.assert_allclose(from_plain(learned, table.iloc[part]), x, rtol=1e-6)


def test_an_experiment_keeps_its_recipe() -> None:
    made = experiment({"step": "DropMissing", "columns": ["length", "width"]}, {"step": "Encode", "to": "ordinal"})
    assert Experiment.from_yaml_text(made.to_yaml()) == made


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        ({"step": "FillMising"}, "FillMissing"),
        ({"step": "FillMissing", "columns": ["lenght"]}, "lenght is none of the columns"),
        ({"step": "FillMissing", "strategy": "mean", "columns": ["colour"]}, "colour is not of a kind"),
        ({"step": "SelectKBest", "k": 99}, "must be at most 5 here, but 99 came"),
        ({"step": "Outliers", "limit": 0}, "limit"),
    ],
)
def test_a_step_that_cannot_work_is_named_by_its_place(step: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ExperimentError, match=sentence) as said:
        about_of(experiment({"step": "DropDuplicates"}, step))
    assert str(said.value).startswith("dataset, recipe, step 2")


@pytest.mark.parametrize("recipe", [
    [{"step": "Outliers", "action": "drop", "limit": 1.5}],
    [{"step": "Outliers", "action": "drop", "limit": 2.0, "columns": ["width"]},
     {"step": "Outliers", "action": "drop", "method": "iqr", "limit": 0.5}],
    [{"step": "DropMissing", "columns": ["length"]}, {"step": "Outliers", "action": "drop", "limit": 1.5}],
    [{"step": "DropDuplicates"}, {"step": "DropMissing"},
     {"step": "Outliers", "action": "drop", "method": "range", "low": 1.5, "high": 6.0}],
])  # fmt: skip
@pytest.mark.parametrize("dataset", [{}, {"limit": 20}])
def test_the_rows_of_each_part_are_known_without_reading_all_of_a_table(
    recipe: list[dict[str, Any]], dataset: dict[str, Any]
) -> None:
    made = experiment(*recipe, **dataset)
    read = divided(made).parts
    counted = row_numbers(made, Rows(None, made.dataset.source.answers()), None)  # type: ignore[attr-defined]
    assert [each.tolist() for each in counted] == [each.tolist() for each in read]
    if "limit" not in dataset:
        all_of_them = divided(experiment(*[each for each in recipe if each["step"] != "Outliers"])).parts
        assert 0 < len(counted[0]) < len(all_of_them[0])


MIXED = pd.DataFrame({
    "number": [1.0, 1.0, np.nan, np.nan, 0.0, -0.0, 1.0, 2.0],
    "name": ["a", "a", None, None, "b", "b", None, "a"],
    "day": pd.to_datetime(["2024-01-01", "2024-01-01", None, None, "2024-01-02", "2024-01-02", None, "2024-01-01"]),
    "kind": ["x", "x", "y", "y", "x", "x", "x", "x"],
})  # fmt: skip
COLUMNS = [Column("number", "numeric"), Column("name", "categorical"), Column("day", "date")]


@pytest.mark.parametrize("names", [None, ("number",), ("name", "day"), ("number", "name")])
def test_gaps_and_rows_that_say_the_same_are_those_that_pandas_finds(names: tuple[str, ...] | None) -> None:
    chosen = [each.name for each in COLUMNS] if names is None else list(names)
    for step, expected in (
        (DropDuplicates(columns=names), ~MIXED.duplicated([*chosen, "kind"])),
        (DropMissing(columns=names), MIXED[chosen].notna().all(axis=1)),
    ):
        assert kept([step], TableColumns.of_frame(MIXED), COLUMNS).tolist() == expected.tolist()
        later = TableColumns.of_frame(MIXED).only(np.arange(len(MIXED)) >= 2)
        subset = MIXED.iloc[2:]
        expected = ~subset.duplicated([*chosen, "kind"]) if isinstance(step, DropDuplicates) else expected.iloc[2:]
        assert kept([step], later, COLUMNS).tolist() == expected.tolist()
