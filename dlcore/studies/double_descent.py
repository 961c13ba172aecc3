"""Whether an error falls, rises and falls again along capacity: a rule that was declared before anything trained.

There is double descent where some capacity is worse than a smaller one and worse than a larger one: both differences,
seed by seed, are at least what matters in practice, and both are told from chance by a one-sided paired t test whose
level, 5 %, is shared among all pairs of capacities that could have been chosen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from dlcore.studies.verdicts import LEAST_SEEDS, LEVEL, practical

ROUNDING = 1e-12  # of a number: what seeds differ by that do not differ


@dataclass(frozen=True)
class Descent:
    """Places along capacity: the first valley, the peak behind it, and where the error is lower again."""

    valley: int
    peak: int
    beyond: int
    rise: float  # from valley to peak, mean over seeds
    fall: float  # from peak to beyond


def double_descent(errors: Sequence[Mapping[int, float]], metric: str) -> Descent | None:
    """The most pronounced one of these errors by seed, one mapping a capacity in rising order; None without any."""
    found = [each for peak in range(1, len(errors) - 1) if (each := _around(errors, peak, metric))]
    return max(found, key=lambda each: min(each.rise, each.fall), default=None)


def _around(errors: Sequence[Mapping[int, float]], peak: int, metric: str) -> Descent | None:
    if not all(errors):
        return None
    means = [fmean(each.values()) for each in errors]
    valley = min(range(peak), key=means.__getitem__)
    beyond = min(range(peak + 1, len(errors)), key=means.__getitem__)
    pairs = len(errors) * (len(errors) - 1) / 2
    least = practical(metric, means)
    if not all(_higher(errors[peak], errors[other], least, LEVEL / pairs) for other in (valley, beyond)):
        return None
    return Descent(valley, peak, beyond, means[peak] - means[valley], means[peak] - means[beyond])


def _higher(one: Mapping[int, float], other: Mapping[int, float], least: float, level: float) -> bool:
    """Whether the first errors are higher, seed by seed, by at least so much, and by more than chance."""
    found = [one[seed] - other[seed] for seed in one if seed in other]
    if len(found) < LEAST_SEEDS or fmean(found) < least:
        return False
    deviation = stdev(found)
    if deviation <= ROUNDING * abs(fmean(found)):  # they are the same but for how numbers are written
        return True
    from scipy.stats import t

    return float(t.sf(fmean(found) / (deviation / len(found) ** 0.5), len(found) - 1)) <= level
