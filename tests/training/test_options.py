"""Clipping, patience, first weights, precision: each does what it says, and nothing where it is not asked for."""

from __future__ import annotations

import pytest
import torch
import yaml
from torch import nn

import dlcore
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.training import devices
from dlcore.training.events import BatchesEnded, EpochEnded, RunFinished
from dlcore.training.loop import Trainer, train
from dlcore.training.patience import Patience

from .experiments import experiment

SGD = {"name": "SGD", "lr": 1.0}


def test_clipping_shortens_the_step_to_the_length_and_tells_the_norm_before() -> None:
    described = experiment(epochs=1, batch_size=1000, clip_norm=0.01, optimizer=SGD)
    trainer = Trainer(described)
    before = [each.detach().clone() for each in trainer.model.parameters()]
    ended = [event for event in trainer.run() if isinstance(event, EpochEnded)]
    moved = [each.detach() - old for each, old in zip(trainer.model.parameters(), before, strict=True)]
    assert torch.sqrt(sum((each**2).sum() for each in moved)).item() == pytest.approx(0.01, rel=1e-3)  # type: ignore[arg-type]
    assert ended[1].gradient_norm is not None
    assert ended[1].gradient_norm > 0.01


def test_clipping_far_above_the_gradient_changes_nothing() -> None:
    plain, clipped = (list(train(experiment(**asked))) for asked in ({}, {"clip_norm": 1e6}))  # type: ignore[arg-type]
    first, second = (
        [event.losses for event in events if isinstance(event, BatchesEnded)] for events in (plain, clipped)
    )
    assert sum(first, ()) == pytest.approx(sum(second, ()))


def test_a_run_ends_when_its_patience_is_exhausted() -> None:
    stuck = experiment("wine", epochs=500, patience=3, optimizer={"name": "Adam", "lr": 0.1})
    events = list(train(stuck))
    finished = events[-1]
    losses = [event.validation.loss for event in events if isinstance(event, EpochEnded) and event.validation]
    assert isinstance(finished, RunFinished)
    assert finished.reason == "early"
    assert finished.epochs == finished.best_epoch + 3 < 500
    assert finished.best.loss == min(losses)


def test_patience_counts_only_what_improves_by_more_than_the_delta() -> None:
    patience = Patience(2, min_delta=0.1)
    for loss, exhausted in [(1.0, False), (0.95, False), (0.85, False), (0.8, False), (0.76, True)]:
        patience.saw(loss)
        assert patience.exhausted is exhausted, loss


def test_patience_survives_a_checkpoint() -> None:
    first, second = Patience(3, 0.0), Patience(3, 0.0)
    for loss in (1.0, 2.0, 2.0):
        first.saw(loss)
    second.go_on(first.state())
    second.saw(2.0)
    assert second.exhausted


@pytest.mark.parametrize("name", ["xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal"])
def test_first_weights_have_the_spread_that_their_inventors_gave_them(name: str) -> None:
    wide = [{"layer": "Flatten"}, {"layer": "Linear", "out_features": 2000}, {"layer": "Output"}]
    layer = dlcore.build(experiment("digits", wide, initialization=name))[1]
    assert isinstance(layer, nn.Linear)
    variance = 2 / (64 + 2000) if name.startswith("xavier") else 2 / 64
    assert layer.weight.var().item() == pytest.approx(variance, rel=0.05)
    assert not layer.bias.any()
    assert (layer.weight.abs().max() < (3 * variance) ** 0.5 + 1e-6).item() is name.endswith("uniform")


def test_zeros_learn_nothing_below_the_last_layer() -> None:
    trainer = Trainer(experiment(initialization="zeros", epochs=3))
    list(trainer.run())
    weights = trainer.last_weights
    assert not weights["1.weight"].any()
    assert weights["3.bias"].any()


def test_dropout_leaves_initialized_weights_as_they_are() -> None:
    plain = [{"layer": "Flatten"}, {"layer": "Linear"}, {"layer": "Output"}]
    dropped = [*plain[:2], {"layer": "Dropout"}, plain[2]]
    first, second = (
        dlcore.build(experiment(network=network, initialization="xavier_uniform")) for network in (plain, dropped)
    )
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


def test_mixed_precision_leaves_the_cpu_alone() -> None:
    plain, mixed = (
        [event.losses for event in train(experiment(precision=precision)) if isinstance(event, BatchesEnded)]
        for precision in ("float32", "mixed")
    )
    assert sum(plain, ()) == sum(mixed, ())


def test_mixed_precision_computes_products_with_half_the_digits_and_answers_in_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = []
    model = nn.Linear(4, 2)
    model.register_forward_hook(lambda module, given, made: seen.append(made.dtype))
    monkeypatch.setattr(devices, "has_fast_bfloat16", lambda device: True)
    answer = devices.mixed(model, torch.device("cpu"))(torch.ones(3, 4))
    assert seen == [torch.bfloat16]
    assert answer.dtype == torch.float32


def test_seldom_used_settings_stand_in_a_file_only_where_they_were_set() -> None:
    short = experiment().to_yaml()
    for name in ("schedule", "clip_norm", "patience", "precision", "initialization", "min_delta"):
        assert name not in short
    asked = experiment(clip_norm=1.0, patience=3, initialization="zeros", precision="mixed", min_delta=0.01,
                       schedule={"name": "StepLR", "step_size": 2})  # fmt: skip
    training = yaml.safe_load(asked.to_yaml())["training"]
    assert training["schedule"] == {"name": "StepLR", "step_size": 2, "gamma": 0.1}
    assert training["patience"] == 3
    assert Experiment.from_yaml_text(asked.to_yaml()) == asked


@pytest.mark.parametrize(
    ("training", "field", "words"),
    [
        ({"schedule": "StepLr"}, "training.schedule.name", "Did you mean StepLR?"),
        ({"schedule": {"name": "StepLR", "gama": 1.0}}, "training.schedule.gama", "gamma"),
        ({"patience": 0}, "training.patience", "1"),
        ({"clip_norm": -1.0}, "training.clip_norm", "above 0"),
        ({"initialization": "xavier"}, "training.initialization", "xavier_uniform"),
    ],
)
def test_a_wrong_option_is_named_with_what_is_allowed(training: dict[str, object], field: str, words: str) -> None:
    with pytest.raises(ExperimentError) as caught:
        experiment(**training)  # type: ignore[arg-type]
    assert caught.value.field == field
    assert words in str(caught.value)
