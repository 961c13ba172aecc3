"""A process that stays with a run answers one question after the other, and ends when nobody asks any more."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from typing import Any

import psutil
import pytest
import torch
from PIL import Image

import dlcore
from dlcore.access import OPERATOR, student
from dlcore.errors import DlcoreError, ExportError, RunNotFound
from dlcore.probes import arrays
from dlcore.runs import Runs, children, resident
from dlcore.runs.settings import Settings
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.worker import train_run
from tests.runs.living import digits, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def trained(store: Runs, settings: Settings) -> Iterator[str]:
    run_id = store.submit(digits(2), student("ada"))
    token = Dispatch(store._engine, str(settings.home)).claim(run_id)
    assert token is not None
    train_run(settings, run_id, token)
    yield run_id
    resident.residents.end(settings, run_id)
    children.spare.drop()


def drawing(shade: int) -> dict[str, Any]:
    file = io.BytesIO()
    Image.new("L", (8, 8), shade).save(file, "png")
    return {"kind": "picture", "question": base64.b64encode(file.getvalue()).decode()}


def stays() -> set[int]:
    """The processes that stay with a run."""
    return {each._child.process.pid for each in resident.residents._of.values()}


def asked(store: Runs, run_id: str, **question: Any) -> dict[str, Any]:
    return arrays.read(store.analyse(run_id, "prediction", question, student("ada")))


@torch.no_grad()
def test_one_process_answers_all_questions_about_a_run_at_any_epoch(store: Runs, trained: str) -> None:
    assert asked(store, trained)["form"]["is"] == "picture"
    (process,) = stays()
    model, data = dlcore.build(digits(2)), dlcore.load(digits(2))
    learned = data.scaling["x"]
    for shade, epoch in ((0, 2), (200, 0), (90, 1)):
        found = asked(store, trained, **drawing(shade), epoch=epoch)
        model.load_state_dict(store.weights(trained, OPERATOR, epoch))
        x = (torch.full((64,), shade / 255 * 16).double() - torch.tensor(learned["offset"])) / torch.tensor(
            learned["scale"]
        )
        wanted = model.eval()(x.float().reshape(1, 1, 8, 8)).double().softmax(dim=1)[0]
        assert found["values"] == pytest.approx(wanted.numpy(), abs=1e-6)
    assert stays() == {process}
    assert not list((store.settings.home / "exports").rglob("made"))  # what was asked is not kept


def test_what_cannot_be_answered_is_said_and_the_process_stays(store: Runs, trained: str) -> None:
    asked(store, trained)
    before = stays()
    with pytest.raises(DlcoreError, match="kind must be one of rows, text, picture"):
        asked(store, trained, kind="sound", question="")
    assert asked(store, trained, **drawing(7))["epoch"] == 2
    assert stays() == before


def test_a_process_that_was_killed_is_started_anew(store: Runs, trained: str) -> None:
    asked(store, trained)
    (before,) = stays()
    os.kill(before, 9)
    assert asked(store, trained, **drawing(7))["epoch"] == 2
    assert stays() != {before}


def test_nobody_else_is_answered_and_a_deleted_run_has_no_process(store: Runs, trained: str) -> None:
    asked(store, trained)
    (process,) = stays()
    with pytest.raises(RunNotFound):
        store.analyse(trained, "prediction", {}, student("eve"))
    store.delete(trained, student("ada"))
    assert not stays()
    assert not psutil.pid_exists(process)
    with pytest.raises(RunNotFound):
        asked(store, trained)


def test_one_that_takes_too_much_or_is_asked_no_more_ends(
    store: Runs, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(store, trained)
    (process,) = stays()
    monkeypatch.setattr(resident, "memory_of", lambda pid: 10**15)
    monkeypatch.setattr(resident, "LOOK_SECONDS", 0.0)
    with pytest.raises(ExportError, match="of memory"):
        asked(store, trained, **drawing(9))
    monkeypatch.undo()
    assert not psutil.pid_exists(process)
    monkeypatch.setattr(resident, "WAIT_SECONDS", 0.1)
    asked(store, trained, **drawing(9))
    wait_until(lambda: not stays())
