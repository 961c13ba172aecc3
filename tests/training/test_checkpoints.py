"""A run that was put away anywhere and taken up again is the run that was never interrupted, bit for bit."""

from __future__ import annotations

import io
from itertools import islice
from typing import Any

import pytest
import torch

from dlcore.training.events import BatchesEnded, EpochEnded, Event
from dlcore.training.loop import Trainer

from .experiments import WITH_BATCH_NORM, WITH_DROPOUT, experiment

KINDS = {
    "dropout": experiment(network=WITH_DROPOUT, batch_size=32),
    "batch norm": experiment("wine", WITH_BATCH_NORM, optimizer={"name": "RMSprop", "lr": 0.01, "momentum": 0.5}),
    "regression": experiment("diabetes", batch_size=100, optimizer={"name": "SGD", "lr": 0.01, "momentum": 0.9}),
    "a schedule of batches": experiment(batch_size=50, schedule="OneCycleLR", clip_norm=0.1, optimizer="NAdam"),
    "a schedule that watches, and patience": experiment(
        "wine",
        batch_size=100,
        epochs=12,
        patience=2,
        optimizer={"name": "Adagrad", "lr": 0.5},
        schedule={"name": "ReduceLROnPlateau", "patience": 0},
    ),
    "a schedule of a formula": experiment(batch_size=50, schedule="WarmUpCosine"),
    "without validation": experiment({"name": "iris", "split": {"validation": 0}}, batch_size=50, optimizer="AdamW"),
}


def stored_and_loaded(checkpoint: dict[str, Any]) -> dict[str, Any]:
    """What another process gets: through a file, with nothing but tensors and plain values in it."""
    file = io.BytesIO()
    torch.save(checkpoint, file)
    file.seek(0)
    loaded: dict[str, Any] = torch.load(file, weights_only=True)
    return loaded


def timeless(events: list[Event | None]) -> list[Any]:
    """What happened, without how long it took or how it was cut into messages."""
    told: list[Any] = []
    for event in events:
        if isinstance(event, BatchesEnded):
            told += zip(event.steps, event.losses, strict=True)
        elif event is not None:
            plain = event.to_json()
            told.append({key: plain[key] for key in plain if key not in ("seconds", "samples_per_second")})
    return told


@pytest.mark.parametrize("kind", KINDS)
def test_resumed_equals_uninterrupted_wherever_it_was_interrupted(kind: str) -> None:
    described = KINDS[kind]
    whole = Trainer(described)
    everything = list(whole.run())
    count = len(everything)
    for place in sorted({*range(12), *range(12, count, max(1, count // 8)), count - 2, count - 1}):
        first = Trainer(described)
        before = list(islice(first.run(), place))
        checkpoint = stored_and_loaded(first.checkpoint())
        second = Trainer(described)
        second.restore(checkpoint)
        torch.rand(7)  # another process has drawn other numbers
        after = list(second.run())
        assert timeless(before + after) == timeless(everything), place
        for name, tensor in whole.last_weights.items():
            assert torch.equal(second.last_weights[name], tensor)
            assert torch.equal(second.best_weights[name], whole.best_weights[name])


def test_a_checkpoint_is_not_changed_by_the_run_that_goes_on() -> None:
    trainer = Trainer(experiment(network=WITH_DROPOUT))
    stream = trainer.run()
    list(islice(stream, 10))
    checkpoint = trainer.checkpoint()
    frozen = stored_and_loaded(checkpoint)
    list(stream)
    assert_same(checkpoint, frozen)


def assert_same(one: Any, other: Any) -> None:
    if isinstance(one, torch.Tensor):
        assert torch.equal(one, other)
    elif isinstance(one, dict):
        assert one.keys() == other.keys()
        for key in one:
            assert_same(one[key], other[key])
    elif isinstance(one, list | tuple):
        for item, twin in zip(one, other, strict=True):
            assert_same(item, twin)
    else:
        assert one == other


def test_the_same_trainer_goes_on_where_its_stream_was_left() -> None:
    described = experiment(network=WITH_DROPOUT)
    whole = list(Trainer(described).run())
    trainer = Trainer(described)
    first = []
    for event in trainer.run():
        first.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 1:
            break
    assert timeless(first + list(trainer.run())) == timeless(whole)


def test_losses_not_told_yet_can_be_asked_for() -> None:
    trainer = Trainer(experiment())
    seen = [event for event in islice(trainer.run(), 8) if isinstance(event, BatchesEnded)]
    rest = trainer.tell()
    told = [step for event in [*seen, rest] if event for step in event.steps]
    assert told == list(range(1, trainer.progress.step + 1))
    assert trainer.tell() is None
