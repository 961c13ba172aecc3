"""A bundle answers as the app did: its own verify.py says so, with nothing of this library at hand."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import os
import pickle
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcore import network
from dlcore.data.uploads import upload_access
from dlcore.errors import DlcoreError, ExportError
from dlcore.experiment import Experiment
from dlcore.export.bundle import metrics, pack, reading, write
from dlcore.export.bundle.replay import replay
from dlcore.export.weights import save
from dlcore.i18n import language
from dlcore.inference.trained import Trained
from dlcore.presets import PRESETS
from dlcore.training.events import EpochEnded
from dlcore.training.loop import Trainer
from tests.data.test_own_archives import overlapping
from tests.export.environments import installed, linked
from tests.export.test_weights import Canary, torch_file
from tests.sampling import examples

EVERY_VERIFY = """
import contextlib, io, os, pathlib, runpy, sys
for folder in sys.argv[1:]:
    for name in ("model", "predict"):
        sys.modules.pop(name, None)
    sys.path[0] = folder
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            runpy.run_path(str(pathlib.Path(folder, "verify.py")))
        except SystemExit as end:
            print("status", end.code)
    assert "dlcore" not in sys.modules
    print(pathlib.Path(folder).name, said.getvalue().split()[-1], said.getvalue().splitlines()[0])
"""


def trained(experiment: Experiment, name: str = "my network") -> Trained:
    """An experiment after an epoch on a few rows."""
    plain = experiment.to_dict()
    plain["training"] |= {"epochs": 1, "device": "cpu"}
    plain["dataset"] |= {"limit": 40}
    trainer = Trainer(Experiment.from_dict(plain))
    events = [event for event in trainer.run() if event is not None]
    best, scores = trainer.progress.best_epoch, trainer.progress.scores["best"]
    return Trained(trainer.experiment, trainer.best_weights, "best", best, scores, events, name, "r1")


def verified(folders: list[Path]) -> dict[str, tuple[str, float]]:
    """(exit status, largest difference) of the verify.py in each folder, run one after another outside this process."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "-c", EVERY_VERIFY, *map(str, folders)], capture_output=True, text=True,
                          cwd=folders[0], env=clean, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [line.split() for line in done.stdout.splitlines()]
    return {row[0]: (row[1], float(row[7])) for row in rows}


@pytest.mark.slow
def test_the_bundle_of_every_preset_verifies_and_replays(tmp_path: Path) -> None:
    for name in PRESETS:
        experiment = PRESETS[name].at_hand
        (tmp_path / name).mkdir()
        write(Trained(experiment, network.build(experiment).state_dict(), "last", 0), tmp_path / name)
        (tmp_path / f"{name}.zip").write_bytes(pack(tmp_path / name))
    found = verified([tmp_path / name for name in PRESETS])
    assert {name: status for name, (status, _) in found.items()} == dict.fromkeys(PRESETS, "0")
    assert max(difference for _, difference in found.values()) <= 1e-5
    assert all(replay(tmp_path / f"{name}.zip").agrees for name in PRESETS)


TABLE = "plant,height,found,leaf,note,plot\n" + "".join(
    f"{'=fern' if n % 3 else 'moss'},{'' if n % 7 == 0 else n * 0.37},2024-0{1 + n % 9}-11,"
    f"{'round' if n % 2 else 'long'},it is {'very' if n % 3 else 'not'} green number {n},"
    f"{'' if n % 11 == 0 else n % 4}\n"
    for n in range(90)
)


CHOSEN: dict[str, dict[str, Any]] = {
    "cells": {"target": "plant", "columns": ["height", "leaf", "found"]},
    "number": {"target": "height", "columns": ["leaf"]},
    "cleaned": {"target": "plant", "columns": ["height", "leaf", "found"], "recipe": [
        {"step": "DropDuplicates"}, {"step": "Outliers", "method": "iqr", "action": "clip"},
        {"step": "FillMissing", "strategy": "mean", "columns": ["height"]},
        {"step": "Encode", "to": "ordinal", "columns": ["leaf"]},
    ]},
    "codes": {"target": "plant", "columns": ["height", "plot"], "recipe": [{"step": "Encode", "columns": ["plot"]}]},
    "words": {"target": "plant", "text": "note", "length": 6},
    "characters": {"target": "plant", "text": "note", "length": 12, "level": "character"},
}  # fmt: skip


def test_a_learners_own_table_is_read_by_predict_as_it_was_here(tmp_path: Path) -> None:
    (tmp_path / "plants.csv").write_text(TABLE, encoding="utf-8")
    upload_access.allow_files(tmp_path)
    for name, chosen in CHOSEN.items():
        tokens = [{"layer": "Embedding", "embedding_dim": 3}, {"layer": "Flatten"}] if "text" in chosen else []
        loss = "MSELoss" if chosen["target"] == "height" else "BCEWithLogitsLoss"
        experiment = Experiment.from_dict({
            "dataset": {"name": "file:plants.csv", **chosen},
            "network": [*tokens, {"layer": "Output"}],
            "training": {"loss": loss, "optimizer": "Adam", "epochs": 1, "device": "cpu"},
        })  # fmt: skip
        (tmp_path / name).mkdir()
        write(trained(experiment), tmp_path / name)
        (tmp_path / f"{name}.zip").write_bytes(pack(tmp_path / name))
    assert {
        name: status for name, (status, _) in verified([tmp_path / name for name in CHOSEN]).items()
    } == dict.fromkeys(CHOSEN, "0")
    answers = predicted(tmp_path / "cells", tmp_path / "plants.csv")
    assert len(answers) == 90
    assert all(set(answer["probabilities"]) == {"=fern", "moss"} for answer in answers)
    assert set(predicted(tmp_path / "words", "it is green")[0]["probabilities"]) == {"=fern", "moss"}
    (tmp_path / "plants.csv").unlink()  # whoever replays it does not have the data
    assert all(replay(tmp_path / f"{name}.zip").agrees for name in CHOSEN)


def test_the_script_of_a_run_that_began_with_weights_begins_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = trained(PRESETS["iris-softmax"].experiment)
    start = {"weights": "a" * 64, "origin": "an earlier run"}
    trainer = Trainer(Experiment.from_dict({**first.experiment.to_dict(), "start": start}), start=dict(first.state))
    events = [event for event in trainer.run() if event is not None]
    best, scores = trainer.progress.best_epoch, trainer.progress.scores["best"]
    weights = trainer.best_weights
    write(Trained(trainer.experiment, weights, "best", best, scores, events, "went on", "r2", first.state), tmp_path)
    monkeypatch.chdir(tmp_path)
    said = runpy.run_path("train.py")["history"]
    ended = [event for event in events if isinstance(event, EpochEnded)]
    assert said == [(each.train.loss, each.validation.loss) for each in ended if each.validation]


def predicted(folder: Path, given: str | Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "predict.py", str(given)], cwd=folder, capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_metrics_are_a_table_that_no_spreadsheet_takes_for_formulas() -> None:
    learned = trained(PRESETS["iris-softmax"].experiment, name="=1+1")
    head, *rows = csv.reader(io.StringIO(metrics.metrics_csv(learned)))
    assert {row[head.index("run")] for row in rows} == {"'=1+1"}
    assert [float(row[head.index("validation_loss")]) for row in rows] == [
        event.validation.loss for event in metrics.epochs(learned.events) if event.validation
    ]
    assert [metrics.cell(each) for each in ("+a", "-b", "@c", "d", -1.5, None)] == [
        "'+a",
        "'-b",
        "'@c",
        "d",
        -1.5,
        None,
    ]


def test_a_run_leaves_as_tensorboard_reads_it(tmp_path: Path) -> None:
    learned = trained(PRESETS["iris-softmax"].experiment)
    metrics.write_tensorboard(learned, tmp_path)
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("events.out.tfevents")
    assert b"loss/validation" in file.read_bytes()


def test_the_model_card_speaks_the_chosen_language_and_takes_no_name_for_html(tmp_path: Path) -> None:
    with language("zh_CN"):
        write(trained(PRESETS["iris-softmax"].experiment, name="<img src=x> *my*"), tmp_path)
    card = (tmp_path / "README.md").read_text("utf-8")
    assert "如何引用" in card
    assert "# &lt;img src=x&gt; \\*my\\*" in card
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


# A bundle that came from anywhere


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    write(trained(PRESETS["iris-softmax"].experiment), folder)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def zipped(files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def with_file(files: dict[str, bytes], name: str, content: bytes) -> dict[str, bytes]:
    """The same with another content of a file, and a manifest that knows of it."""
    manifest = json.loads(files["bundle.json"])
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    return {**files, name: content, "bundle.json": json.dumps(manifest).encode()}


def test_what_was_changed_is_named_and_what_is_missing_too(whole: dict[str, bytes]) -> None:
    assert reading.read_bundle(zipped(whole), "b.zip").experiment().network
    with pytest.raises(ExportError, match=r"b\.zip: model\.py was changed"):
        reading.read_bundle(zipped({**whole, "model.py": b"print()"}), "b.zip")
    with pytest.raises(ExportError, match=r"extra\.py was changed"):
        reading.read_bundle(zipped({**whole, "extra.py": b""}), "b.zip")
    for name in reading.NEEDED:
        with pytest.raises(ExportError, match=f"{name} is missing"):
            reading.read_bundle(zipped({key: value for key, value in whole.items() if key != name}), "b.zip")


def test_a_bundle_of_earlier_versions_with_other_scripts_is_opened_and_agrees(
    whole: dict[str, bytes], tmp_path: Path
) -> None:
    shared = {f"{name}.py" for name in ("postprocess", "row_cells", "asked", "parsing")}
    assert shared <= set(whole)
    manifest = json.loads(whole["bundle.json"])
    manifest["files"] = {name: digest for name, digest in manifest["files"].items() if name not in shared}
    kept = {name: content for name, content in whole.items() if name not in shared}
    kept = with_file({**kept, "bundle.json": json.dumps(manifest).encode()}, "predict.py", b"print('as it was')\n")
    (tmp_path / "b.zip").write_bytes(zipped(kept))
    assert replay(tmp_path / "b.zip").agrees


def test_weights_that_answer_differently_do_not_agree(whole: dict[str, bytes], tmp_path: Path) -> None:
    other = network.build(PRESETS["iris-softmax"].experiment).state_dict()
    changed = save({name: tensor + 1 for name, tensor in other.items()}, "safetensors")
    (tmp_path / "b.zip").write_bytes(zipped(with_file(whole, "weights.safetensors", changed)))
    assert not replay(tmp_path / "b.zip").agrees


@pytest.mark.parametrize("name", ["../model.py", "/etc/x", "a\\b", "a/b", "%2e%2e/x"])
def test_a_name_never_becomes_a_path(name: str, whole: dict[str, bytes]) -> None:
    with pytest.raises(ExportError, match=r"not opened|was changed"):
        reading.read_bundle(zipped({**whole, name: b""}), "b.zip")


def test_bombs_are_refused_before_they_are_large(whole: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BUNDLE_UNPACKED", 2_000_000)
    with pytest.raises(ExportError, match="more than 2 MB"):
        reading.read_bundle(zipped({"bundle.json": bytes(3_000_000)}), "b.zip")
    monkeypatch.undo()
    monkeypatch.setattr(reading.Archive, "open", lambda *_given: pytest.fail("it is not to be unpacked"))
    packed = zipped({**whole, "weights.safetensors": bytes(100_000_000)})
    assert len(packed) < 300_000
    with pytest.raises(ExportError, match="more than 20 MB"):
        reading.read_bundle(packed, "b.zip")
    raw = zipped({f"{number}": b"x" for number in range(101)})
    with pytest.raises(ExportError, match="101 files; at most 100"):
        reading.read_bundle(raw, "b.zip")


def test_files_of_a_bundle_that_share_their_bytes_are_refused() -> None:
    with pytest.raises(ExportError, match="shares its bytes"):
        reading.read_bundle(overlapping(), "b.zip")


def test_no_code_in_a_bundle_ever_runs(whole: dict[str, bytes], tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    code = f"import os; os.mkdir({str(canary)!r})".encode()
    scripts = whole
    for name in ("model.py", "predict.py", "train.py", "verify.py"):
        scripts = with_file(scripts, name, code)
    (tmp_path / "b.zip").write_bytes(zipped(scripts))
    assert replay(tmp_path / "b.zip").agrees
    for weights in (pickle.dumps(Canary(canary)), torch_file({"0.weight": Canary(canary)})):
        (tmp_path / "b.zip").write_bytes(zipped(with_file(whole, "weights.safetensors", weights)))
        with pytest.raises(DlcoreError):
            replay(tmp_path / "b.zip")
    tagged = with_file(whole, "experiment.yaml", f"!!python/object/apply:os.mkdir ['{canary}']".encode())
    with pytest.raises(DlcoreError, match="not plain YAML"):
        reading.read_bundle(zipped(tagged), "b.zip").experiment()
    assert not canary.exists()


@settings(max_examples=examples(60), deadline=None)
@given(data=st.data())
def test_whatever_a_file_holds_the_answer_is_a_bundle_or_a_sentence(
    whole: dict[str, bytes], data: st.DataObject
) -> None:
    raw = bytearray(zipped(whole))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), min_size=1, max_size=20)):
        raw[place] = data.draw(st.integers(0, 255))
    with contextlib.suppress(DlcoreError):
        reading.read_bundle(bytes(raw[: data.draw(st.integers(0, len(raw)))]), "b.zip")


@pytest.mark.parametrize("name", ["samples.json", "preprocessing.json", "classes.json", "bundle.json"])
@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"format": 1}', b"[" * 100_000, b'{"format": 1, "inputs": 3}']
)
def test_strange_contents_are_answered_with_a_sentence(
    name: str, content: bytes, whole: dict[str, bytes], tmp_path: Path
) -> None:
    files = {**whole, name: content} if name == "bundle.json" else with_file(whole, name, content)
    (tmp_path / "b.zip").write_bytes(zipped(files))
    with pytest.raises(DlcoreError):
        replay(tmp_path / "b.zip")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("made", [linked, pytest.param(installed, marks=pytest.mark.long)])
def test_verify_passes_in_a_fresh_environment_with_only_its_requirements(
    tmp_path: Path, made: Callable[[Path, Path], Path]
) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    write(trained(PRESETS["digits-cnn"].experiment), folder)
    python = made(folder / "requirements.txt", tmp_path / "fresh")
    for script in ("verify.py", "train.py"):
        done = subprocess.run([str(python), script], cwd=folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert "epoch 1: training loss" in done.stdout
