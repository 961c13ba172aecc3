"""Searches: they find what is good among the absurd, stop what is hopeless, and say which settings matter."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from dlcore.errors import DlcoreError
from dlcore.studies import Study
from dlcore.studies.conclusions import conclusion
from dlcore.studies.local import train_and_grow
from dlcore.studies.results import Result
from dlcore.studies.sampling import Trial, best, importances, is_hopeless, next_arm
from dlcore.studies.search import Range, Search
from dlcore.studies.search_sentences import Cost
from dlcore.training.scores import Scores
from tests.runs.living import digits

RATE, BATCH = "training.optimizer.lr", "training.batch_size"
RANGES = (Range(field=RATE, low=1e-6, high=100.0, log=True), Range(field=BATCH, low=16.0, high=128.0))


def study(trials: int = 12, **training: Any) -> Study:
    return Study.of(Search(ranges=RANGES, trials=trials), digits(**training), 1, "rates")


def allow(_experiment: Any) -> None:
    """Whatever it is, it may be trained."""


@pytest.mark.slow
def test_it_finds_a_learning_rate_that_learns_among_absurd_ones(one_thread: None) -> None:
    asked = study(14, epochs=5, optimizer={"name": "Adam", "lr": 1e-6})
    told = list(train_and_grow(asked))
    grown, results = told[-1][0], [result for _study, result in told]
    found = best(grown, results)
    assert found is not None
    assert 1e-4 < grown.arms[found.arm].values[RATE] < 0.5
    first, last = results[0].best, found.best
    assert first is not None
    assert last is not None
    assert (last.accuracy or 0) > 2 * (first.accuracy or 1)
    early = [each for each in results if each.state == "stopped"]
    assert early
    assert all(each.epoch < 5 for each in early)
    cost = Cost.of(results)
    assert cost.epochs + cost.saved == 14 * 5 - sum(5 - each.epoch for each in results if each.state == "failed")
    said = conclusion(grown, results).says
    assert said[0].startswith(f"Best: trial {found.arm}, validation accuracy")
    assert f"saved {cost.saved} epochs" in said[1]
    assert len({arm.values[RATE] for arm in grown.arms}) == 14


def made_up(count: int, state: Any = "finished") -> list[Trial]:
    """Trials whose score hangs on the learning rate alone."""
    draw, found = random.Random(0), []
    for _trial in range(count):
        rate, batch = 10 ** draw.uniform(-6, 2), draw.randint(16, 128)
        found.append(Trial({RATE: rate, BATCH: batch}, state, 1 / (1 + abs(math.log10(rate) + 2))))
    return found


def test_a_setting_that_matters_is_more_important_than_one_that_does_not() -> None:
    shares = importances(study(), made_up(40))
    assert shares is not None
    assert shares[RATE] > 0.8 > 0.2 > shares[BATCH]
    assert sum(shares.values()) == pytest.approx(1)
    assert importances(study(), made_up(9)) is None
    assert importances(study(), made_up(40, "pruned")) is None


def test_what_is_tried_next_hangs_on_the_trials_alone_and_is_near_what_was_good() -> None:
    asked, trials = study(40), made_up(20)
    arms = [next_arm(asked, trials, allow) for _again in range(2)]
    assert arms[0] == arms[1]
    assert arms[0] is not None
    grown, rates = asked, []
    for _trial in range(6):
        arm = next_arm(grown, trials, allow)
        assert arm is not None
        assert getattr(arm.experiment.training.optimizer, "lr", None) == arm.values[RATE]
        assert isinstance(arm.values[BATCH], int)
        rates.append(arm.values[RATE])
        grown = grown.with_arm(arm)
    assert len({*rates}) == 6
    assert sum(1e-4 < rate < 1 for rate in rates) >= 4  # of eight orders of magnitude, four are near the best


def test_a_search_ends_where_everything_was_tried() -> None:
    kind = Search(ranges=(Range(field="training.optimizer", choices=("SGD", "Adam")),), trials=9)
    asked = Study.of(kind, digits(), 1)  # Adam is tried as it is
    arm = next_arm(asked, [], allow)
    assert arm is not None
    assert arm.experiment.training.optimizer.name == "SGD"
    assert next_arm(asked.with_arm(arm), [], allow) is None


def test_a_trial_is_hopeless_when_its_best_lies_behind_the_median_of_the_others() -> None:
    asked = study(epochs=10)
    values = dict(asked.arms[0].values)
    others = [
        Trial(values, "finished", end, {epoch: end * epoch / 10 for epoch in range(1, 11)})
        for end in (0.5, 0.6, 0.8, 0.9, 1.0)
    ]
    for score, wanted in [(0.31, True), (0.33, False)]:  # the median at epoch 4 is 0.8 · 4 / 10 = 0.32
        running = Trial(values, "running", curve={1: 0.0, 2: score, 3: 0.0, 4: 0.0})
        assert is_hopeless(asked, [*others, running], running) is wanted
    early = Trial(values, "running", curve={1: 0.0})  # within the first fifth of its epochs
    assert not is_hopeless(asked, others, early)
    lost = Trial(values, "running", curve={4: 0.0})
    assert not is_hopeless(asked, others[:3], lost)  # too few to be held against
    patient = Study.of(Search(ranges=RANGES, prune=False), digits(), 1)
    assert not is_hopeless(patient, others, lost)


def test_the_best_is_one_that_was_trained_to_its_end() -> None:
    asked = study()
    scored = [(0, "finished", 0.7), (1, "stopped", 0.9), (2, "finished", 0.8), (3, "failed", 0.99)]
    results = [Result(arm, 0, state, best=Scores(1.0, accuracy=score)) for arm, state, score in scored]
    found = best(asked, results)
    assert found is not None
    assert found.arm == 2


@pytest.mark.parametrize(
    ("settings", "seeds", "said"),
    [
        ({}, 1, "ranges: choose at least one setting"),
        ({"ranges": [{"field": RATE, "low": 0.1, "high": 0.01}]}, 1, f"ranges: {RATE} needs low below high"),
        ({"ranges": [{"field": RATE, "low": 0.0, "high": 0.01, "log": True}]}, 1, f"ranges: {RATE} must be above 0"),
        ({"ranges": [{"field": RATE, "low": -1.0, "high": 0.01}]}, 1, f"{RATE}: must be a number above 0"),
        ({"ranges": [{"field": RATE, "choices": [0.1]}]}, 1, f"ranges: {RATE} must have two or more"),
        ({"ranges": [{"field": RATE, "lower": 1}]}, 1, "ranges.lower: Unknown setting"),
        ({"ranges": [{"field": "seed", "low": 0.0, "high": 9.0}]}, 1, "seed: names no setting"),
        ({"ranges": [RANGES[0], RANGES[0]]}, 1, "ranges: must name every setting once"),
        ({"ranges": RANGES, "trials": 1}, 1, "trials: must be a whole number from 2 to 200"),
        ({"ranges": RANGES}, 6, "seeds: must be 1 in a study of this kind, but 6 came"),
    ],
)
def test_a_wrong_search_is_told_in_a_sentence(settings: dict[str, Any], seeds: int, said: str) -> None:
    with pytest.raises(DlcoreError, match=said):
        Study.of(Search.parse(settings), digits(), seeds)
