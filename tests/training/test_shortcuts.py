"""The shortcuts of training can be left out, by who wants it and where torch lacks a name: the bits are the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from dlcore.runs.settings import Settings
from dlcore.training.loop import Trainer
from dlcore.training.step import shortcuts

from .experiments import experiment

ROOT = Path(__file__).parents[2]
ENOUGH = 3  # batches of one shape before anything is recorded, here

# What the shortcuts call by a name that torch does not promise. In `fused_adam` a name is hidden from this app alone:
# torch's own fused step calls the same kernels, under whatever name they have in a version of its own.
RECORDED = (
    "torch.jit.CompilationUnit",
    "torch.fx.experimental.proxy_tensor.make_fx",
    "torch.func.functional_call",
    "torch._C._get_graph_executor_optimize",
    "torch._C._set_graph_executor_optimize",
    "torch._C._AutoDispatchBelowAutograd",
)
GATHERED = ("_fused_adam_", "_fused_adamw_", "_optimizer_step_pre_hooks")

# Trains with all names, then without each in turn, and tells of each time: a digest of the weights and losses, how many
# recordings there were, and where the optimizer is from.
FRESH = """
import hashlib, importlib, json, sys, warnings
from pathlib import Path
warnings.simplefilter("error")
import torch
from dlcore.training.step import fused_adam
from dlcore.training.events import BatchesEnded
from dlcore.training.loop import Trainer
from tests.training.experiments import experiment

recorded, gathered, enough = json.loads(sys.argv[1])
torch.set_num_threads(1)

def trained():
    fused_adam.works.cache_clear()
    trainer = Trainer(experiment(epochs=2, optimizer="AdamW"))
    trainer.learn._enough = enough
    told = [loss for event in trainer.run() if isinstance(event, BatchesEnded) for loss in event.losses]
    digest = hashlib.sha256(repr(told).encode())
    for each in trainer.last_weights.values():
        digest.update(each.numpy().tobytes())
    return digest.hexdigest(), len(trainer.learn._recordings), type(trainer.state.optimizer).__module__

class Without:
    def __init__(self, name):
        self.hidden = name
    def __getattr__(self, name):
        if name == self.hidden:
            raise AttributeError(name)
        return getattr(torch, name)

said = {"": trained()}
for path in recorded:
    place, _, name = path.rpartition(".")
    module = importlib.import_module(place)
    held = getattr(module, name)
    delattr(module, name)
    said[path] = trained()
    setattr(module, name, held)
def hides(name):
    def get(optimizer, asked):
        if asked == name:
            raise AttributeError(name)
        return object.__getattribute__(optimizer, asked)
    return get

for name in gathered:
    fused_adam.torch = Without(name)
    fused_adam._Lean.__getattribute__ = hides(name)
    said[name] = trained()
    fused_adam.torch = torch
    del fused_adam._Lean.__getattribute__
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, tuple[str, int, str]]:
    asked = json.dumps([RECORDED, GATHERED, ENOUGH])
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", FRESH, asked]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    found: dict[str, tuple[str, int, str]] = json.loads(ended.stdout.splitlines()[-1])
    return found


def test_with_all_names_the_shortcuts_are_taken(said: dict[str, tuple[str, int, str]]) -> None:
    _digest, recordings, optimizer = said[""]
    assert recordings
    assert optimizer == "dlcore.training.step.fused_adam"


@pytest.mark.parametrize("name", RECORDED)
def test_without_a_name_nothing_is_recorded_and_the_same_is_learned(
    said: dict[str, tuple[str, int, str]], name: str
) -> None:
    digest, recordings, _optimizer = said[name]
    assert not recordings
    assert digest == said[""][0]


@pytest.mark.parametrize("name", GATHERED)
def test_without_a_name_the_optimizer_is_torchs_and_the_same_is_learned(
    said: dict[str, tuple[str, int, str]], name: str
) -> None:
    digest, recordings, optimizer = said[name]
    assert optimizer.startswith("torch.optim")
    assert recordings
    assert digest == said[""][0]


def weights_of(trainer: Trainer) -> dict[str, Any]:
    for _event in trainer.run():
        pass
    return trainer.last_weights


@pytest.fixture(autouse=True)
def _as_the_environment_says() -> Any:
    yield
    shortcuts.allow(None)


@pytest.mark.parametrize("no", ["0", "false", "No", " off "])
def test_whoever_wants_no_shortcuts_learns_the_same(no: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = weights_of(Trainer(experiment("iris", optimizer="AdamW")))
    monkeypatch.setenv(shortcuts.VARIABLE, no)
    trainer = Trainer(experiment("iris", optimizer="AdamW"))
    trainer.learn._enough = ENOUGH
    found = weights_of(trainer)
    assert not trainer.learn._recordings
    assert type(trainer.state.optimizer) is torch.optim.AdamW
    assert all(torch.equal(found[name], each) for name, each in expected.items())


@pytest.mark.parametrize(("word", "allowed"), [("1", True), ("true", True), ("yes", True), ("0", False), ("n", False)])
def test_the_variable_is_read_as_the_settings_of_an_installation_read_it(
    word: str, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(shortcuts.VARIABLE, word)
    assert shortcuts.allowed() is Settings().record is allowed


def test_what_a_process_was_told_goes_before_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(shortcuts.VARIABLE, "1")
    shortcuts.allow(False)
    assert not shortcuts.allowed()
    shortcuts.allow(None)
    assert shortcuts.allowed()
