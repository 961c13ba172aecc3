"""The history of a run keeps what a chart shows, in bounded size, and tells watchers only what changed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlcore
from dlcore.training.events import BatchesEnded, EpochEnded, RunStarted, Scores
from dlcore.training.history import Curve, Epochs, History
from dlcore.training.scores import value
from tests.training.experiments import experiment

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300)


def curve(values: list[float], limit: int = 16) -> Curve:
    made = Curve(limit)
    for x, y in enumerate(values):
        made.add(float(x), y)
    return made


def epoch(number: int, loss: float = 1.0, validation: float | None = None) -> EpochEnded:
    scores = None if validation is None else Scores(validation)
    return EpochEnded(number, Scores(loss), scores, 0.1, None, 0.5, 100.0)


def started(batches: int = 10) -> RunStarted:
    return RunStarted("cpu", "a processor", 5, {"train": 100}, batches, 20, {}, 1)


@given(VALUES)
def test_each_point_of_a_long_curve_is_the_mean_of_its_neighbours(values: list[float]) -> None:
    made = curve(values)
    blocks = [values[n : n + made.stride] for n in range(0, len(values), made.stride)]
    assert made.y == pytest.approx([np.mean(block) for block in blocks], rel=1e-6, abs=1e-6)
    middles = [n * made.stride + (len(block) - 1) / 2 for n, block in enumerate(blocks)]
    assert made.x == pytest.approx(middles)


@given(VALUES)
def test_a_curve_never_grows_beyond_its_limit(values: list[float]) -> None:
    assert len(curve(values).x) <= 16


def test_a_hundred_thousand_batches_stay_a_thousand_points() -> None:
    made = curve([1.0] * 100_000, limit=1000)
    assert 500 <= len(made.x) <= 1000
    assert set(made.y) == {1.0}


@given(VALUES, st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_changes_rebuild_the_curve_however_often_they_are_asked_for(values: list[float], portions: list[int]) -> None:
    made, x, y, rest = Curve(16), [], [], list(enumerate(values))  # type: ignore[var-annotated]
    while rest:
        portion = portions.pop() if portions else len(rest)
        for place, each in rest[:portion]:
            made.add(float(place), each)
        del rest[:portion]
        keep, new_x, new_y = made.changes()
        x, y = [*x[:keep], *new_x], [*y[:keep], *new_y]
    assert (x, y) == (made.x, made.y)
    assert made.changes()[1] == []


def test_values_that_are_not_finite_are_left_out_of_the_means() -> None:
    made = curve([1.0, math.nan, 3.0, math.inf] * 8, limit=16)
    assert made.stride == 2
    assert made.y[:4] == [1.0, 3.0, 1.0, 3.0]
    assert curve([math.nan]).y == [None]


@given(st.integers(0, 400), st.integers(2, 20))
def test_epochs_thin_out_but_the_first_and_the_newest_stay(last: int, limit: int) -> None:
    epochs = Epochs(limit)
    for number in range(last + 1):
        epochs.add(epoch(number))
    numbers = [each.epoch for each in epochs.kept]
    assert numbers[0] == 0
    assert numbers[-1] == last
    assert len(numbers) <= limit + 1
    assert all(number % epochs.stride == 0 for number in numbers[:-1])
    assert numbers[:-1] == list(range(0, last, epochs.stride))[: len(numbers) - 1]


@given(st.lists(st.integers(1, 30), max_size=15))
def test_changes_rebuild_the_epochs(portions: list[int]) -> None:
    epochs, known, number = Epochs(12), [], 0  # type: ignore[var-annotated]
    for portion in portions:
        for _ in range(portion):
            epochs.add(epoch(number))
            number += 1
        keep, news = epochs.changes()
        known = [*known[:keep], *news]
        assert known == epochs.kept


def test_the_best_epoch_is_the_one_the_run_says() -> None:
    events = list(dlcore.train(experiment(epochs=12)))
    history = History.of(events)
    assert history.finished is not None
    assert history.best is not None
    assert history.best.epoch == history.finished.best_epoch
    assert history.best.validation == history.finished.best


def test_of_equal_epochs_the_earlier_is_best_and_without_validation_training_judges() -> None:
    history = History.of([started(), epoch(0, 3.0), epoch(1, 2.0), epoch(2, 2.0)])
    assert history.best is not None
    assert history.best.epoch == 1


def test_batches_stand_between_the_epochs_they_belong_to() -> None:
    history = History.of([started(batches=4), BatchesEnded(1, (1, 2, 3, 4), (4.0, 3.0, 2.0, 1.0))])
    assert history.batches.x == [0.25, 0.5, 0.75, 1.0]


def test_a_run_that_goes_back_to_its_checkpoint_replaces_what_was_told_after_it() -> None:
    history = History.of(
        [
            started(batches=2),
            epoch(0),
            BatchesEnded(1, (1, 2), (5.0, 4.0)),
            epoch(1, 0.5),
            BatchesEnded(2, (3, 4), (3.0, 2.0)),
            epoch(2, 0.4),
            BatchesEnded(2, (3, 4), (3.5, 2.5)),
            epoch(2, 0.6),
        ]
    )
    assert history.batches.x == [0.5, 1.0, 1.5, 2.0]
    assert history.batches.y == [5.0, 4.0, 3.5, 2.5]
    assert [(each.epoch, each.train.loss) for each in history.epochs.kept] == [(0, 1.0), (1, 0.5), (2, 0.6)]


def test_chance_is_the_share_of_the_most_frequent_class() -> None:
    events = list(dlcore.train(experiment("breast_cancer", epochs=1)))
    data = dlcore.load(experiment("breast_cancer", epochs=1))
    share = max(np.bincount(data.validation.y.numpy())) / len(data.validation)
    assert History.of(events).chance() == {"accuracy": pytest.approx(share)}


def test_chance_of_a_regression_is_no_explained_variance() -> None:
    assert History.of(dlcore.train(experiment("diabetes", epochs=1))).chance() == {"r2": 0.0}


@pytest.mark.parametrize(("scores", "shown"), [(None, None), (Scores(math.nan), None), (Scores(0.5), 0.5)])
def test_what_was_not_measured_or_is_not_finite_is_no_value(scores: Any, shown: float | None) -> None:
    assert value(scores, "loss") == shown
