"""A run is taken away as a file that another process writes, and that was held against the app first."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import onnxruntime
import pytest
import torch

import dlcore
from dlcore.errors import ExportError, RunError, RunNotFound
from dlcore.experiment import Experiment
from dlcore.i18n import language
from dlcore.runs import Runs, Settings, exports
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run

pytestmark = pytest.mark.slow

DIGITS = Experiment.from_dict({
    "dataset": {"name": "digits", "limit": 200},
    "network": [{"layer": "Conv2d", "out_channels": 4}, {"layer": "BatchNorm2d"}, {"layer": "ReLU"},
                {"layer": "Flatten"}, {"layer": "Output"}],
    "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "epochs": 2, "device": "cpu"},
})  # fmt: skip


@pytest.fixture
def trained(store: Runs, settings: Settings) -> str:
    run_id = store.submit(DIGITS, owner="ada", name="my digits")
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    return run_id


def test_a_run_leaves_as_onnx_named_by_run_epoch_and_score_and_answers_as_the_app(store: Runs, trained: str) -> None:
    made = store.export(trained, "onnx", owner="ada")
    status = store.status(trained)
    assert status.best is not None
    assert made.name == f"my-digits_best-epoch-{status.best_epoch}_accuracy-{status.best.accuracy:.3f}.onnx"
    assert made.difference is not None
    assert made.difference <= 1e-5
    session = onnxruntime.InferenceSession(made.path.read_bytes())
    assert session.get_modelmeta().custom_metadata_map["run"] == trained
    model = dlcore.build(DIGITS)
    model.load_state_dict(store.weights(trained))
    x = dlcore.load(DIGITS).test.x[:7]
    with torch.inference_mode():
        expected = model.eval()(x)
    assert torch.allclose(torch.from_numpy(session.run(None, {"x": x.numpy()})[0]), expected, atol=1e-5)
    assert not (made.path.parent / "work").exists()


def test_a_bundle_is_made_once_for_each_language_and_name(store: Runs, trained: str) -> None:
    assert store.exported(trained, "bundle", owner="ada") is None
    made = store.export(trained, "bundle", owner="ada")
    assert made.difference == 0
    assert store.exported(trained, "bundle", owner="ada") == made == store.export(trained, "bundle", owner="ada")
    with language("zh_CN"):
        assert store.exported(trained, "bundle", owner="ada") is None
    store.rename(trained, "other", owner="ada")
    assert store.exported(trained, "bundle", owner="ada") is None
    assert "model.py" in zipfile.ZipFile(io.BytesIO(made.path.read_bytes())).namelist()
    store.delete(trained, owner="ada")
    assert not made.path.exists()


def test_somebody_elses_run_is_not_taken_away(store: Runs, trained: str) -> None:
    for ask in (store.export, store.exported):
        with pytest.raises(RunNotFound):
            ask(trained, "onnx", owner="eve")
        with pytest.raises(RunError):
            ask(trained, "onnx", "first", owner="ada")  # type: ignore[arg-type]
        with pytest.raises(ExportError, match="cannot be taken away"):
            ask(trained, "../x", owner="ada")  # type: ignore[arg-type]


def test_a_child_that_takes_too_much_or_too_long_is_ended_and_leaves_nothing(
    store: Runs, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_SECONDS", 0.1)
    with pytest.raises(ExportError, match="too long"):
        store.export(trained, "onnx")
    monkeypatch.setattr(exports, "MOST_SECONDS", 60)
    monkeypatch.setattr(exports, "_memory_of", lambda pid: 10**15)
    with pytest.raises(ExportError, match="of memory"):
        store.export(trained, "onnx")
    assert not [path for path in Path(store.settings.home, "exports").rglob("*") if path.is_file()]
