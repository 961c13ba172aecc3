"""Whether a change helped: the differences of paired seeds, their interval, and the word that they allow.

Two arms with the same seed share split, first weights and order of batches, so each seed gives one difference. The
interval is Student's t of these differences; of several arms, Holm keeps the chance that any null arm gets a word at
5 %. A word needs more than that: every seed must agree, and the difference must be as large as was declared to matter.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any, Literal

from dlcore.training.scores import METRICS

LEVEL = 0.05  # of the family of all arms
LEAST_SEEDS = 2  # fewer, and nothing is known about chance
LEAST_SHARE = 0.01  # the smallest difference that matters, of a score whose best is 1 …
LEAST_RATIO = 0.02  # … and of any other, as a share of what the base has

Word = Literal["helped", "hurt", "leaning", "cannot be told", "no verdict"]


@dataclass(frozen=True)
class Verdict:
    """What the paired seeds say of one arm. Differences are arm minus base, in units of the metric.

    `better` counts the seeds in which the arm was better. Numbers are None where too few seeds were measured in both.
    A run of the arm that failed is a seed in which it was not better: whoever fails cannot be said to have helped. So
    is one that somebody stopped or deleted, who may have seen how it went.
    """

    n: int  # seeds measured in both arms
    failed: int  # further seeds, in which the arm has failed or a run was stopped or deleted
    better: int
    difference: float | None  # mean
    low: float | None  # of the 95 % interval of the mean
    high: float | None
    lowest: float | None  # of the differences
    highest: float | None
    adjusted: float | None  # Holm's p
    word: Word

    @property
    def told(self) -> bool:
        """Whether a word was found."""
        return self.word in ("helped", "hurt")


@dataclass(frozen=True)
class _Paired:
    """The differences of one arm, and Student's t of them."""

    differences: tuple[float, ...]
    failed: int
    interval: tuple[float, float] | None
    p: float | None


@dataclass(frozen=True)
class Measured:
    """What is known of one arm beside the base, by one metric: the scores of both by seed."""

    metric: str
    base: Mapping[int, float]
    arm: Mapping[int, float]  # a seed that either lacks is no pair
    failed: int = 0  # seeds that were lost: the arm failed, or somebody stopped or deleted a run
    complete: bool = True  # all runs of both have ended: one that has not gets numbers, and no word yet
    least: float | None = None  # the smallest difference that matters; `practical` of the base without it

    @property
    def differences(self) -> list[float]:
        """Arm minus base, of every seed that both have."""
        return [self.arm[seed] - self.base[seed] for seed in self.base if seed in self.arm]


def judge(arms: Sequence[Measured]) -> list[Verdict]:
    """One verdict an arm; the more arms there are, the more each must show.

    What is said holds: helped and hurt once an arm is complete, as those that follow can only make Holm's p smaller;
    the other words once all arms are.
    """
    pairs = [_paired(each.differences, each.failed) for each in arms]
    adjusted = holm([pair.p if arm.complete else None for arm, pair in zip(arms, pairs, strict=True)])
    final = all(each.complete for each in arms)
    return [_verdict(*each, final) for each in zip(arms, pairs, adjusted, strict=True)]


def practical(metric: str, base: Sequence[float]) -> float:
    """The smallest difference that matters: 0.01 of a score whose best is 1, else 2 % of what the base has."""
    bounded = METRICS[metric].bounds[1] == 1
    return LEAST_SHARE if bounded else LEAST_RATIO * abs(fmean(base)) if base else 0.0


def holm(values: Sequence[float | None]) -> list[float | None]:
    """Holm's adjusted p of each; one that is not known yet (None) counts as another comparison, and stays None.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    known = sorted((p, place) for place, p in enumerate(values) if p is not None)
    adjusted: list[float | None] = [None] * len(values)
    largest = 0.0
    for rank, (p, place) in enumerate(known):
        largest = max(largest, min(1.0, (len(values) - rank) * p))
        adjusted[place] = largest
    return adjusted


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Student's 95 % interval of the mean of at least two values."""
    from scipy.stats import t

    mean, half = fmean(values), float(t.ppf(1 - LEVEL / 2, len(values) - 1)) * stdev(values) / math.sqrt(len(values))
    return mean - half, mean + half


def _paired(differences: Sequence[float], failed: int) -> _Paired:
    if len(differences) < LEAST_SEEDS:
        return _Paired(tuple(differences), failed, None, None)
    return _Paired(tuple(differences), failed, interval(differences), _p(differences))


def _p(differences: Sequence[float]) -> float:
    """Of the two-sided paired t test. Where all differences are alike, chance has no part in them."""
    from scipy.stats import t

    spread, mean = stdev(differences), fmean(differences)
    if spread == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * t.sf(abs(mean) / (spread / math.sqrt(len(differences))), len(differences) - 1))


def _verdict(arm: Measured, pair: _Paired, adjusted: float | None, final: bool) -> Verdict:
    found, lower = pair.differences, METRICS[arm.metric].lower
    least = practical(arm.metric, list(arm.base.values())) if arm.least is None else arm.least
    better = sum((each < 0) if lower else (each > 0) for each in found)
    low, high = pair.interval or (None, None)
    return Verdict(
        n=len(found),
        failed=pair.failed,
        better=better,
        difference=fmean(found) if found else None,
        low=low,
        high=high,
        lowest=min(found, default=None),
        highest=max(found, default=None),
        adjusted=adjusted,
        word=_word(pair, adjusted, final, lower, least) if arm.complete else "no verdict",
    )


def _word(pair: _Paired, adjusted: float | None, final: bool, lower: bool, least: float) -> Word:
    """helped and hurt: Holm's p is at most 5 %, all signs agree, and the mean is at least what matters."""
    if pair.interval is None or adjusted is None:
        return "no verdict"
    mean, (low, high) = fmean(pair.differences), pair.interval
    agree = all(each > 0 for each in pair.differences) or all(each < 0 for each in pair.differences)
    if adjusted <= LEVEL and agree and not pair.failed and abs(mean) >= least:
        return "helped" if (mean < 0) == lower else "hurt"
    if not final:
        return "no verdict"
    return "leaning" if (low > 0 or high < 0) and abs(mean) >= least else "cannot be told"


def plain(verdict: Verdict, **beside: Any) -> dict[str, Any]:
    """Plain JSON of a verdict, as `python -m dlcore study --json` prints it."""
    return {
        **beside,
        "n": verdict.n,
        "difference": verdict.difference,
        "low": verdict.low,
        "high": verdict.high,
        "lowest": verdict.lowest,
        "highest": verdict.highest,
        "failed": verdict.failed,
        "signs": f"{verdict.better} of {verdict.n + verdict.failed}",
        "p": verdict.adjusted,
        "word": verdict.word,
    }
