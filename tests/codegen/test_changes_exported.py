"""A script makes the changes that were made by hand, before the same batch: the same losses to the last bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dlcore.codegen import source_code
from dlcore.registry import OPTIMIZERS, SCHEDULES
from tests.codegen.test_script import app_losses, script_losses, variant

COUNTS_BATCHES = ("OneCycleLR", "WarmUp", "WarmUpCosine")


@pytest.fixture(autouse=True)
def _one_thread(one_thread: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def changes(with_batch_size: bool, **optimizer: float) -> list[dict[str, Any]]:
    written = [{"step": 11, "set": {"optimizer.lr": 0.0007, "network.3.p": 0.1}},
               {"step": 25, "set": {f"optimizer.{name}": value for name, value in optimizer.items()}}]  # fmt: skip
    later = {"loss.label_smoothing": 0.1} | ({"batch_size": 20, "epochs": 3} if with_batch_size else {})
    return [each for each in (*written, {"step": 41, "set": later}) if each["set"]]


@pytest.mark.parametrize("name", list(SCHEDULES))
def test_under_every_schedule(name: str, tmp_path: Path) -> None:
    made = variant(training={"schedule": name, "changes": changes(name not in COUNTS_BATCHES, weight_decay=0.01)})
    assert script_losses(made, tmp_path) == app_losses(made)


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_with_every_optimizer(name: str, tmp_path: Path) -> None:
    hot = {each for each, setting in OPTIMIZERS[name].settings().items() if setting.hot and each != "lr"}
    made = variant(training={"optimizer": name, "changes": changes(True, **dict.fromkeys(sorted(hot), 0.3))})
    assert script_losses(made, tmp_path) == app_losses(made)


def test_a_script_without_changes_says_nothing_of_any() -> None:
    assert "change" not in source_code(variant())
