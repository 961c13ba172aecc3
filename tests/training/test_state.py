"""A run hands over what others need as one value: a view to probes, its state to checkpoints."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest

from dlcore.training.events import EpochEnded, Event, Probed, RunFinished
from dlcore.training.loop import Trainer
from dlcore.training.model_view import ModelView
from dlcore.training.probes import with_probes
from tests.training.experiments import experiment


def test_a_checkpoint_has_the_keys_by_which_earlier_ones_are_read() -> None:
    assert set(Trainer(experiment()).checkpoint()) == {
        "model", "optimizer", "order", "dropout", "augmentation", "rate", "patience", "seconds", "losses",
        "gradient_norm", "scores", "kept", "started", "epoch", "batch", "step", "epoch_began", "learning_rate",
        "hopeless", "broken", "best_epoch",
    }  # fmt: skip


def test_whoever_looks_can_put_nothing_else_in_its_place() -> None:
    trainer = Trainer(experiment())
    for value, name in ((trainer.view(), "epoch"), (trainer.state, "progress"), (trainer.state, "model")):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, name, None)


def test_a_view_is_of_the_epoch_in_which_it_was_asked_for() -> None:
    trainer = Trainer(experiment(epochs=2))
    seen = [trainer.view().epoch for event in trainer.run() if isinstance(event, EpochEnded)]
    assert seen == [0, 1, 2]


class Still:
    """A network that does not learn, and tells of three epochs all the same."""

    def __init__(self) -> None:
        self.trainer, self.epoch = Trainer(experiment()), 0

    def run(self) -> Iterator[Event | None]:
        measured = next(event for event in self.trainer.run() if isinstance(event, EpochEnded))
        for self.epoch in range(4):
            yield None
            yield dataclasses.replace(measured, epoch=self.epoch)
        yield RunFinished("finished", 3, 0, measured.train, measured.train, 0.0)

    def view(self) -> ModelView:
        return dataclasses.replace(self.trainer.view(), epoch=self.epoch)


def test_probes_need_nothing_of_a_run_but_its_events_and_its_view() -> None:
    probed = [event for event in with_probes(Still()) if isinstance(event, Probed) and event.what == "weights"]
    assert [probed[0].epoch, probed[-1].epoch] == [0, 3]
    assert all(event.values == probed[0].values for event in probed)
