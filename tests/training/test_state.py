"""A run hands over what others need as one value: a view to probes, its state to checkpoints."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
import torch

from dlcore.probes.filming import Film
from dlcore.probes.frame import Frame
from dlcore.training.events import EpochEnded, Event, RunFinished
from dlcore.training.loop import Trainer
from dlcore.training.model_view import ModelView
from dlcore.training.state import TrainingProgress
from tests.training.experiments import experiment


def test_a_checkpoint_has_the_keys_by_which_earlier_ones_are_read() -> None:
    assert set(Trainer(experiment()).checkpoint()) == {
        "model", "optimizer", "order", "dropout", "augmentation", "rate", "patience", "seconds", "losses",
        "gradient_norm", "scores", "kept", "started", "epoch", "batch", "step", "epoch_began", "learning_rate",
        "hopeless", "broken", "best_epoch", "cut", "changed",
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

    @property
    def progress(self) -> TrainingProgress:
        return TrainingProgress(epoch=self.epoch, scores=self.trainer.progress.scores)

    def run(self) -> Iterator[Event | None]:
        measured = next(event for event in self.trainer.run() if isinstance(event, EpochEnded))
        for self.epoch in range(4):
            yield None
            yield dataclasses.replace(measured, epoch=self.epoch)
        yield RunFinished("finished", 3, 0, measured.train, measured.train, 0.0)

    def view(self) -> ModelView:
        return dataclasses.replace(self.trainer.view(), epoch=self.epoch)

    def view_of(self, kept: str) -> ModelView:
        return self.view()


def test_a_film_needs_nothing_of_a_run_but_its_events_its_views_and_how_far_it_is() -> None:
    frames = [each for each in Film(Still(), experiment()).run() if isinstance(each, Frame)]
    assert [frame.epoch for frame in frames] == [0, 1, 2, 3]
    assert all(frame.parts["weights"] == frames[0].parts["weights"] for frame in frames)


def test_a_view_of_the_kept_weights_shares_nothing_with_the_run() -> None:
    trainer = Trainer(experiment(epochs=2))
    list(trainer.run())
    for kept in ("best", "last"):
        view = trainer.view_of(kept)
        for name, each in view.model.state_dict().items():
            assert torch.equal(each, trainer.progress.kept[kept][name])
        with torch.no_grad():
            next(view.model.parameters()).zero_()
        assert next(trainer.model.parameters()).abs().sum() > 0
        assert trainer.progress.kept[kept]["1.weight"].abs().sum() > 0
