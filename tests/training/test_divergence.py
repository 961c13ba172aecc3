"""A loss past hope stops the run, keeps the last finite weights and says when and why."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch

from dlcore.data.base import Data, Part
from dlcore.training.diagnosis import why_diverged
from dlcore.training.events import Diverged, EpochEnded, Event, RunFinished
from dlcore.training.loop import Trainer

from .experiments import experiment

UNSCALED = {"name": "diabetes", "scale": "none", "scale_target": "none"}
SINGLE = [{"layer": "Flatten"}, {"layer": "Output"}]


def trained(described: Any) -> tuple[Trainer, list[Event]]:
    trainer = Trainer(described)
    return trainer, [event for event in trainer.run() if event]


@pytest.mark.parametrize("optimizer", ["SGD", "RMSprop", "Adam", "AdamW"])
@pytest.mark.parametrize("network", [None, SINGLE], ids=["mlp", "single layer"])
@pytest.mark.parametrize("dataset", ["iris", "diabetes"])
def test_an_absurd_learning_rate_stops_the_run_and_keeps_finite_weights(
    optimizer: str, network: Any, dataset: str
) -> None:
    trainer, events = trained(
        experiment(dataset, network, optimizer={"name": optimizer, "lr": 1e30}, epochs=50, batch_size=100)
    )
    *_, diverged, finished = events
    assert isinstance(diverged, Diverged)
    assert isinstance(finished, RunFinished)
    assert finished.reason == "diverged"
    assert diverged.epoch == diverged.kept_epoch + 1 <= 3
    assert "learning rate 1e+30" in str(diverged.reason)
    for weights in (trainer.last_weights, trainer.best_weights, trainer.model.state_dict()):
        assert all(tensor.isfinite().all() for tensor in weights.values())


def test_no_event_of_a_diverged_run_carries_a_number_that_is_not_one() -> None:
    _, events = trained(experiment(optimizer={"name": "SGD", "lr": 1e30}))
    for event in events:
        json.dumps(event.to_json(), allow_nan=False)
    ended = [event for event in events if isinstance(event, EpochEnded)]
    assert [event.epoch for event in ended] == list(range(len(ended)))


def test_the_step_is_the_first_whose_loss_was_past_hope() -> None:
    _, events = trained(experiment(optimizer={"name": "SGD", "lr": 1e30}, batch_size=16))
    diverged = next(event for event in events if isinstance(event, Diverged))
    told = [step for event in events for step in getattr(event, "steps", ())]
    assert told == list(range(1, diverged.step))  # the finite losses before it are told
    assert diverged.step == 2  # the first step throws the weights away; the next batch shows it


@pytest.mark.parametrize(
    ("x", "y", "dataset", "cause"),
    [
        (1.0, 1.0, "diabetes", "learning rate 0.1 is too large; try 0.01"),
        (1.0, 3e4, UNSCALED, "target is not scaled and reaches 3e+04"),
        (5e3, 1.0, UNSCALED, "inputs are not scaled and reach 5e+03"),
        (float("nan"), 1.0, "diabetes", "not finite numbers"),
    ],
)
def test_the_likeliest_cause_is_named(x: float, y: float, dataset: Any, cause: str) -> None:
    described = experiment(dataset, optimizer={"name": "SGD", "lr": 0.1})
    part = Part(torch.full((4, 10), x), torch.full((4, 1), y))
    data = Data(described.dataset.source.about(), part, part, part)  # type: ignore[attr-defined]
    assert cause in str(why_diverged(described, data))


def test_a_high_but_working_learning_rate_is_let_go_on() -> None:
    _, events = trained(experiment("digits", optimizer={"name": "Adam", "lr": 0.5}, epochs=2))
    assert not any(isinstance(event, Diverged) for event in events)


def test_large_but_finite_losses_of_unscaled_targets_are_not_called_divergence() -> None:
    _, events = trained(experiment(UNSCALED, optimizer={"name": "Adam", "lr": 0.001}, epochs=2))
    assert events[1].train.loss > 10_000  # type: ignore[attr-defined]
    assert not any(isinstance(event, Diverged) for event in events)
