"""Parts of the variance: how much of a score's chance is the split's, the first weights', the order's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import variance
from typing import Any, ClassVar

from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text, _
from dlcore.studies.chance import NAMES, VARIED, Varied, varying
from dlcore.studies.kind import Arm, Scores, StudyKind

LEVEL = 0.05
LEAST = 2  # seeds; fewer, and nothing varies


@dataclass(frozen=True)
class VariancePart:
    """The variance of the score while one part of chance varies around the base, and its 95 % interval."""

    name: Varied  # everything, split, weights, order
    seeds: int
    variance: float
    low: float
    high: float

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return dict(vars(self))


class VarianceParts(StudyKind):
    """The same experiment with everything drawn anew, and with one part of chance drawn anew at a time.

    Around another base the parts may be others, and what happens only when two vary together is in none of them.
    """

    name = "variance"
    title = N_("Where does chance come from?")
    paired: ClassVar[bool] = False

    def arms(self, base: Experiment) -> Sequence[Arm]:
        return [Arm(Text(NAMES[each]), varying(base, each)) for each in VARIED]


def parts(scores: Sequence[Scores]) -> list[VariancePart]:
    """Of each arm in the order of `VARIED`, the variance between seeds; arms of fewer than two seeds are left out."""
    pairs = zip(VARIED, scores, strict=True)
    return [_part(name, list(found.values())) for name, found in pairs if len(found) >= LEAST]


def sentences(found: Sequence[VariancePart]) -> Iterator[str]:
    """The parts line by line, and what they do not say."""
    for each in found:
        low, high = (f"{end:.3g}" for end in (each.low, each.high))
        yield _("{part}: variance {variance} (95 % interval {low} … {high})", part=_(NAMES[each.name]),
                variance=f"{each.variance:.3g}", low=low, high=high)  # fmt: skip
    if len(found) == len(VARIED):
        yield caveat(found)


def _part(name: Varied, scores: Sequence[float]) -> VariancePart:
    """With the interval of the variance of normal scores: by chi squared."""
    from scipy.stats import chi2

    free, found = len(scores) - 1, variance(scores)
    low, high = (free * found / float(chi2.ppf(each, free)) for each in (1 - LEVEL / 2, LEVEL / 2))
    return VariancePart(name, len(scores), found, low, high)


def rest(found: Sequence[VariancePart]) -> float | None:
    """What the parts leave of the whole: what only happens when several vary together, and chance. None without all."""
    by_name = {each.name: each.variance for each in found}
    if set(by_name) != set(VARIED):
        return None
    return by_name["everything"] - sum(by_name[each] for each in VARIED[1:])


def caveat(found: Sequence[VariancePart]) -> str:
    """What the parts do not say."""
    left = rest(found)
    total = next((each.variance for each in found if each.name == VARIED[0]), 0.0)
    seeds = min((each.seeds for each in found), default=0)
    wide = _("With {seeds} seeds each variance is known only roughly: its interval says how roughly.", seeds=seeds)
    if left is None or not total:
        return wide
    if left < 0:
        told = _("Together the parts are more than the whole: with so few seeds that happens by chance.")
    else:
        told = _("{share} of the whole is in no part: what happens only when several vary together, and chance.",
                 share=f"{left / total:.0%}")  # fmt: skip
    return f"{told} {wide}"
