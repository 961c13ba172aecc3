"""What a learner chooses of their data, what follows from it, and that nothing leaks between the parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import torch
from sklearn.model_selection import GroupShuffleSplit, StratifiedGroupKFold

import dlcore
from dlcore.data.column import Column
from dlcore.data.load import divided
from dlcore.data.split import column_of, divide
from dlcore.data.uploads import upload_access, words
from dlcore.data.uploads.description import Reading, Table
from dlcore.errors import DataError, DlcoreError, ExperimentError, UploadError
from dlcore.experiment import Experiment
from dlcore.training.folds import folds

from .brought import about, experiment, kept, lay_out, loaded

ROWS = 200
NO_SCALE = {"scale": "none", "scale_target": "none"}


def frame() -> pd.DataFrame:
    random = np.random.default_rng(0)
    return pd.DataFrame({
        "length": random.normal(size=ROWS).round(3).astype("float32"),
        "colour": random.choice(["black", "red", "white"], ROWS),
        "visits": random.integers(0, 5, ROWS),
        "price": random.normal(100, 5, ROWS).round(2),
        "tame": random.integers(0, 2, ROWS),
        "loud": random.integers(0, 2, ROWS),
        "owner": [f"owner {n % 23}" for n in range(ROWS)],
        "day": pd.date_range("2020-01-01", periods=ROWS)[::-1],
        "note": [f"row {n} says nothing that matters at all" for n in range(ROWS)],
        "kind": random.choice(["cat", "dog", "fox"], ROWS),
    })  # fmt: skip


@pytest.fixture
def cats(tmp_path: Path) -> pd.DataFrame:
    """A table that was brought and laid out; the same as a frame."""
    made = frame()
    lay_out(*kept(tmp_path, made.to_csv(index=False).encode(), "cats.csv"))
    return made


@pytest.mark.parametrize(
    ("choice", "task", "outputs"),
    [
        ({}, "multiclass", 3),
        ({"target": "kind"}, "multiclass", 3),
        ({"target": "tame"}, "binary", 1),
        ({"target": "tame", "task": "multiclass"}, "multiclass", 2),
        ({"target": "price"}, "regression", 1),
        ({"target": "visits"}, "multiclass", 5),
        ({"target": "visits", "task": "regression"}, "regression", 1),
        ({"target": ["tame", "loud"]}, "multilabel", 2),
    ],
)
def test_the_task_follows_from_the_target_and_what_is_said_is_what_is_loaded(
    cats: pd.DataFrame, choice: dict[str, Any], task: str, outputs: int
) -> None:
    said = about(**choice, columns=["length", "colour"])
    assert (said.task, said.outputs, said.rows) == (task, outputs, ROWS)
    assert said.features == ("length", "colour: black", "colour: red", "colour: white")
    data = loaded(**choice, columns=["length", "colour"], **NO_SCALE)
    assert data.train.x.shape == (140, 4)
    assert data.train.y.shape == ((140, outputs) if task != "multiclass" else (140,))


def test_without_a_choice_every_number_and_category_is_an_input(cats: pd.DataFrame) -> None:
    assert {each.partition(":")[0] for each in about().features} == {
        "length", "colour", "visits", "price", "tame", "loud", "owner"}  # fmt: skip


def test_inputs_are_the_cells_of_the_file(cats: pd.DataFrame) -> None:
    chosen = experiment(target="kind", columns=["colour", "length", "day"], **NO_SCALE)
    rows = divide(chosen.dataset.source.read(0).y, chosen.dataset.split, about(), 0)  # type: ignore[attr-defined]
    part = cats.iloc[rows[0]]
    days = (part["day"] - pd.Timestamp(0)).dt.days
    oracle = np.column_stack([part["colour"] == each for each in ("black", "red", "white")] + [part["length"], days])
    assert np.allclose(dlcore.load(chosen).train.x, oracle.astype("float32"))


@pytest.mark.parametrize(
    ("choice", "field", "sentence"),
    [
        ({"target": "kimd"}, "dataset.target", "Did you mean kind"),
        ({"columns": ["lenght"]}, "dataset.columns", "Did you mean length"),
        ({"columns": ["kind"]}, "dataset.columns", "is the target"),
        ({"columns": ["note"]}, "dataset.columns", "too many different values"),
        ({"columns": []}, "dataset.columns", "leaves no column"),
        ({"target": "price", "task": "multiclass"}, "dataset.target", "2 to 1000"),
        ({"target": "kind", "task": "binary"}, "dataset.target", "two different values"),
        ({"target": "kind", "task": "regression"}, "dataset.target", "column of numbers"),
        ({"target": ["tame", "kind"]}, "dataset.target", "0 and 1"),
        ({"target": ["tame", "loud"], "task": "binary"}, "dataset.task", "2 came"),
        ({"text": "price"}, "dataset.text", "holds numbers"),
    ],
)
def test_a_choice_that_does_not_fit_names_the_setting(
    cats: pd.DataFrame, choice: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(ExperimentError) as caught:
        about(**choice)
    assert caught.value.field == field
    assert sentence in str(caught.value)


def test_a_choice_survives_a_file(cats: pd.DataFrame) -> None:
    chosen = experiment(target=["tame", "loud"], columns=["length"], split={"method": "group", "column": "owner"})
    assert Experiment.from_yaml_text(chosen.to_yaml()) == chosen
    assert chosen.to_dict()["dataset"]["target"] == ["tame", "loud"]


def test_without_a_shelf_there_is_no_upload_and_in_the_app_no_file() -> None:
    upload_access.use(None)
    upload_access.forbid_local()
    with pytest.raises(UploadError, match="There is no data set upload:"):
        about()
    beside = Experiment.from_dict(experiment().to_dict() | {"dataset": {"name": "file:/etc/passwd"}})
    with pytest.raises(UploadError, match="only the command line"):
        beside.dataset.source.about()  # type: ignore[attr-defined]


def test_gaps_are_filled_with_what_the_training_part_alone_says(tmp_path: Path) -> None:
    made = frame()[["length", "colour", "tame"]]
    made.loc[::3, "length"] = None
    made.loc[::7, "colour"] = None
    lay_out(*kept(tmp_path, made.to_csv(index=False).encode(), "cats.csv"))
    chosen = experiment(**NO_SCALE)
    train, validation, _ = divide(chosen.dataset.source.read(0).y, chosen.dataset.split, about(), 0)  # type: ignore[attr-defined]
    middle = made["length"].iloc[train].median()
    assert middle != made["length"].median()
    oracle = made["length"].iloc[validation].fillna(middle)
    data = dlcore.load(chosen)
    assert np.allclose(data.validation.x[:, 0], oracle)
    nameless = made["colour"].iloc[validation].isna().to_numpy()
    assert nameless.any()
    assert data.validation.x[:, 1:][nameless].sum() == 0
    assert (data.validation.x[:, 1:].sum(dim=1) == torch.tensor(~nameless)).all()


def test_rows_without_a_target_are_left_out(tmp_path: Path) -> None:
    made = frame()[["length", "kind"]]
    made.loc[:9, "kind"] = None
    lay_out(*kept(tmp_path, made.to_csv(index=False).encode(), "cats.csv"))
    assert about().rows == ROWS - 10
    source: Any = experiment().dataset.source
    read = source.read(0)
    assert read.x["length"].tolist() == pytest.approx(made["length"][10:].tolist(), rel=1e-6)
    assert np.array_equal(source.answers(), read.y)
    assert source.some(np.array([5, 0]))["length"].tolist() == pytest.approx(made["length"].iloc[[15, 10]].tolist())


def test_words_are_learned_from_the_training_part_alone(tmp_path: Path) -> None:
    good, bad = "what a very good film it was", "what a bad film this is today"
    lines = [f'"{(good, bad)[n % 2]} w{n}",{("praise", "blame")[n % 2]}' for n in range(60)]
    lay_out(*kept(tmp_path, ("text,verdict\n" + "\n".join(lines)).encode(), "reviews.csv"))
    said = about(length=10, vocabulary=500)
    assert (said.task, said.shape, said.shape.vocabulary) == ("binary", (10,), 500)
    chosen = experiment(length=10, vocabulary=500)
    data = dlcore.load(chosen)
    train, validation, _ = divide(chosen.dataset.source.read(0).y, chosen.dataset.split, said, 0)  # type: ignore[attr-defined]
    assert {f"w{n}" for n in range(60)} & set(data.about.words) == {f"w{n}" for n in train}
    read = [[data.about.words[token] for token in row] for row in data.validation.x]
    for row, number in zip(read, validation, strict=True):
        assert row == [words.GAP] * 2 + (good, bad)[number % 2].split() + [words.UNKNOWN]


def test_a_short_vocabulary_keeps_the_most_frequent_and_chinese_is_read_by_character() -> None:
    assert words.learn_vocabulary(["a b b", "c b a"], "word", 4) == (words.GAP, words.UNKNOWN, "b", "a")
    assert words.tokens("真不错! 好", "character") == ["真", "不", "错", "!", "好"]


# Splits by a column


@pytest.mark.parametrize("shares", [(0.2, 0.1), (0.3, 0.0), (0.0, 0.3)])
def test_a_group_is_never_parted(cats: pd.DataFrame, shares: tuple[float, float]) -> None:
    split = {"method": "group", "column": "owner", "test": shares[0], "validation": shares[1]}
    parts = rows_of(experiment(split=split))
    groups = [set(cats["owner"].iloc[part]) for part in parts]
    assert not groups[0] & groups[1]
    assert not groups[0] & groups[2]
    assert not groups[1] & groups[2]
    assert sorted(np.concatenate(parts)) == list(range(ROWS))
    assert [len(each) > 0 for each in groups] == [True, shares[1] > 0, shares[0] > 0]
    if shares[0]:
        _, oracle = next(GroupShuffleSplit(1, test_size=shares[0], random_state=0).split(cats, groups=cats["owner"]))
        assert sorted(parts[2]) == sorted(oracle)


def rows_of(described: Experiment) -> tuple[Any, Any, Any]:
    source: Any = described.dataset.source
    split = described.dataset.split
    return divide(source.read(0).y, split, source.about(), 0, column_of(source, split))


def test_groups_take_turns_as_in_scikit_learn(cats: pd.DataFrame) -> None:
    split = {"method": "group-kfold", "column": "owner", "folds": 4, "test": 0.0}
    described = folds(experiment(split=split))
    codes, y = pd.factorize(cats["owner"], sort=True)[0], pd.factorize(cats["kind"], sort=True)[0]
    oracle = StratifiedGroupKFold(4, shuffle=True, random_state=0).split(y, y, codes)
    for each, (_, judging) in zip(described, oracle, strict=True):
        assert rows_of(each)[1].tolist() == judging.tolist()
    assert sorted(np.concatenate([rows_of(each)[1] for each in described])) == list(range(ROWS))


def test_a_split_by_groups_is_turned_into_folds_of_groups(cats: pd.DataFrame) -> None:
    described = folds(experiment(split={"method": "group", "column": "owner"}), count=3)
    assert [each.dataset.split.fold for each in described] == [1, 2, 3]  # type: ignore[union-attr]
    assert {each.dataset.split.method for each in described} == {"group-kfold"}


def test_the_latest_judge_and_nothing_later_is_learned_from(cats: pd.DataFrame) -> None:
    train, validation, test = rows_of(experiment(split={"method": "time", "column": "day"}))
    days = cats["day"]
    assert days.iloc[train].max() < days.iloc[validation].min()
    assert days.iloc[validation].max() < days.iloc[test].min()
    assert (len(train), len(validation), len(test)) == (140, 20, 40)


def test_rows_of_the_same_time_stay_together(cats: pd.DataFrame) -> None:
    parts = rows_of(experiment(target="kind", split={"method": "time", "column": "visits", "test": 0.3}))
    seen = [set(cats["visits"].iloc[part]) for part in parts]
    assert seen[0] | seen[1] | seen[2] == set(range(5))
    assert max(seen[0]) < min(seen[1]) <= max(seen[1]) < min(seen[2])


@pytest.mark.parametrize(
    ("split", "words_"),
    [
        ({"method": "group", "column": "ownr"}, "Did you mean owner"),
        ({"method": "group", "column": "tame"}, "cannot be taken so"),
        ({"method": "time", "column": "tame"}, "too few"),
        ({"method": "group-kfold", "column": "visits", "folds": 9}, "at most"),
        ({"method": "group"}, "is missing"),
    ],
)
def test_a_split_that_cannot_be_made_is_said(cats: pd.DataFrame, split: dict[str, Any], words_: str) -> None:
    with pytest.raises(DlcoreError, match=words_):
        loaded(split=split)


def test_rows_that_belong_to_no_group_are_counted(tmp_path: Path) -> None:
    made = frame()[["length", "owner", "kind"]]
    made.loc[:3, "owner"] = None
    lay_out(*kept(tmp_path, made.to_csv(index=False).encode(), "cats.csv"))
    with pytest.raises(DataError, match="no value in 4 rows"):
        loaded(columns=["length"], split={"method": "group", "column": "owner"})


def test_data_without_columns_cannot_be_divided_by_one_nor_time_take_turns(cats: pd.DataFrame) -> None:
    iris = experiment().to_dict() | {"dataset": {"name": "iris", "split": {"method": "group", "column": "owner"}}}
    with pytest.raises(DataError, match="no column owner"):
        dlcore.load(Experiment.from_dict(iris))
    with pytest.raises(ExperimentError, match="by time has no folds"):
        folds(experiment(split={"method": "time", "column": "day"}))


# Columns that only count the rows, and columns that say when


def described(folder: Path, frame: pd.DataFrame, counters: set[str], index: str | None = None) -> None:
    """A frame laid out as an upload of which this was found out."""
    columns = []
    for name, values in frame.items():
        numeric, few = pd.api.types.is_numeric_dtype(values), values.nunique() <= 20
        kind: Any = "numeric" if numeric else "date" if values.dtype.kind == "M" else "categorical" if few else "text"
        names = tuple(sorted(map(str, values.unique()))) if few and kind != "date" else ()
        whole = bool(numeric and (values == values.round()).all())
        columns.append(Column(str(name), kind, 0, names, (1,) * len(names), whole, counter=name in counters))
    made = folder / "described.parquet"
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), made)
    lay_out(Table("csv", len(frame), tuple(columns), Reading(index=index)), made)


def notes(index: bool = True) -> pd.DataFrame:
    made = pd.DataFrame({
        "id": np.arange(60.0),
        "text": [f"a {'good' if n % 2 else 'bad'} day, it was number {n}" for n in range(60)],
        "label": ["pos" if n % 2 else "neg" for n in range(60)],
    })  # fmt: skip
    return made if index else made.drop(columns="id")


def left_out() -> str:
    from dlcore.data.uploads import choice

    source: Any = experiment().dataset.source
    return " ".join(map(str, choice.left_out(source, source.description())))


def test_the_text_is_read_where_everything_else_only_counts_the_rows_and_that_is_said(tmp_path: Path) -> None:
    described(tmp_path, notes(), {"id"})
    assert about().shape.vocabulary is not None
    assert "text is read" in left_out()
    assert "id" in left_out()
    described(tmp_path, notes(), set())  # as an earlier version stored it: nobody looked whether it counts
    assert about().features == ("id",)
    assert "Neither numbers nor dates nor a few categories, and so left out: text" in left_out()


def test_a_number_that_says_something_is_an_input_beside_one_that_counts(tmp_path: Path) -> None:
    described(tmp_path, notes().assign(size=np.arange(60.0) % 7), {"id"})
    assert about(target="label").features == ("id", "size")


def test_a_column_without_a_name_that_numbers_the_rows_is_no_input_unless_it_is_chosen(tmp_path: Path) -> None:
    frame = notes(index=False).assign(size=np.arange(60.0) % 7)
    frame.insert(0, "column 1", np.arange(60.0))
    described(tmp_path, frame, {"column 1"}, index="column 1")
    assert about(target="label").features == ("size",)
    assert "column 1 only numbers the rows" in left_out()
    assert about(target="label", columns=["column 1", "size"]).features == ("column 1", "size")
    described(tmp_path, frame[["label", "column 1"]], {"column 1"}, index="column 1")
    assert about(columns=["column 1"]).target == "label"


def test_a_time_split_by_names_is_refused_and_by_dates_follows_them(tmp_path: Path) -> None:
    days = pd.date_range("1999-12-12", periods=48, freq="D").astype("datetime64[ms]")
    shuffled = np.random.default_rng(0).permutation(48)
    frame = pd.DataFrame({"when": days[shuffled], "month": days[shuffled].strftime("%b"), "x": np.arange(48.0),
                          "y": np.arange(48.0) / 3})  # fmt: skip
    described(tmp_path, frame, set())
    late = experiment(target="y", split={"method": "time", "column": "when", "test": 0.25, "validation": 0.25})
    train, validation, test = (frame["when"].iloc[part] for part in divided(late).parts)
    assert train.max() < validation.min() <= validation.max() < test.min()
    assert sorted(test) == list(days[36:])
    with pytest.raises(DataError, match="month holds neither dates nor numbers"):
        dlcore.load(experiment(target="y", split={"method": "time", "column": "month"}))
    assert dlcore.load(experiment(target="y", split={"method": "group", "column": "month", "test": 0.5,
                                                     "validation": 0}))  # fmt: skip
