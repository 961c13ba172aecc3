"""`import` on the command line: what is wrong gets one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlcore.access import ME, student
from dlcore.cli import WRONG, main
from dlcore.data.uploads import upload_access
from dlcore.experiment import Experiment
from dlcore.export.bundle import pack, write
from dlcore.inference.trained import Trained
from dlcore.runs import Runs, Settings
from dlcore.training.events import EpochEnded
from dlcore.training.loop import Trainer

IRIS = Experiment.from_dict({
    "dataset": {"name": "iris"},
    "network": [{"layer": "Output"}],
    "training": {"loss": "CrossEntropyLoss", "optimizer": {"name": "SGD", "lr": 0.1}, "epochs": 2, "device": "cpu"},
})  # fmt: skip


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04", b"no zip at all"])
def test_what_is_no_bundle_is_refused_in_one_sentence(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path / "home"))
    file = tmp_path / "mine.zip"
    if content is not None:
        file.write_bytes(content)
    assert main(["import", str(file)]) == WRONG
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.strip().splitlines()) == 1
    assert "mine.zip" in printed.err


def test_an_experiment_whose_weights_are_elsewhere_is_refused_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path / "home"))
    file = tmp_path / "experiment.yaml"
    file.write_text(
        "dataset: {name: iris}\nnetwork: [{layer: Output}]\n"
        "training: {loss: CrossEntropyLoss, optimizer: Adam, epochs: 1}\n"
        f"start: {{weights: {'a' * 64}, origin: digits 3}}\n"
    )
    assert main(["train", str(file)]) == WRONG
    assert capsys.readouterr().err == "The weights to begin with are not here: digits 3.\n"


def test_what_was_imported_is_trained_further_from_what_it_had_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("dlcore.export.bundle.writing.curves_png", lambda _: b"")
    trainer = Trainer(IRIS)
    ended = [event for event in trainer.run() if isinstance(event, EpochEnded)]
    (tmp_path / "bundle").mkdir()
    write(Trained(trainer.experiment, trainer.last_weights, "last", 2, name="my iris"), tmp_path / "bundle")
    (tmp_path / "iris.zip").write_bytes(pack(tmp_path / "bundle"))
    assert main(["import", str(tmp_path / "iris.zip"), "--app", "http://there:1234"]) == 0
    printed = capsys.readouterr()
    (tmp_path / "experiment.yaml").write_text(printed.out, "utf-8")
    assert main(["train", str(tmp_path / "experiment.yaml"), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    begun = next(event for event in events if event.get("epoch") == 0)
    assert begun["validation"]["loss"] == ended[-1].validation.loss
    assert begun["validation"]["loss"] != ended[0].validation.loss
    with Runs(Settings(home=tmp_path / "home")) as runs:  # what the browser does with the printed address
        code = printed.err.partition("http://there:1234/?import=")[2].strip()
        assert runs.open_import_link(code, student("a-browser")).start.origin == "iris.safetensors"


def test_a_bundle_whose_data_are_not_here_says_so_and_goes_on_where_they_are_brought(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("dlcore.export.bundle.writing.curves_png", lambda _: b"")
    table = tmp_path / "points.csv"
    table.write_text("x,y\n" + "".join(f"{n},{2 * n}\n" for n in range(60)))
    with Runs(Settings(home=tmp_path / "there")) as runs, upload_access.using(runs.upload_access(ME)):
        there = runs.upload(table, ME, target="y")
        experiment = Experiment.from_dict({
            "dataset": {"name": there.dataset, "target": "x"},
            "network": [{"layer": "Output"}],
            "training": {"loss": "MSELoss", "optimizer": {"name": "SGD", "lr": 0.1}, "epochs": 2, "device": "cpu"},
        })  # fmt: skip
        trainer = Trainer(experiment)
        ended = [event for event in trainer.run() if isinstance(event, EpochEnded)]
        (tmp_path / "bundle").mkdir()
        write(Trained(experiment, trainer.last_weights, "last", 2, name="points"), tmp_path / "bundle")
    (tmp_path / "points.zip").write_bytes(pack(tmp_path / "bundle"))
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path / "home"))
    assert main(["import", str(tmp_path / "points.zip")]) == 0
    printed = capsys.readouterr()
    assert f"There is no data set {there.dataset} here" in printed.err
    assert "write their id into the experiment" in printed.err
    assert main(["upload", str(table)]) == 0
    here = capsys.readouterr().out.strip()
    (tmp_path / "experiment.yaml").write_text(printed.out.replace(there.dataset, here), "utf-8")
    assert main(["train", str(tmp_path / "experiment.yaml"), "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    begun = next(event for event in events if event.get("epoch") == 0)
    assert begun["validation"]["loss"] == ended[-1].validation.loss
