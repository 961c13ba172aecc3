"""Verdicts: against scipy's paired t, Holm by hand, and by counting in studies whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from dlcore.studies.verdicts import Measured, holm, judge, practical
from dlcore.training.scores import METRICS

SEEDS = range(6)


def measured(base: np.ndarray, arm: np.ndarray, metric: str = "accuracy", **others: object) -> Measured:
    return Measured(metric, dict(enumerate(base)), dict(enumerate(arm)), **({"least": 0.0} | others))  # type: ignore[arg-type]


@pytest.mark.parametrize("n", [2, 3, 6, 30])
def test_the_interval_and_p_are_those_of_scipys_paired_t(n: int) -> None:
    random = np.random.default_rng(n)
    base, arm = random.normal(0.8, 0.02, n), random.normal(0.82, 0.02, n)
    found = judge([measured(base, arm)])[0]
    wanted = stats.ttest_rel(arm, base)
    interval = wanted.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-12)
    assert found.adjusted == pytest.approx(wanted.pvalue, rel=1e-12)
    assert found.difference == pytest.approx((arm - base).mean())
    assert (found.lowest, found.highest) == pytest.approx(((arm - base).min(), (arm - base).max()))
    assert (found.n, found.better) == (n, int((arm > base).sum()))


def test_holm_multiplies_the_smallest_by_all_the_next_by_one_less_and_never_falls() -> None:
    by_hand = [4 * 0.005, 0.06, 0.06, 1 * 0.1]  # sorted 0.005·4, 0.02·3, 0.03·2, 0.1·1
    assert holm([0.005, 0.02, 0.03, 0.1]) == pytest.approx(by_hand)
    assert holm([0.1, 0.03, 0.02, 0.005]) == pytest.approx(by_hand[::-1])
    assert holm([0.01, 0.011]) == pytest.approx([0.02, 0.02])  # the second is no smaller than the first
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_an_arm_that_is_not_known_yet_counts_against_those_that_are() -> None:
    assert holm([0.01, None, None]) == [0.03, None, None]
    for unknown in (0.001, 0.02, 0.5):  # whatever it turns out to be, what was said holds
        final, soon = holm([0.01, unknown])[0], holm([0.01, None])[0]
        assert final is not None
        assert soon is not None
        assert final <= soon


@pytest.mark.parametrize("metric", ["loss", "mae", "perplexity"])
def test_of_a_score_that_should_be_small_less_is_better(metric: str) -> None:
    base = np.array([1.0, 1.1, 0.9, 1.05, 0.95, 1.0])
    found = judge([measured(base, base - 0.5 + 0.01 * np.arange(6), metric)])[0]
    assert METRICS[metric].lower
    assert (found.word, found.better) == ("helped", 6)
    assert judge([measured(base, base + 0.5 + 0.01 * np.arange(6), metric)])[0].word == "hurt"


def test_a_word_needs_every_seed_to_agree() -> None:
    base, gains = np.zeros(12), np.array([0.5] * 11 + [-0.05])
    found = judge([measured(base, gains + 0.001 * np.arange(12))])[0]
    assert found.adjusted is not None
    assert found.adjusted < 0.001
    assert (found.word, found.better) == ("leaning", 11)


def test_a_difference_that_is_sure_and_small_is_no_help() -> None:
    base = np.full(6, 0.8)
    tiny = base + 0.001 + 0.00001 * np.arange(6)
    assert judge([measured(base, tiny)])[0].word == "helped"
    assert judge([measured(base, tiny, least=None)])[0].word == "cannot be told"
    assert practical("accuracy", [0.8]) == 0.01
    assert practical("loss", [1.0, 3.0]) == pytest.approx(0.04)


def test_one_seed_gives_numbers_and_no_verdict() -> None:
    found = judge([measured(np.array([0.5]), np.array([0.9]))])[0]
    assert (found.word, found.low, found.high, found.adjusted) == ("no verdict", None, None, None)
    assert found.difference == pytest.approx(0.4)
    assert judge([Measured("loss", {}, {})])[0].word == "no verdict"


def test_an_arm_in_which_a_run_failed_is_not_said_to_have_helped() -> None:
    base, arm = np.zeros(6), np.full(6, 0.5) + 0.01 * np.arange(6)
    assert judge([measured(base, arm)])[0].word == "helped"
    found = judge([measured(base, arm[:5], failed=1)])[0]
    assert (found.n, found.failed, found.word) == (5, 1, "leaning")


def test_what_still_trains_gets_numbers_and_no_word_yet() -> None:
    base, arm = np.zeros(6), np.full(6, 0.5) + 0.01 * np.arange(6)
    found = judge([measured(base, arm[:3], complete=False)])[0]
    assert (found.n, found.word) == (3, "no verdict")
    assert found.low is not None


def test_differences_that_are_all_alike_are_no_division_by_zero() -> None:
    base = np.array([0.25, 0.5, 0.75])
    assert judge([measured(base, base)])[0].word == "cannot be told"
    found = judge([measured(base, base + 0.25)])[0]
    assert (found.word, found.low, found.high) == ("helped", 0.25, 0.25)


def studies(count: int, effect: float, arms: int = 1) -> tuple[int, int]:
    """(how many of so many studies said helped or hurt of at least one arm, how many said helped of the first)."""
    random = np.random.default_rng(20)
    told = found = 0
    for _ in range(count):
        common = random.normal(0, 3, len(SEEDS))  # what both arms owe to the seed
        base = common + random.normal(0, math.sqrt(0.5), len(SEEDS))
        twins = [common + random.normal(0, math.sqrt(0.5), len(SEEDS)) for _ in range(arms)]
        twins[0] = twins[0] + effect  # the differences have a standard deviation of 1
        words = [each.word for each in judge([measured(base, twin) for twin in twins])]
        told += any(word in ("helped", "hurt") for word in words)
        found += words[0] == "helped"
    return told, found


@pytest.mark.parametrize("count", [300, pytest.param(1000, marks=pytest.mark.long)])
def test_of_studies_in_which_nothing_differs_at_most_one_in_twenty_says_so(count: int) -> None:
    for arms in (1, 7):
        told, _found = studies(count, 0.0, arms)
        print(f"{told} of {count} null studies of {arms} arms were judged")
        assert told <= 0.05 * count


@pytest.mark.parametrize("count", [300, pytest.param(1000, marks=pytest.mark.long)])
def test_a_difference_of_two_standard_deviations_is_found_four_times_in_five(count: int) -> None:
    _told, found = studies(count, 2.0)
    print(f"{found} of {count} were found")
    assert found >= 0.8 * count
