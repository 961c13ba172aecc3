"""What was left out while pictures and arrays were read, said at the terminal; ids alone on standard output."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dlcore.cli import main

CASES = Path(__file__).parents[1] / "cases"


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[str, str]:
    assert main([str(each) for each in arguments]) == 0
    captured = capsys.readouterr()
    return captured.out, captured.err


def test_what_was_left_aside_is_said_when_pictures_are_brought_and_shown(home: Path, capsys: Any) -> None:
    dataset, told = said(capsys, "upload", CASES / "with_readme.zip")
    assert dataset.startswith("upload:")
    assert told.strip() == "No pictures, and left aside (2): README.txt, labels.csv."
    shown, _nothing = said(capsys, "data", "show", dataset.strip())
    assert told in shown
    described = json.loads(said(capsys, "data", "show", dataset.strip(), "--json")[0])
    (repair,) = described["repairs"]
    assert repair == {"kind": "files-left-aside", "count": 2, "places": ["README.txt", "labels.csv"],
                      "sentence": told.strip()}  # fmt: skip


def test_one_json_object_and_no_more_stands_on_standard_output(home: Path, capsys: Any) -> None:
    brought = json.loads(said(capsys, "upload", CASES / "keras_layout.npz", "--json")[0])
    assert brought["description"]["parts"] == [30, 0, 10]
    assert [each["kind"] for each in brought["repairs"]] == ["arrays-are-parts"]
    assert said(capsys, "data", "show", brought["id"])[0].count("10") > 0


def test_a_file_beside_an_experiment_is_divided_as_it_came(tmp_path: Path, home: Path, capsys: Any) -> None:
    shutil.copy(CASES / "keras_layout.npz", tmp_path / "digits.npz")
    experiment = tmp_path / "experiment.yaml"
    experiment.write_text(
        "dataset: {name: 'file:digits.npz'}\nnetwork: [{layer: Flatten}, {layer: Output}]\n"
        "training: {loss: CrossEntropyLoss, optimizer: {name: Adam, lr: 0.02}, epochs: 2, device: cpu}\n"
    )
    lines = [json.loads(each) for each in said(capsys, "train", experiment, "--json")[0].splitlines()]
    assert lines[-1]["best"]
    bundle = tmp_path / "bundle.zip"
    said(capsys, "train", experiment, "--json", "--bundle", bundle)
    assert "Largest difference over 3 samples: 0 " in said(capsys, "verify", bundle)[0]
