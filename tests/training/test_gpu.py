"""The same loop on a GPU, where there is one: resident data, no waiting between batches, nearly the same losses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from dlcore.training.events import BatchesEnded, RunFinished, RunStarted
from dlcore.training.loop import Trainer, train

from .experiments import WITH_DROPOUT, experiment

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs an NVIDIA GPU")


@pytest.fixture
def waiting_is_an_error() -> Iterator[None]:
    yield
    torch.cuda.set_sync_debug_mode("default")


def test_a_run_names_the_gpu_and_keeps_its_data_there() -> None:
    trainer = Trainer(experiment("digits", device="cuda"))
    started = next(trainer.run())
    assert isinstance(started, RunStarted)
    assert started.device == "cuda"
    assert started.device_name == torch.cuda.get_device_name()
    assert trainer.data.train.x.is_cuda


def test_the_first_loss_is_that_of_the_cpu_and_learning_succeeds() -> None:
    here, there = (list(train(experiment("digits", device=device, epochs=10))) for device in ("cpu", "cuda"))
    first = [next(event.losses[0] for event in events if isinstance(event, BatchesEnded)) for events in (here, there)]
    assert first[0] == pytest.approx(first[1], rel=1e-4)
    assert isinstance(there[-1], RunFinished)
    assert there[-1].best.accuracy is not None
    assert there[-1].best.accuracy > 0.9


def test_nothing_waits_for_the_gpu_between_batches(monkeypatch: pytest.MonkeyPatch, waiting_is_an_error: None) -> None:
    monkeypatch.setattr("dlcore.training.loop.TELL_SECONDS", 1e9)
    trainer = Trainer(experiment("digits", WITH_DROPOUT, device="cuda", epochs=1, batch_size=16))
    for _ in trainer.run():
        between = 2 < trainer.progress.batch < len(trainer.state.batches) - 1
        torch.cuda.set_sync_debug_mode("error" if between else "default")


def test_data_that_does_not_fit_stays_behind_and_gives_the_same_losses(monkeypatch: pytest.MonkeyPatch) -> None:
    described = experiment("digits", device="cuda")
    resident = [event.losses for event in train(described) if isinstance(event, BatchesEnded)]
    monkeypatch.setattr("dlcore.training.devices._free_bytes", lambda device: 0)
    trainer = Trainer(described)
    assert not trainer.data.train.x.is_cuda
    sent = [event.losses for event in trainer.run() if isinstance(event, BatchesEnded)]
    assert sum(sent, ()) == pytest.approx(sum(resident, ()), rel=1e-5)


def test_mixed_precision_learns_too() -> None:
    finished = list(train(experiment("digits", device="cuda", precision="mixed", epochs=10)))[-1]
    assert isinstance(finished, RunFinished)
    assert finished.best.accuracy is not None
    assert finished.best.accuracy > 0.9
