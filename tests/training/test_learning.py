"""What is recorded of forward and backward makes the same numbers as autograd, to the last bit, or it is not used."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from dlcore.layers import Layer
from dlcore.training.events import BatchesEnded, EpochEnded
from dlcore.training.loop import Trainer
from dlcore.training.step import train_step
from dlcore.training.step.train_step import Learning, learn
from tests.contracts.test_layers import WORKING, placed
from tests.contracts.variants import batch, described, some_of_each

from .experiments import MLP, WITH_BATCH_NORM, WITH_DROPOUT, experiment

ENOUGH = 3  # batches before anything is recorded, here
STEPS = 6
MOST_WEIGHTS = 200_000  # in a layer that is tried here


def mean_square(prediction: Tensor, y: Tensor) -> Tensor:
    return prediction.square().mean()


class Scaled(nn.Module):
    """The module, with something to learn before it."""

    def __init__(self, module: nn.Module, x: Tensor) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.randn(x.shape[1:])) if x.is_floating_point() else None
        self.module = module

    def forward(self, x: Tensor) -> Tensor:
        made: Tensor = self.module(x if self.scale is None else x * self.scale)
        return made


def recorded_of(model: nn.Module, batches: list[Tensor], loss: Callable[[Tensor, Tensor], Tensor] = mean_square) -> int:
    """Train a copy by the textbook and the model itself by `Learning`, compare everything, and count the recordings."""
    book = copy.deepcopy(model).train()
    ours = Learning(model.train(), model, loss, enough=ENOUGH)
    optimizers = [torch.optim.SGD(each.parameters(), lr=0.01, momentum=0.9) for each in (book, model)]
    for x in batches:
        start = torch.get_rng_state()
        expected = learn(book, loss, x, x)
        drawn = torch.get_rng_state()
        torch.set_rng_state(start)
        same(ours(x, x), expected)
        same(torch.get_rng_state(), drawn)
        for one, other in zip(model.parameters(), book.parameters(), strict=True):
            same(one.grad, other.grad)
        for each, optimizer in zip((book, model), optimizers, strict=True):
            nn.utils.clip_grad_norm_(each.parameters(), 0.1)
            optimizer.step()
            optimizer.zero_grad()
        for one, other in zip(model.state_dict().values(), book.state_dict().values(), strict=True):
            same(one, other)
    return len(ours._recordings)


def same(one: Tensor | None, other: Tensor | None) -> None:
    torch.testing.assert_close(one, other, rtol=0, atol=0, equal_nan=True, check_stride=True)


def batches_of(*shape: int, count: int = STEPS) -> list[Tensor]:
    return [torch.randn(*shape) for _ in range(count)]


TRIED = [layer for layer in WORKING if placed(layer)[0].parameters <= MOST_WEIGHTS]


@pytest.mark.parametrize("layer", some_of_each(TRIED, turn=1), ids=described)
def test_every_layer_at_every_end_learns_the_same(layer: Layer) -> None:
    torch.manual_seed(0)
    batches = [batch(layer.example) for _ in range(STEPS)]
    model = Scaled(placed(layer)[1].build(), batches[0])
    if any(each.requires_grad for each in model.parameters()):
        assert recorded_of(model, batches) == (described(layer) != "GRU-num_layers=8")  # too many steps back


class TwoParts(nn.Module):
    """Adds two learned vectors, whose gradients are equal."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.other = nn.Parameter(torch.randn(4)), nn.Parameter(torch.randn(4))

    def forward(self, x: Tensor) -> Tensor:
        return x + (self.one + self.other)


class Unused(nn.Linear):
    """Has a parameter that nothing depends on."""

    def __init__(self) -> None:
        super().__init__(4, 4)
        self.idle = nn.Parameter(torch.randn(3))


class Counts(nn.Linear):
    """Does something else each time."""

    calls = 0

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return super().forward(x) * self.calls


class Looks(nn.Linear):
    """Decides by what it is given."""

    def forward(self, x: Tensor) -> Tensor:
        made = super().forward(x)
        return made if x.sum() > 0 else made.exp()


class InPlace(nn.Linear):
    """Writes into what it made, and into a buffer that is not saved."""

    def __init__(self) -> None:
        super().__init__(4, 4)
        self.register_buffer("seen", torch.zeros(4), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        made = super().forward(x)
        self.seen.add_(x.mean(dim=0).detach())
        return made.mul_(self.seen.clone()).relu_()


def tied() -> nn.Module:
    model = nn.Sequential(nn.Linear(4, 4), nn.Tanh(), nn.Linear(4, 4))
    model[2].weight = model[0].weight  # type: ignore[index]
    return model


def frozen() -> nn.Module:
    model = nn.Sequential(nn.Linear(4, 4), nn.ReLU(), nn.Linear(4, 4))
    model[0].requires_grad_(False)
    return model


NETWORKS: dict[str, tuple[Callable[[], nn.Module], int]] = {
    "dropout": (lambda: nn.Sequential(nn.Linear(4, 8), nn.Dropout(0.4), nn.Linear(8, 2), nn.Dropout(0.1)), 1),
    "running means": (lambda: nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2)), 1),
    "tied weights": (tied, 1),
    "frozen weights": (frozen, 1),
    "a parameter that nothing depends on": (Unused, 1),
    "written in place": (InPlace, 1),
    "two gradients that are one": (TwoParts, 0),
    "a decision": (lambda: Looks(4, 4), 0),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_any_network_learns_the_same(name: str) -> None:
    make, recordings = NETWORKS[name]
    torch.manual_seed(0)
    assert recorded_of(make(), batches_of(5, 4)) == recordings


def test_what_depends_on_more_than_its_input_is_not_recorded() -> None:
    model = Counts(4, 4)
    ours = Learning(model, model, mean_square, enough=ENOUGH)
    for x in batches_of(5, 4):
        model.zero_grad()
        ours(x, x)
    assert not ours._recordings


def test_a_network_of_very_many_weights_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    monkeypatch.setattr(train_step, "MOST_WEIGHTS", 19)
    assert recorded_of(nn.Linear(4, 4), batches_of(5, 4)) == 0


def test_a_loss_that_is_no_number_is_not_recorded() -> None:
    assert recorded_of(nn.Linear(4, 4), [torch.full((5, 4), torch.nan)] * STEPS) == 0


def test_every_shape_is_recorded_on_its_own() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 3))
    large, small = batches_of(5, 1, 4, 4), batches_of(2, 1, 4, 4)
    turned = [each.transpose(2, 3) for each in batches_of(5, 1, 4, 4)]
    mixed = [each for three in zip(large, small, turned, strict=True) for each in three]
    assert recorded_of(model, mixed) == 3


def test_what_the_optimizer_is_given_is_not_in_use_elsewhere() -> None:
    """A gradient that is shortened, or kept, stays as it is while the next batch is learned from."""
    torch.manual_seed(0)
    model = nn.Linear(4, 4)
    ours = Learning(model, model, mean_square, enough=1)
    kept = []
    for x in batches_of(5, 4):
        model.zero_grad()
        ours(x, x)
        kept.append((model.weight.grad, model.weight.grad.clone()))  # type: ignore[union-attr,arg-type]
    assert all(torch.equal(*each) for each in kept)


RUNS: dict[str, dict[str, Any]] = {
    "dropout": {"network": WITH_DROPOUT},
    "batch normalization, a lone last example": {"network": WITH_BATCH_NORM, "batch_size": 8},
    "AdamW, clipped": {"optimizer": {"name": "AdamW", "lr": 0.01, "weight_decay": 0.1}, "clip_norm": 0.1},
    "SGD with momentum, cosine": {"optimizer": {"name": "SGD", "lr": 0.1, "momentum": 0.9},
                                  "schedule": {"name": "CosineAnnealingLR"}},
    "RMSprop": {"optimizer": {"name": "RMSprop"}},
    "regression": {"dataset": "diabetes", "network": [*MLP]},
}  # fmt: skip


def told(trainer: Trainer) -> list[Any]:
    """All that a run says that does not depend on the time it takes."""
    said: list[Any] = []
    for event in trainer.run():
        if isinstance(event, BatchesEnded):
            said += event.losses
        if isinstance(event, EpochEnded):
            said.append((event.epoch, event.train, event.validation, event.learning_rate, event.gradient_norm))
    return said


def trainer_of(enough: int, **asked: Any) -> Trainer:
    trainer = Trainer(experiment(epochs=6, **asked))
    trainer.learn = Learning(trainer.model, trainer.forward, trainer.loss_function, enough)
    return trainer


@pytest.mark.parametrize("name", RUNS)
def test_a_whole_run_says_and_learns_the_same(name: str) -> None:
    ours, book = trainer_of(4, **RUNS[name]), trainer_of(10**9, **RUNS[name])
    assert told(ours) == told(book)
    assert ours.learn._recordings
    assert not book.learn._recordings
    for one, other in zip(ours.last_weights.values(), book.last_weights.values(), strict=True):
        same(one, other)


def test_a_run_that_goes_on_elsewhere_need_not_record_to_learn_the_same() -> None:
    book, first = trainer_of(10**9, network=WITH_DROPOUT), trainer_of(4, network=WITH_DROPOUT)
    second, expected = trainer_of(10**9, network=WITH_DROPOUT), told(book)
    running = first.run()
    while first.progress.step < 20:
        next(running)
    assert first.learn._recordings
    second.restore(first.checkpoint())
    running.close()
    assert told(second)[-1] == expected[-1]
    for one, other in zip(second.last_weights.values(), book.last_weights.values(), strict=True):
        same(one, other)


def test_a_run_begins_by_the_textbook_and_records_when_it_has_gone_on_for_a_while() -> None:
    trainer = Trainer(experiment(epochs=20))
    running = trainer.run()
    while trainer.progress.step < train_step.ENOUGH - 1:
        next(running)
    assert not trainer.learn._recordings
    while trainer.unfinished:
        next(running)
    assert trainer.learn._recordings
