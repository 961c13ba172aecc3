"""What the lesson on hyperparameters says of rates, schedules and trials holds; its search is the one of the study."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

import dlcore
from dlcore.lessons.course import lesson
from dlcore.lessons.course.hyperparameters import SIZES, smallest
from dlcore.lessons.learning_rates import EPOCHS, LOGS, RATES, factors, range_test, train
from dlcore.lessons.now import Now
from dlcore.lessons.search_trials import MOST, search
from dlcore.studies.study import Study
from dlcore.training.events import Diverged


def searched(count: int, pick: int) -> Now:
    """The lesson after so many trials, one of which was chosen by hand."""
    now = lesson("hyperparameters").fresh()
    return replace(now, values={**now.values, "trials": float(count), "pick": float(pick)}, moved=frozenset({"pick"}))


def test_a_rate_is_constant_for_ten_epochs_and_then_falls_by_e_to_the_minus_a_tenth() -> None:
    wanted = [1.0] * 10 + [math.exp(-0.1 * n) for n in range(1, EPOCHS - 9)]
    assert factors("exponential") == pytest.approx(wanted)


def test_rates_are_evenly_apart_on_the_axis_on_which_they_are_drawn() -> None:
    assert np.log10(RATES) == pytest.approx(LOGS, abs=0.01)


@pytest.mark.parametrize("size", SIZES)
def test_the_finder_suggests_a_rate_at_which_a_whole_training_comes_near_the_best(size: int) -> None:
    accuracies, suggested = train(size, "constant").accuracies[-1], range_test(size)[2]
    assert suggested is not None
    nearest = int(np.abs(np.array(LOGS) - suggested).argmin())
    assert accuracies[nearest] >= accuracies.max() - 0.03


def test_the_trials_are_those_of_the_study_that_can_be_begun() -> None:
    found, offered = search(3), lesson("hyperparameters").study(lesson("hyperparameters").fresh())
    assert offered is not None
    begun = Study.of(*offered, 1)
    assert begun.arms[0] == found.study.arms[0]
    assert begun.planned == MOST
    assert begun.metric == found.study.metric
    for arm, trial, count in zip(found.study.arms, found.trials, found.parameters, strict=True):
        *events, ended = dlcore.train(arm.experiment)
        assert ended.best.accuracy == trial.score  # type: ignore[union-attr]
        assert (trial.state == "failed") == any(isinstance(event, Diverged) for event in events)
        assert sum(each.numel() for each in dlcore.build(arm.experiment).parameters()) == count


def test_the_task_of_the_search_wants_the_smallest_network_that_is_good_not_the_best() -> None:
    found = search(11)
    best = int(np.argmax(found.scores))
    good = [n for n in range(11) if found.scores[n] >= found.scores[best] - 0.02]
    fewest = min(good, key=lambda n: found.parameters[n])
    smaller = int(np.argmin(found.parameters))
    assert smallest(searched(11, fewest))
    assert not smallest(searched(11, smaller)), "it is small, and poor"
    assert not smallest(searched(9, fewest)), "nine trials are too few"
    assert not smallest(replace(searched(11, fewest), moved=frozenset()))
