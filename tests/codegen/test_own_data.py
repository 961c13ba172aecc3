"""The script of a run on a learner's own data: with the rows beside it, it says what the app says, to the last bit."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import dlcore
from dlcore.codegen import source_code
from dlcore.data.load import all_rows
from dlcore.data.uploads import upload_access
from dlcore.experiment import Experiment
from dlcore.training.events import EpochEnded

SPLITS: list[dict[str, Any]] = [
    {"method": "holdout"},
    {"method": "group", "column": "owner", "test": 0.2, "validation": 0.2},
    {"method": "time", "column": "day"},
    {"method": "group-kfold", "column": "owner", "folds": 3, "fold": 2},
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table in it that has gaps, categories and dates."""
    random, made = np.random.default_rng(0), tmp_path_factory.mktemp("beside")
    frame = pd.DataFrame({
        "length": random.normal(size=150).round(3), "colour": random.choice(["red", "black"], 150),
        "day": pd.date_range("2024-01-01", periods=150), "owner": random.integers(0, 30, 150),
    })  # fmt: skip
    frame["kind"] = np.where(frame["length"] > 0, "cat", "dog")
    frame.loc[::9, "length"] = None
    frame.to_csv(made / "cats.csv", index=False)
    return made


@pytest.mark.parametrize("split", SPLITS, ids=lambda split: split["method"])
def test_a_script_divides_as_the_app_does(folder: Path, split: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    torch.set_num_threads(1)
    upload_access.allow_files(folder)
    experiment = Experiment.from_dict({
        "dataset": {"name": "file:cats.csv", "target": "kind", "split": split, "limit": 90},
        "network": [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}],
        "training": {"loss": "BCEWithLogitsLoss", "optimizer": "Adam", "epochs": 2, "device": "cpu"},
    })  # fmt: skip
    np.savez("data.npz", **all_rows(experiment))  # type: ignore[arg-type]
    Path("train.py").write_text(source_code(experiment), encoding="utf-8")
    told = [event for event in dlcore.train(experiment) if isinstance(event, EpochEnded)]
    assert runpy.run_path("train.py")["history"] == [(each.train.loss, each.validation.loss) for each in told]  # type: ignore[union-attr]


@pytest.mark.parametrize("validation", [0.25, 0])
@pytest.mark.parametrize("judged", [False, True])
def test_a_script_keeps_the_parts_that_the_data_came_in(
    tmp_path: Path, validation: float, judged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)
    upload_access.allow_files(tmp_path)
    x, y = np.random.default_rng(0).normal(size=(90, 4)), np.arange(90) % 3
    parts = {"train": slice(0, 60), "val": slice(60, 70), "test": slice(70, 90)}
    kept = {f"{name}_{part}": rows[inside] for part, inside in parts.items() for name, rows in (("x", x), ("y", y))
            if judged or part != "val"}  # fmt: skip
    np.savez("cats.npz", **kept)  # type: ignore[arg-type]
    experiment = Experiment.from_dict({
        "dataset": {"name": "file:cats.npz", "split": {"method": "predefined", "validation": validation}},
        "network": [{"layer": "Linear", "out_features": 8}, {"layer": "ReLU"}, {"layer": "Output"}],
        "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "epochs": 2, "device": "cpu"},
    })  # fmt: skip
    np.savez("data.npz", **all_rows(experiment))  # type: ignore[arg-type]
    Path("train.py").write_text(source_code(experiment), encoding="utf-8")
    told = [event for event in dlcore.train(experiment) if isinstance(event, EpochEnded)]
    made = runpy.run_path("train.py")
    assert made["test"].tolist() == list(range(len(made["y"]) - 20, len(made["y"])))
    learned = [(each.train.loss, each.validation.loss if each.validation else None) for each in told]
    assert made["history"] == learned
