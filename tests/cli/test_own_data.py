"""A learner's own data from the terminal: beside an experiment file, or kept and named by its id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dlcore.cli import main

NETWORK = "network: [{layer: Linear, out_features: 8}, {layer: ReLU}, {layer: Output}]\n"
TRAINING = "training: {loss: BCEWithLogitsLoss, optimizer: {name: Adam, lr: 0.02}, epochs: 8, device: cpu}\n"


@pytest.fixture
def cats(tmp_path: Path, home: Path) -> Path:
    """A table whose last column says whether a cat is long."""
    path = tmp_path / "cats.csv"
    path.write_text("length;who;kind\n" + "\n".join(f"{n % 9},5;[red];{'ab'[n % 9 > 4]}" for n in range(90)))
    return path


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(each) for each in arguments]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(each) for each in arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.strip().splitlines()) == 1
    return captured.err


def test_an_experiment_trains_on_the_file_that_lies_beside_it(cats: Path, capsys: Any) -> None:
    described = cats.with_name("experiment.yaml")
    described.write_text(f"dataset: {{name: 'file:{cats.name}', target: kind}}\n{NETWORK}{TRAINING}")
    lines = said(capsys, "train", described, "--json").splitlines()
    assert json.loads(lines[-1])["best"]["accuracy"] > 0.8
    described.write_text(f"dataset: {{name: 'file:dogs.csv'}}\n{NETWORK}{TRAINING}")
    assert "dogs.csv: cannot be read" in refused(capsys, "train", described)


@pytest.mark.parametrize("command", [("data", "add"), ("upload",)])
def test_a_data_set_is_brought_listed_shown_trained_on_and_removed(
    cats: Path, capsys: Any, command: tuple[str, ...]
) -> None:
    dataset = said(capsys, *command, cats, "--name", "My cats", "--target", "kind").strip()
    assert "My cats" in said(capsys, "data", "list")
    shown = said(capsys, "data", "show", dataset)
    for words in ("90 rows, 3 columns", "delimiter ';'", "decimal mark ','", "numeric", "a (50), b (40)", "[red] (90)"):
        assert words in shown
    described = json.loads(said(capsys, "data", "show", dataset.removeprefix("upload:"), "--json"))
    assert described["description"]["rows"] == 90
    experiment = cats.with_name("experiment.yaml")
    experiment.write_text(f"dataset: {{name: '{dataset}'}}\n{NETWORK}{TRAINING}")
    said(capsys, "train", experiment, "--json")
    assert said(capsys, "data", "remove", dataset) == ""
    assert json.loads(said(capsys, "data", "list", "--json")) == []
    for arguments in (("data", "show", dataset), ("data", "remove", dataset), ("train", experiment)):
        assert "There is no data set upload:" in refused(capsys, *arguments)


def test_what_cannot_be_brought_is_one_sentence(cats: Path, capsys: Any) -> None:
    cats.write_text("a,b\n1,2\n3\n")
    assert "cats.csv, row 3: there are 1 cells, but 2 columns." in refused(capsys, "data", "add", cats)
    assert "no such file" in refused(capsys, "data", "add", "gone.csv")
