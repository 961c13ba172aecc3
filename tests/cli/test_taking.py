"""`export`, `verify` and the ways to print code, as a terminal meets them."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from dlcore.access import ME
from dlcore.cli import main
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run


@pytest.mark.slow
def test_a_run_is_exported_and_its_bundle_verified(
    store: Runs, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = PRESETS["iris-softmax"].experiment.to_dict()
    plain["training"] |= {"epochs": 1, "device": "cpu"}
    run_id = store.submit(Experiment.from_dict(plain), ME)
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    out = tmp_path / "out.zip"
    assert main(["export", run_id, str(out)]) == 0
    assert "verify.py" in zipfile.ZipFile(out).namelist()
    assert main(["verify", str(out)]) == 0
    assert "Largest difference over 16 samples: 0 " in capsys.readouterr().out
    assert main(["export", run_id, str(tmp_path / "nowhere" / "out.zip")]) == 2
    assert "OUT: there is no folder" in capsys.readouterr().err


def test_what_is_no_bundle_and_what_is_no_run_get_a_sentence(
    store: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.zip").write_bytes(b"PK nonsense")
    assert main(["verify", str(tmp_path / "b.zip")]) == 2
    assert main(["verify", str(tmp_path / "gone.zip")]) == 2
    assert main(["export", "nobody", str(tmp_path / "out.zip")]) == 2
    assert main(["export", "nobody", str(tmp_path / "out.h5")]) == 2
    said = capsys.readouterr().err
    for words in ("b.zip is not a zip file, or is damaged", "gone.zip: cannot be read", "There is no run nobody",
                  "must end in one of .zip, .onnx, .pt2"):  # fmt: skip
        assert words in said


@pytest.mark.parametrize(("option", "word"), [
    ((), "# The loop"), (("--model",), "nn.Sequential("), (("--notebook",), '"nbformat": 4'),
    (("--keras",), "keras.Model(inputs, x)"),
])  # fmt: skip
def test_code_is_printed_in_each_form(option: tuple[str, ...], word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["code", "preset:iris-softmax", *option]) == 0
    assert word in capsys.readouterr().out


def test_two_forms_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["code", "preset:iris-softmax", "--keras", "--model"]) == 2
    assert "Say one of" in capsys.readouterr().err
