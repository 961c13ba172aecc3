"""What was taken for parts, and what whole numbers are, can be said otherwise when pictures and arrays are brought."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import dlcore
from dlcore.access import OPERATOR
from dlcore.cli import main
from dlcore.data.uploads.choice import tasks_of
from dlcore.data.uploads.description import Arrays
from dlcore.experiment import Experiment
from dlcore.runs import open as open_runs


def pictures(folder: Path, *names: str) -> Path:
    with zipfile.ZipFile(folder / "own.zip", "w") as made:
        for number, name in enumerate(names):
            picture = io.BytesIO()
            Image.new("L", (12, 10), 3 * number).save(picture, "PNG")
            made.writestr(name, picture.getvalue())
    return folder / "own.zip"


PARTED = [f"{part}/{kind}/{n}.png" for part in ("train", "test") for kind in ("cats", "dogs") for n in range(20)]


def arrays(folder: Path, **named: Any) -> Path:
    np.savez(folder / "own.npz", **named)
    return folder / "own.npz"


def keras(folder: Path) -> Path:
    x, y = np.arange(300, dtype=np.float32).reshape(100, 3), np.arange(100) % 3
    return arrays(folder, x_train=x[:75], y_train=y[:75], x_test=x[75:], y_test=y[75:])


def upload(path: Path, capsys: Any, *options: str) -> dict[str, Any]:
    assert main(["upload", str(path), "--json", *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def divided(dataset: str) -> Any:
    """What an experiment on it trains on and keeps sealed."""
    plain = {"dataset": {"name": dataset}, "network": [{"layer": "Flatten"}, {"layer": "Output"}],
             "training": {"optimizer": "Adam"}}  # fmt: skip
    return dlcore.load(Experiment.from_dict(plain))


def kinds(found: dict[str, Any]) -> dict[str, str]:
    return {each["kind"]: each["sentence"] for each in found["repairs"]}


def test_folders_train_and_test_are_parts_one_data_set_or_classes(tmp_path: Path, home: Path, capsys: Any) -> None:
    path = pictures(tmp_path, *PARTED)
    apart = upload(path, capsys, "--parts", "apart")
    assert apart["description"]["parts"] == upload(path, capsys)["description"]["parts"] == [40, 0, 40]
    together = upload(path, capsys, "--parts", "together")
    assert (together["description"]["classes"], together["description"]["parts"]) == (["cats", "dogs"], [])
    assert "as was asked" in kinds(together)["folders-are-parts"]
    classes = upload(path, capsys, "--parts", "classes")
    assert (classes["description"]["classes"], classes["description"]["counts"]) == (["test", "train"], [40, 40])
    assert "are classes" in kinds(classes)["folders-are-parts"]
    assert len(divided(apart["dataset"]).test.y) == 40
    assert len(divided(together["dataset"]).test.y) == 16  # a fifth of all


def test_wrapped_folders_that_hold_pictures_alone_may_be_classes(tmp_path: Path, home: Path, capsys: Any) -> None:
    path = pictures(tmp_path, *(f"all/{part}/{n}.png" for part in ("train", "test") for n in range(3)))
    assert main(["upload", str(path)]) == 2
    assert "are parts of a data set, not classes" in capsys.readouterr().err
    assert upload(path, capsys, "--parts", "classes")["description"]["classes"] == ["test", "train"]


def test_arrays_that_came_in_parts_may_be_one_data_set(tmp_path: Path, home: Path, capsys: Any) -> None:
    path = keras(tmp_path)
    apart, together = upload(path, capsys), upload(path, capsys, "--parts", "together")
    assert (apart["description"]["parts"], together["description"]["parts"]) == ([75, 0, 25], [])
    assert "100 examples are one data set" in kinds(together)["arrays-are-parts"]
    sealed = divided(apart["dataset"]).test
    assert sealed.y.tolist() == [n % 3 for n in range(75, 100)]
    assert len(divided(together["dataset"]).test.y) == 20


@pytest.mark.parametrize(
    ("answers", "task", "allowed"),
    [(None, "multiclass", ("multiclass", "regression")), ("numbers", "regression", ("regression",)),
     ("classes", "multiclass", ("multiclass",))],
)  # fmt: skip
def test_whole_numbers_are_classes_or_amounts(
    answers: str | None, task: str, allowed: tuple[str, ...], tmp_path: Path, home: Path, capsys: Any
) -> None:
    y = np.repeat([0, 1, 3], 10)
    path = arrays(tmp_path, x=np.random.default_rng(0).normal(size=(30, 4)), y=y)
    found = upload(path, capsys, *(["--answers", answers] if answers else []))
    data = divided(found["dataset"])
    assert data.about.task == task
    with open_runs() as runs:
        description = runs.find_upload(found["id"], OPERATOR).description
    assert isinstance(description, Arrays)
    assert tasks_of(description) == allowed
    if task == "regression":
        assert set(np.unique(data.train.y.numpy().round(3))) != {0, 1, 2}
        assert description.classes == ()
    else:
        assert description.classes == ("0", "1", "3")


@pytest.mark.parametrize(
    ("make", "options", "words"),
    [
        (keras, ["--parts", "classes"], "parts: 'classes' is not allowed. Allowed: 'apart', 'together'"),
        (keras, ["--delimiter", "comma"], "no text file"),
        (lambda folder: pictures(folder, *PARTED), ["--answers", "numbers"], "answers says nothing about own.zip"),
        (lambda folder: arrays(folder, x=np.ones((4, 2)), y=np.array(list("abab"))), ["--answers", "numbers"],
         "holds no whole numbers"),
        (lambda folder: arrays(folder, x=np.ones((4, 2)), y=np.array([0.5, 1, 2, 3])), ["--answers", "classes"],
         "holds no whole numbers"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_a_sentence(
    make: Any, options: list[str], words: str, tmp_path: Path, home: Path, capsys: Any
) -> None:
    assert main(["upload", str(make(tmp_path)), *options]) == 2
    assert words in capsys.readouterr().err


def test_of_a_table_there_are_no_parts(tmp_path: Path, home: Path, capsys: Any) -> None:
    (path := tmp_path / "own.csv").write_text("a,b\n1,2\n3,4\n")
    assert main(["upload", str(path), "--parts", "together"]) == 2
    assert "parts says nothing about own.csv" in capsys.readouterr().err
