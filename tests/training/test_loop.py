"""The loop learns what a bare loop learns, tells what happened in order, and keeps its randomness apart."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

import dlcore
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.training.events import BatchesEnded, EpochEnded, Event, RunFinished, RunStarted
from dlcore.training.loop import Trainer, train

from .experiments import WITH_BATCH_NORM, WITH_DROPOUT, experiment


def batch_losses(events: list[Event]) -> list[float]:
    return [loss for event in events if isinstance(event, BatchesEnded) for loss in event.losses]


def epochs(events: list[Event]) -> list[EpochEnded]:
    return [event for event in events if isinstance(event, EpochEnded)]


def bare_loop(described: Experiment, model: nn.Module, loss_function: nn.Module, optimizer: Any) -> list[float]:
    """The textbook, written anew: nothing in here comes from the package but the data."""
    data = dlcore.load(described)
    order = torch.Generator().manual_seed(described.seed + 1)
    torch.manual_seed(described.seed + 2)
    size, losses = described.training.batch_size, []
    model.train()
    for _ in range(described.training.epochs):
        rows = torch.randperm(len(data.train.x), generator=order)
        for start in range(0, len(rows), size):
            x, y = data.train.x[rows[start : start + size]], data.train.y[rows[start : start + size]]
            loss = loss_function(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
    return losses


def test_the_losses_are_exactly_those_of_a_bare_loop_of_torch() -> None:
    described = experiment("digits", WITH_DROPOUT, seed=3, epochs=2, batch_size=32)
    torch.manual_seed(3)
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Dropout(0.3), nn.Linear(32, 10))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, fused=True)
    expected = bare_loop(described, model, nn.CrossEntropyLoss(), optimizer)
    trainer = Trainer(described)
    assert batch_losses([event for event in trainer.run() if event]) == expected
    for name, tensor in model.state_dict().items():
        assert torch.equal(trainer.last_weights[name], tensor), name


def test_the_losses_of_a_regression_are_exactly_those_of_a_bare_loop_of_torch() -> None:
    described = experiment("diabetes", optimizer={"name": "SGD", "lr": 0.01, "momentum": 0.9, "weight_decay": 0.001})
    torch.manual_seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, weight_decay=0.001, fused=True)
    assert batch_losses(list(train(described))) == bare_loop(described, model, nn.MSELoss(), optimizer)


def test_events_come_in_the_documented_order() -> None:
    described = experiment(epochs=4)
    events = list(train(described))
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)
    assert [event.epoch for event in epochs(events)] == [0, 1, 2, 3, 4]
    assert events[1] == epochs(events)[0]  # measured before the first batch
    steps = [step for event in events if isinstance(event, BatchesEnded) for step in event.steps]
    assert steps == list(range(1, 4 * events[0].batches + 1))


def test_a_stream_offers_to_stop_after_every_batch() -> None:
    trainer = Trainer(experiment(epochs=1))
    seen = list(trainer.run())
    assert len(seen) >= len(trainer.state.batches)
    assert None in seen


def test_equal_seeds_give_equal_bits_and_others_do_not() -> None:
    first, second = (batch_losses(list(train(experiment(network=WITH_DROPOUT, seed=5)))) for _ in range(2))
    assert first == second
    assert batch_losses(list(train(experiment(network=WITH_DROPOUT, seed=6)))) != first


def test_dropout_changes_neither_the_other_weights_nor_the_batches() -> None:
    plain, dropped = Trainer(experiment()), Trainer(experiment(network=WITH_DROPOUT))
    ours, theirs = plain.model.state_dict(), dropped.model.state_dict()
    for one, other in zip(ours.values(), theirs.values(), strict=True):
        assert torch.equal(one, other)
    for (x, y), (other_x, other_y) in zip(plain.state.batches.epoch(), dropped.state.batches.epoch(), strict=True):
        assert torch.equal(x, other_x)
        assert torch.equal(y, other_y)


def test_dropout_that_drops_nothing_changes_no_loss() -> None:
    zero = [{"layer": "Dropout", "p": 0.0} if each["layer"] == "Dropout" else each for each in WITH_DROPOUT]
    assert batch_losses(list(train(experiment(network=zero)))) == batch_losses(list(train(experiment())))


def test_two_runs_side_by_side_do_not_disturb_each_other() -> None:
    described = experiment(network=WITH_DROPOUT)
    alone = batch_losses(list(train(described)))
    pairs = list(zip(train(described), train(described), strict=False))
    assert batch_losses([ours for ours, _ in pairs]) == alone
    assert batch_losses([theirs for _, theirs in pairs]) == alone


def test_a_caller_who_draws_random_numbers_between_events_changes_nothing_and_keeps_his_own() -> None:
    described = experiment(network=WITH_DROPOUT)
    alone = batch_losses(list(train(described)))
    stream = train(described)
    torch.manual_seed(99)
    drawn, events = [], []
    for event in stream:
        drawn.append(torch.rand(1).item())
        events.append(event)
    assert batch_losses(events) == alone
    torch.manual_seed(99)
    assert drawn == [torch.rand(1).item() for _ in drawn]


def test_a_run_stops_when_nobody_asks_for_more() -> None:
    trainer = Trainer(experiment(epochs=100_000))
    stream = trainer.run()
    for _ in range(10):
        next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert trainer.progress.step < 10


def test_a_run_that_is_stopped_says_how_far_it_came() -> None:
    trainer = Trainer(experiment(epochs=50))
    for event in trainer.run():
        if isinstance(event, EpochEnded) and event.epoch == 2:
            break
    finished = trainer.finished("stopped")
    assert (finished.reason, finished.epochs) == ("stopped", 2)
    assert finished.last == event.validation


def test_the_best_epoch_is_the_one_of_the_lowest_validation_loss() -> None:
    trainer = Trainer(experiment("digits", epochs=12, batch_size=128))
    events = [event for event in trainer.run() if event]
    losses = [event.validation.loss for event in epochs(events) if event.validation]
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.best_epoch == losses.index(min(losses))
    assert finished.best.loss == min(losses)


def test_the_best_weights_give_the_score_that_is_told() -> None:
    described = experiment(
        "wine", optimizer={"name": "SGD", "lr": 0.5}, epochs=8
    )  # a rate that jumps: best is not last
    trainer = Trainer(described)
    events = [event for event in trainer.run() if event]
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    model = nn.Sequential(nn.Flatten(), nn.Linear(13, 32), nn.ReLU(), nn.Linear(32, 3))
    model.load_state_dict(trainer.best_weights)
    validation = dlcore.load(described).validation
    loss = nn.functional.cross_entropy(model(validation.x), validation.y).item()
    assert loss == pytest.approx(finished.best.loss, abs=1e-6)


def test_without_a_validation_part_the_training_loss_judges() -> None:
    events = list(train(experiment({"name": "iris", "split": {"validation": 0.0}})))
    assert all(event.validation is None for event in epochs(events))
    finished = events[-1]
    assert isinstance(finished, RunFinished)
    assert finished.last == epochs(events)[-1].train


def test_the_gradient_norm_is_that_of_the_last_batch_of_the_epoch() -> None:
    described = experiment(epochs=1, batch_size=1000)  # the only batch is the whole part
    events = list(train(described))
    model = dlcore.build(described)
    part = dlcore.load(described).train
    nn.functional.cross_entropy(model(part.x), part.y).backward()
    squares = sum((each.grad**2).sum().item() for each in model.parameters() if each.grad is not None)
    assert epochs(events)[0].gradient_norm is None
    assert epochs(events)[1].gradient_norm == pytest.approx(math.sqrt(squares), rel=1e-5)


@pytest.mark.parametrize("size", [1, 7, 105, 1000])
def test_every_example_is_seen_once_an_epoch_whatever_the_batch_size(size: int) -> None:
    trainer = Trainer(experiment(batch_size=size))
    seen = torch.cat([x for x, _ in trainer.state.batches.epoch()])
    assert len(seen) == len(trainer.data.train)
    assert torch.equal(seen.sum(dim=0).float(), seen.sum(dim=0))
    assert torch.equal(seen.sort(dim=0).values, trainer.data.train.x.sort(dim=0).values)


def test_a_part_gathered_in_pieces_gives_the_same_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    described = experiment("digits", batch_size=8)
    whole = list(Trainer(described).state.batches.epoch())
    monkeypatch.setattr("dlcore.training.batches.GATHERED_BYTES", 1)
    pieces = list(Trainer(described).state.batches.epoch())
    assert len(whole) == len(pieces)
    assert all(torch.equal(x, other) for (x, _), (other, _) in zip(whole, pieces, strict=True))


def test_a_lone_last_example_waits_where_batch_normalization_could_not_learn_from_it() -> None:
    described = experiment({"name": "iris", "limit": 33}, WITH_BATCH_NORM, batch_size=16)
    trainer = Trainer(described)
    assert [len(x) for x, _ in trainer.state.batches.epoch()] == [16, 16]
    assert [event.epoch for event in epochs([each for each in trainer.run() if each])] == [0, 1, 2, 3]
    assert [len(x) for x, _ in Trainer(experiment({"name": "iris", "limit": 33})).state.batches.epoch()] == [16, 16, 1]


def test_batch_normalization_is_measured_with_its_running_statistics() -> None:
    described = experiment("wine", WITH_BATCH_NORM, epochs=2)
    trainer = Trainer(described)
    events = [event for event in trainer.run() if event]
    trainer.model.eval()
    part = trainer.data.validation
    loss = nn.functional.cross_entropy(trainer.model(part.x), part.y).item()
    assert epochs(events)[-1].validation is not None
    assert epochs(events)[-1].validation.loss == pytest.approx(loss, abs=1e-6)  # type: ignore[union-attr]


def test_time_the_caller_takes_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("dlcore.training.clock.perf_counter", lambda: now[0])
    events = []
    for event in train(experiment()):
        now[0] += 100.0  # a slow caller
        events.append(event)
    assert [event.seconds for event in epochs(events)] == [0.0] * 4


def test_a_loss_that_cannot_judge_the_task_is_refused_before_the_first_event() -> None:
    with pytest.raises(ExperimentError, match="CrossEntropyLoss") as caught:
        train(experiment("iris", loss="MSELoss"))
    assert caught.value.field == "training.loss"


def test_learning_succeeds_on_every_kind_of_data() -> None:
    digits = list(train(experiment("digits", epochs=10, optimizer="Adam")))[-1]
    diabetes = list(train(experiment("diabetes", epochs=20, optimizer={"name": "Adam", "lr": 0.003})))[-1]
    assert isinstance(digits, RunFinished)
    assert isinstance(diabetes, RunFinished)
    assert digits.best.accuracy is not None
    assert digits.best.accuracy > 0.93
    assert diabetes.best.r2 is not None
    assert diabetes.best.r2 > 0.3


def test_losses_never_go_backwards_in_steps() -> None:
    steps = [event.steps for event in train(experiment()) if isinstance(event, BatchesEnded)]
    assert all(before[-1] + 1 == after[0] for before, after in pairwise(steps))


class Readings(TorchDispatchMode):
    """Counts how often a number is fetched from a tensor: on a GPU each of them would wait for all that was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, function: Any, types: Any, given: Any = (), settings: Any = None) -> Any:
        self.count += function is torch.ops.aten._local_scalar_dense.default
        return function(*given, **(settings or {}))


def test_no_number_is_read_from_the_device_once_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlcore.training.loop.TELL_SECONDS", 1e9)
    counts = []
    for size in (4, 50):
        with Readings() as readings:
            list(Trainer(experiment(network=WITH_DROPOUT, batch_size=size, clip_norm=1.0, schedule="OneCycleLR")).run())
        counts.append(readings.count)
    assert counts[0] == counts[1]
    with Readings() as readings:
        torch.ones(1).item()
    assert readings.count == 1
