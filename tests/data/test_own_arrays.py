"""Arrays as people save them: names, parts, and what answers mean."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import torch
from pyarrow import parquet

import dlcore
from dlcore.data.uploads.description import Arrays, Repair, from_json, to_json
from dlcore.data.uploads.formats import read
from dlcore.data.uploads.labels import are_amounts
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import DataError, ExperimentError, UploadError
from dlcore.experiment import Experiment, PredefinedSplit, Split
from dlcore.training.events import EpochEnded
from dlcore.training.folds import folds

from .brought import about, experiment, given, kept, lay_out, loaded
from .test_own_archives import idx, npz, refusal

CASES = Path(__file__).parents[1] / "cases"


def brought(folder: Path, **arrays: Any) -> Arrays:
    """These arrays as np.savez writes them, laid out as `upload:…`."""
    found, made = kept(folder, npz(**arrays), "data.npz")
    lay_out(found, made)
    assert isinstance(found, Arrays)
    assert from_json(to_json(found)) == found
    return found


def case(folder: Path, name: str) -> dict[str, Any]:
    found = read([UploadedFile(CASES / name, name)], folder / "rows.parquet")
    lay_out(found, folder / "rows.parquet")
    return dict(np.load(CASES / name))


def kinds(found: Arrays) -> dict[str, Repair]:
    return {each.kind: each for each in found.repairs}


def rows(**choice: Any) -> Any:
    return experiment(**choice).dataset.source.read(0)  # type: ignore[attr-defined]


# Parts


def test_keras_layout_keeps_its_test_part_sealed_and_in_order(tmp_path: Path) -> None:
    came = case(tmp_path, "keras_layout.npz")
    chosen = experiment(scale="none")
    assert chosen.dataset.split == PredefinedSplit()
    data = dlcore.load(chosen)
    assert np.array_equal(data.test.x.numpy()[:, 0], came["x_test"])
    assert data.test.y.tolist() == came["y_test"].tolist()
    taught = np.concatenate([part.x.numpy()[:, 0] for part in (data.train, data.validation)])
    assert (len(data.train), len(data.validation)) == (27, 3)  # a tenth of the thirty that may teach
    order = np.lexsort(taught.reshape(30, -1).T[::-1])
    wanted = np.lexsort(came["x_train"].reshape(30, -1).T[::-1])
    assert np.array_equal(taught[order], came["x_train"][wanted])


def test_training_never_meets_the_test_part_that_came(tmp_path: Path) -> None:
    x, y = np.random.default_rng(0).normal(size=(40, 3)).astype("float32"), np.arange(40) % 2
    ends = []
    for test in (np.zeros((20, 3), "float32"), np.full((20, 3), 1e6, "float32")):
        brought(tmp_path, x_train=x, y_train=y, x_test=test, y_test=np.arange(20) % 2)
        events = list(dlcore.train(experiment(task="multiclass")))
        ends.append([each for each in events if isinstance(each, EpochEnded)][-1])
        assert np.array_equal(rows().x[40:], test)
    assert ends[0].train == ends[1].train
    assert ends[0].validation == ends[1].validation
    scaler = loaded(task="multiclass").scaling["x"]
    taught = dlcore.load(experiment(task="multiclass", scale="none")).train.x.double()
    assert scaler["offset"] == pytest.approx(taught.mean(dim=0).tolist(), abs=1e-6)


def test_a_validation_part_that_came_judges_unless_none_is_wanted(tmp_path: Path) -> None:
    x = np.arange(12.0).reshape(12, 1)
    y = np.arange(12) % 2
    found = brought(tmp_path, x_train=x[:6], y_train=y[:6], x_val=x[6:9], y_val=y[6:9], x_test=x[9:], y_test=y[9:])
    assert found.parts == (6, 3, 3)
    assert "6 examples teach, 3 judge, and 3 are the test part" in str(kinds(found)["arrays-are-parts"].sentence)
    data = loaded(scale="none")
    assert sorted(data.train.x[:, 0].tolist()) == list(range(6))
    assert data.validation.x[:, 0].tolist() == [6, 7, 8]
    assert data.test.x[:, 0].tolist() == [9, 10, 11]
    none = loaded(scale="none", split={"method": "predefined", "validation": 0})
    assert sorted(none.train.x[:, 0].tolist()) == list(range(9))
    assert (len(none.validation), none.test.x[:, 0].tolist()) == (0, [9, 10, 11])


def test_the_learner_may_divide_all_rows_anew(tmp_path: Path) -> None:
    case(tmp_path, "keras_layout.npz")
    data = loaded(split={"method": "holdout", "test": 0.5, "validation": 0.1})
    assert (len(data.train), len(data.validation), len(data.test)) == (16, 4, 20)
    with pytest.raises(ExperimentError, match="choose kfold as the method"):
        folds(experiment())
    assert len(folds(experiment(split={"method": "kfold", "folds": 3}))) == 3


def test_data_that_came_in_one_piece_are_held_out_and_not_predefined(tmp_path: Path) -> None:
    brought(tmp_path, x=np.ones((8, 2)), y=np.arange(8) % 2)
    assert experiment().dataset.split == Split()
    with pytest.raises(DataError, match="did not come divided"):
        loaded(split={"method": "predefined"})
    with pytest.raises(DataError, match="did not come divided"):
        dlcore.load(Experiment.from_dict({**experiment().to_dict(), "dataset": {
            "name": "digits", "split": {"method": "predefined"}}}))  # fmt: skip


def test_an_experiment_says_the_split_that_followed_from_its_data(tmp_path: Path) -> None:
    case(tmp_path, "keras_layout.npz")
    written = experiment().to_dict()
    assert written["dataset"]["split"] == {"method": "predefined", "validation": 0.1}
    brought(tmp_path, x=np.ones((8, 2)), y=np.arange(8) % 2)
    assert Experiment.from_dict(written).dataset.split == PredefinedSplit()


# Names


X, Y, SMALL_X, SMALL_Y = np.arange(24.0).reshape(8, 3), np.arange(8) % 2, np.ones((4, 3)), np.arange(4) % 2


@pytest.mark.parametrize(
    "names",
    ["x y", "X y", "X Y", "images labels", "data target", "features targets", "train_images train_labels",
     "arr_0 arr_1",
     "inputs outputs", "x_train y_train", "pixels kinds", "X_data Y_data", "data labels", "Xtrain ytrain"],
)  # fmt: skip
def test_x_and_y_are_found_by_their_names(tmp_path: Path, names: str) -> None:
    x, y = names.split()
    found = brought(tmp_path, **{x: X, y: Y})
    assert (found.rows, found.shape, found.counts, found.parts) == (8, (3,), (4, 4), ())
    assert np.array_equal(rows().x, X)
    assert ("arrays-by-shape" in kinds(found)) == (names in ("arr_0 arr_1", "pixels kinds"))


@pytest.mark.parametrize(
    "names",
    ["x_train y_train x_test y_test", "X_train Y_train X_test Y_test",
     "train_images train_labels test_images test_labels",
     "trainX trainY testX testY", "train_set_x train_set_y test_set_x test_set_y", "Xtrain ytrain Xtest ytest",
     "train_data train_target test_data test_target", "train train_labels test test_labels", "x_tr y_tr x_te y_te",
     "xTrain yTrain xTest yTest", "training_features training_labels testing_features testing_labels",
     "x y x_test y_test", "arr_0 arr_1 arr_2 arr_3"],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_parts_are_found_by_their_names_in_any_order(tmp_path: Path, names: str, turned: bool) -> None:
    arrays = dict(zip(names.split(), (X, Y, SMALL_X, SMALL_Y), strict=True))
    order = [*arrays][::-1] if turned and "arr_0" not in arrays else [*arrays]
    found = brought(tmp_path, **{name: arrays[name] for name in order})
    assert found.parts == (8, 0, 4)
    assert np.array_equal(rows().x, np.concatenate([X, SMALL_X]))


def test_numbered_arrays_of_a_divided_file_are_paired_in_either_order(tmp_path: Path) -> None:
    found = brought(tmp_path, arr_0=X, arr_1=SMALL_X, arr_2=Y, arr_3=SMALL_Y)  # as train_test_split returns them
    assert found.parts == (8, 0, 4)
    assert "arr_0 → arr_2, arr_1 → arr_3" in str(kinds(found)["arrays-by-shape"].sentence)


def test_what_is_neither_is_left_aside_and_named(tmp_path: Path) -> None:
    found = brought(tmp_path, data=X, target=Y, feature_names=np.array(["a", "b", "c"]),
                    target_names=np.array(["n", "y"]),
                    sample_weight=np.ones(8))  # fmt: skip
    assert found.rows == 8
    aside = kinds(found)["arrays-left-aside"]
    assert (aside.count, set(aside.places)) == (3, {"feature_names", "target_names", "sample_weight"})
    found = brought(tmp_path, x_train=X, y_train=Y, x_test=SMALL_X, mean=X[0], std=X[0], junk=np.array([{}], object))
    assert (found.rows, found.parts) == (8, ())
    assert set(kinds(found)["arrays-left-aside"].places) == {"x_test", "mean", "std", "junk"}
    found = brought(tmp_path, images=X, labels=Y, classes=np.array(["n", "y"]))
    assert kinds(found)["arrays-left-aside"].places == ("classes",)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"images": X, "data": X, "y": Y}, "cannot be told from data 8×3, images 8×3, y 8"),
        ({"a": X, "b": X}, "cannot be told from a 8×3, b 8×3"),
        ({"x": X, "X": X, "y": Y}, "cannot be told"),
        ({"x_train": X, "x_test": SMALL_X, "y_test": SMALL_Y}, "it holds x_test 4×3, x_train 8×3, y_test 4"),
        ({"arr_0": X}, "it holds arr_0 8×3"),
        ({"weights": X, "names": Y}, "must hold the arrays x and y"),
        ({"x_train": X, "y_train": Y, "x_test": SMALL_X[:, :2], "y_test": SMALL_Y}, "all examples must have one size"),
        ({"x_train": X, "y_train": Y, "x_test": SMALL_X, "y_test": Y}, "4 rows, but data.npz, y_test has 8"),
        ({"x_train": X, "y_train": Y, "x_test": SMALL_X, "y_test": SMALL_Y.astype(str)}, "y_train holds int64"),
    ],
)
def test_what_cannot_be_told_is_a_sentence_that_names_the_arrays(tmp_path: Path, arrays: Any, words: str) -> None:
    assert words in refusal(tmp_path, npz(**arrays), "data.npz")


# Answers


def test_whole_numbers_may_be_classes_or_amounts(tmp_path: Path) -> None:
    came = case(tmp_path, "integer_ages.npz")
    assert about().task == "regression"  # forty ages of forty people
    assert loaded(scale_target="none", split={"test": 0, "validation": 0}).train.y.sum() == came["y"].sum()
    assert np.array_equal(rows(task="regression").y, came["y"])
    assert about(task="multiclass").classes == tuple(map(str, np.unique(came["y"])))
    assert rows(task="multiclass").y.tolist() == np.unique(came["y"], return_inverse=True)[1].tolist()
    with pytest.raises(ExperimentError, match=r"must be one of regression, multiclass for this data"):
        about(task="multilabel")


@pytest.mark.parametrize(
    ("y", "suggested", "told"),
    [
        (np.arange(60) % 3, "multiclass", False),
        (np.arange(60) % 2, "binary", False),
        (np.arange(60) % 3 + 1, "multiclass", False),
        (np.arange(60) % 6 + 3, "multiclass", True),  # a grade from 3 to 8
        (np.arange(60) % 2 * 2 - 1, "binary", True),  # -1 and 1
        (np.arange(520) % 26, "multiclass", True),  # letters, often enough each
        (np.arange(60) % 26, "regression", True),  # hardly any of each
        (np.arange(600) % 30 * 5, "regression", True),  # with gaps: prices
        (np.arange(60.0) % 4, "multiclass", False),
        (np.arange(1500), "regression", False),  # more than could be classes
    ],
)
def test_what_whole_numbers_suggest_and_that_both_are_allowed(
    tmp_path: Path, y: Any, suggested: str, told: bool
) -> None:
    found = brought(tmp_path, x=np.ones((len(y), 2)), y=y)
    assert about().task == suggested
    assert about(task="regression").classes == ()
    assert np.array_equal(rows(task="regression").y, y)
    assert ("whole-numbers" in kinds(found)) == told
    if len(np.unique(y)) <= 1000:
        assert about(task="multiclass").classes == tuple(str(int(each)) for each in np.unique(y))


@pytest.mark.parametrize("kind", ["int8", "uint8", "int64", "float16", "float64", ">i4", "bool"])
@pytest.mark.parametrize("column", [False, True])
def test_a_number_of_any_type_names_the_same_classes(tmp_path: Path, kind: str, column: bool) -> None:
    y = (np.arange(8) % 2).astype(kind)
    brought(tmp_path, x=X, y=y[:, None] if column else y)
    assert about().classes == (("False", "True") if kind == "bool" else ("0", "1"))
    assert rows().y.tolist() == [0, 1] * 4
    assert loaded(split={"test": 0.25, "validation": 0.25}).train.y.shape[1:] == (1,)
    if kind == "bool":
        with pytest.raises(ExperimentError, match="must be one of binary, multiclass"):
            about(task="regression")


@pytest.mark.parametrize("kind", [str, bytes])
def test_texts_name_classes(tmp_path: Path, kind: type) -> None:
    names = ["猫", "dog"] if kind is str else ["Katze", "Hündin"]
    encoded = [each.encode() if kind is bytes else each for each in names]
    brought(tmp_path, x=X, y=np.array(encoded * 4))
    assert about().classes == tuple(sorted(names))
    assert rows().y.tolist() == [sorted(names).index(each) for each in names * 4]


@pytest.mark.parametrize("kind", ["uint8", "int64", "float32", "bool"])
def test_one_hot_is_classes_and_several_ones_are_labels(tmp_path: Path, kind: str) -> None:
    found = brought(tmp_path, x=X, y=np.eye(4)[[0, 1, 2, 3, 3, 2, 1, 0]].astype(kind))
    assert (about().task, about().classes) == ("multiclass", ("0", "1", "2", "3"))
    assert rows().y.tolist() == [0, 1, 2, 3, 3, 2, 1, 0]
    assert "its 4 columns are read as the classes 0 to 3" in str(kinds(found)["one-hot"].sentence)
    y = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0], [1, 1, 1]] * 2)
    found = brought(tmp_path, x=X, y=y.astype(kind))
    assert (about().task, about().outputs, found.counts) == ("multilabel", 3, (4, 6, 2))
    assert np.array_equal(rows().y, y)


def test_amounts_keep_more_digits_than_32_bits_have(tmp_path: Path) -> None:
    y = 1_600_000_000 + np.arange(280)
    brought(tmp_path, x=np.ones((280, 2)), y=y)
    assert np.array_equal(rows(task="regression").y, y)
    brought(tmp_path, x=np.ones((280, 2)), y=y + 0.5)
    assert np.array_equal(rows().y, y + 0.5)


def test_counting_classes_are_told_from_amounts() -> None:
    assert not are_amounts([str(each) for each in range(100)], [600] * 100)  # CIFAR-100
    assert not are_amounts([str(each) for each in range(1, 27)], [20] * 26)  # letters from 1
    assert are_amounts([str(each) for each in range(1, 27)], [20] * 25 + [1])
    assert are_amounts([str(each) for each in range(16, 90)], [100] * 74)


# Examples


@pytest.mark.parametrize("kind", ["bool", "int16", "uint16", "float16", "float64", ">f4"])
def test_examples_of_any_type_are_what_they_were(tmp_path: Path, kind: str) -> None:
    x = np.random.default_rng(0).integers(0, 2, (8, 6, 5, 3)).astype(kind)
    found = brought(tmp_path, x=x, y=Y)
    assert (found.shape, found.channels_last) == ((3, 6, 5), True)
    assert np.array_equal(rows().x, x.transpose(0, 3, 1, 2).astype("float32"))


def test_parts_of_different_types_are_kept_in_one(tmp_path: Path) -> None:
    small = SMALL_X.astype("float32") / 3
    found = brought(
        tmp_path, x_train=np.arange(24).reshape(8, 3).astype("uint8"), y_train=Y, x_test=small, y_test=SMALL_Y
    )
    assert found.numbers == "float32"
    assert np.array_equal(rows().x[8:], small)


@pytest.mark.parametrize(
    ("value", "words"),
    [(np.nan, "row 3: there is a value that is not a finite number"), (-np.inf, "row 3: there is a value that is not"),
     (1e39, "row 3: there is a number beyond 3.4e+38")],
)  # fmt: skip
def test_what_is_no_number_is_named_with_its_row(tmp_path: Path, value: float, words: str) -> None:
    x = X.copy()
    x[2, 1] = value
    assert words in refusal(tmp_path, npz(x=x, y=Y), "data.npz")


def test_whole_numbers_that_cannot_be_kept_exactly_are_told(tmp_path: Path) -> None:
    found = brought(tmp_path, x=np.full((8, 1), 2**24 + 1), y=Y)
    assert "beyond 16,777,216" in str(kinds(found)["whole-numbers-rounded"].sentence)
    assert not brought(tmp_path, x=np.full((8, 1), 2**24), y=Y).repairs


# IDX


@pytest.mark.parametrize("packed", [False, True])
def test_idx_files_of_two_parts_are_one_data_set(tmp_path: Path, packed: bool) -> None:
    x, y = np.random.default_rng(0).integers(0, 255, (9, 4, 4)).astype("u1"), (np.arange(9) % 3).astype("u1")
    squeeze, end = (gzip.compress, ".gz") if packed else (bytes, "")
    files = [given(tmp_path, squeeze(idx(each)), f"{name}-ubyte{end}") for name, each in (
        ("t10k-labels-idx1", y[6:]), ("train-images-idx3", x[:6]), ("t10k-images-idx3", x[6:]),
        ("train-labels-idx1", y[:6])
    )]  # fmt: skip
    found = read(files, tmp_path / "rows")
    lay_out(found, tmp_path / "rows")
    assert found.parts == (6, 0, 3)  # type: ignore[union-attr]
    assert np.array_equal(rows().x[:, 0], x)
    with pytest.raises(UploadError, match="IDX comes as a pair"):
        read(files[:3], tmp_path / "rows")


def test_labels_of_an_idx_file_may_be_amounts(tmp_path: Path) -> None:
    x, y = np.zeros((40, 2, 2), "u1"), np.linspace(0, 1, 40).astype("f8")
    pair = [given(tmp_path, idx(x), "a-images-idx3-ubyte"), given(tmp_path, idx(y), "a-labels-idx1-ubyte")]
    lay_out(read(pair, tmp_path / "rows"), tmp_path / "rows")
    assert about().task == "regression"
    assert np.array_equal(rows().y, y)
    with pytest.raises(UploadError, match="as many dimensions"):
        read([given(tmp_path, idx(y), "a-idx1-ubyte"), given(tmp_path, idx(y), "b-idx1-ubyte")], tmp_path / "rows")


def test_the_network_that_learned_is_asked_with_the_sealed_part_as_it_came(tmp_path: Path) -> None:
    came = case(tmp_path, "keras_layout.npz")
    data = loaded()
    offset, scale = (torch.tensor(data.scaling["x"][each], dtype=torch.float64) for each in ("offset", "scale"))
    expected = (torch.from_numpy(came["x_test"].reshape(10, -1)).double() - offset) / scale
    assert torch.allclose(data.test.x.reshape(10, -1).double(), expected, atol=1e-5)


def test_what_was_kept_by_earlier_versions_is_read_as_it_was(tmp_path: Path) -> None:
    came = {"kind": "arrays", "format": "npz", "rows": 4, "shape": [2], "numbers": "float32", "answers": "numbers",
            "classes": [], "counts": [], "channels_last": False}  # fmt: skip
    schema = pa.schema([("x", pa.binary(8)), ("y", pa.float32())])
    x, y = np.arange(8, dtype="float32").reshape(4, 2), np.array([0.5, 1, 2, 3], "float32")
    rows_ = pa.table([[each.tobytes() for each in x], y], schema=schema)
    parquet.write_table(rows_, tmp_path / "rows.parquet")
    lay_out(from_json(came), tmp_path / "rows.parquet")
    assert np.array_equal(rows().x, x)
    assert rows().y.tolist() == y.tolist()
    assert experiment().dataset.split == Split()
    lay_out(
        from_json({**came, "answers": "classes", "classes": ["0", "1"], "counts": [2, 2]}), tmp_path / "rows.parquet"
    )
    with pytest.raises(ExperimentError, match="must be one of binary, multiclass"):
        about(task="regression")
    pictures = {"kind": "images", "format": "zip", "rows": 2, "classes": ["a", "b"], "counts": [1, 1], "colour": True,
                "smallest": [9, 9], "largest": [9, 9]}  # fmt: skip
    assert (from_json(pictures).repairs, from_json(pictures).parts) == ((), ())  # type: ignore[union-attr]
