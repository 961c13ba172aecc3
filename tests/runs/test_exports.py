"""A run is taken away as a file that another process writes, and that was held against the app first."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import onnxruntime
import psutil
import pytest
import safetensors.torch
import torch
from PIL import Image

import dlcore
from dlcore.access import OPERATOR, student
from dlcore.errors import ExportError, RunError, RunNotFound
from dlcore.experiment import Experiment
from dlcore.i18n import language
from dlcore.inference.input_form import form
from dlcore.inference.predict import predict
from dlcore.inference.question import Question
from dlcore.runs import Runs, Settings, children, exports
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
    run_id = store.submit(DIGITS, student("ada"), name="my digits")
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    return run_id


def test_a_pt_file_is_packed_by_another_process(store: Runs, trained: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that is asked, which serves everybody, neither unpacks the weights nor pickles them."""
    expected = store.weights(trained, student("ada"), "last")

    def never(*_arguments: object, **_options: object) -> None:
        raise AssertionError("weights were converted in the process that serves")

    for module, name in ((torch, "load"), (torch, "save"), (safetensors.torch, "load"), (safetensors.torch, "save")):
        monkeypatch.setattr(module, name, never)
    name, content = store.weights_file(trained, student("ada"), "last", "pt")
    again = store.weights_file(trained, student("ada"), "last", "pt")
    monkeypatch.undo()
    assert name.endswith(".pt")
    assert again == (name, content)
    loaded = torch.load(io.BytesIO(content), weights_only=True)
    assert loaded.keys() == expected.keys()
    assert all(torch.equal(loaded[each], expected[each]) for each in expected)


def test_a_run_leaves_as_onnx_named_by_run_epoch_and_score_and_answers_as_the_app(store: Runs, trained: str) -> None:
    made = store.export(trained, "onnx", student("ada"))
    status = store.status(trained, OPERATOR)
    assert status.best is not None
    assert made.name == f"my-digits_best-epoch-{status.best_epoch}_accuracy-{status.best.accuracy:.3f}.onnx"
    assert made.difference is not None
    assert made.difference <= 1e-5
    session = onnxruntime.InferenceSession(made.path.read_bytes())
    assert session.get_modelmeta().custom_metadata_map["run"] == trained
    model = dlcore.build(DIGITS)
    model.load_state_dict(store.weights(trained, OPERATOR))
    x = dlcore.load(DIGITS).test.x[:7]
    with torch.inference_mode():
        expected = model.eval()(x)
    assert torch.allclose(torch.from_numpy(session.run(None, {"x": x.numpy()})[0]), expected, atol=1e-5)
    assert not (made.path.parent / "work").exists()


def test_a_bundle_is_made_once_for_each_language_and_name(store: Runs, trained: str) -> None:
    assert store.find_export(trained, "bundle", student("ada")) is None
    made = store.export(trained, "bundle", student("ada"))
    assert made.difference == 0
    assert (
        store.find_export(trained, "bundle", student("ada")) == made == store.export(trained, "bundle", student("ada"))
    )
    with language("zh_CN"):
        assert store.find_export(trained, "bundle", student("ada")) is None
    store.rename(trained, "other", student("ada"))
    assert store.find_export(trained, "bundle", student("ada")) is None
    assert "model.py" in zipfile.ZipFile(io.BytesIO(made.path.read_bytes())).namelist()
    store.delete(trained, student("ada"))
    assert not made.path.exists()


def test_somebody_elses_run_is_not_taken_away(store: Runs, trained: str) -> None:
    for ask in (store.export, store.find_export):
        with pytest.raises(RunNotFound):
            ask(trained, "onnx", student("eve"))
        with pytest.raises(RunError):
            ask(trained, "onnx", student("ada"), "first")  # type: ignore[arg-type]
        with pytest.raises(ExportError, match="cannot be taken away"):
            ask(trained, "../x", student("ada"))  # type: ignore[arg-type]


def test_a_child_that_takes_too_much_or_too_long_is_ended_and_leaves_nothing(
    store: Runs, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MOST_SECONDS", 0.1)
    with pytest.raises(ExportError, match="too long"):
        store.export(trained, "onnx", OPERATOR)
    monkeypatch.setattr(exports, "MOST_SECONDS", 60)
    monkeypatch.setattr(children, "memory_of", lambda pid: 10**15)
    with pytest.raises(ExportError, match="of memory"):
        store.export(trained, "onnx", OPERATOR)
    assert not [path for path in Path(store.settings.home, "exports").rglob("*") if path.is_file()]


def drawn(shade: int) -> Question:
    """A picture that no other question has."""
    file = io.BytesIO()
    Image.new("L", (8, 8), shade).save(file, "png")
    return Question("picture", file.getvalue(), "drawing")


def waiting() -> set[int]:
    """The processes that wait for a job, by their numbers."""
    found = set()
    for each in psutil.Process().children():
        with suppress(psutil.ZombieProcess):
            found |= {each.pid} if "dlcore.runs.export_child" in each.cmdline() else set()
    return found


@pytest.fixture
def _none_waits() -> Iterator[None]:
    children.spare.drop()
    yield
    children.spare.drop()
    assert not waiting()


@pytest.mark.usefixtures("_none_waits")
def test_after_a_question_one_process_waits_and_answers_the_next_as_this_one_would(store: Runs, trained: str) -> None:
    network = store.trained(trained, OPERATOR)
    known = form(network.experiment)
    for shade in (10, 20, 30):
        before = waiting()
        assert store.ask(trained, drawn(shade), OPERATOR) == predict(network, drawn(shade), known)
        (one,) = waiting()
        assert one not in before  # each does one job
        if shade == 20:
            os.kill(one, 9)  # as the system does when memory runs out


@pytest.mark.usefixtures("_none_waits")
def test_what_waits_for_another_home_is_given_no_job_of_this_one(settings: Settings, tmp_path: Path) -> None:
    children.spare.keep(Settings(home=tmp_path / "other"))
    (other,) = waiting()
    child = children.spare.begun(settings, {})
    child.end()
    assert child.process.pid != other
    assert not psutil.pid_exists(other)


@pytest.mark.usefixtures("_none_waits")
def test_what_waits_in_vain_ends(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "WAIT_SECONDS", 0.1)
    children.spare.keep(settings)
    (child,) = waiting()
    psutil.Process(child).wait(timeout=30)


WAITS = """
from dlcore.runs import Settings, children
children.spare.keep(Settings())
print(children.spare._waiting.process.pid, flush=True)
input()
"""


def test_what_waits_ends_with_the_app_however_that_ends(home: Path) -> None:
    app = subprocess.Popen([sys.executable, "-c", WAITS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert app.stdout is not None
    child = psutil.Process(int(app.stdout.readline()))
    app.kill()
    child.wait(timeout=5)
    app.communicate()
