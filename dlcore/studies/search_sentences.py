"""A search in words: what it found, what it cost, which settings matter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from dlcore.i18n import N_, _
from dlcore.studies.assignment import figure
from dlcore.studies.results import Result
from dlcore.studies.sampling import ENOUGH, best, score_of
from dlcore.studies.study import Study
from dlcore.studies.variables import title_of
from dlcore.training.scores import METRICS

FLATTERED = N_(
    "The best of many was chosen by the validation rows, which flatters it: train it with other seeds, or open the "
    "test part, to see what it is worth."
)


@dataclass(frozen=True)
class Cost:
    """What a search has cost so far. `saved`: epochs that trials which were stopped early did not train."""

    finished: int
    pruned: int
    failed: int
    epochs: int
    saved: int
    seconds: float

    @classmethod
    def of(cls, results: Sequence[Result]) -> Cost:
        """Of these runs."""
        counted = Counter(each.state for each in results)
        saved = sum(each.epochs - each.epoch for each in results if each.state == "stopped")
        epochs, seconds = sum(each.epoch for each in results), sum(each.seconds for each in results)
        return cls(counted["finished"], counted["stopped"], counted["failed"], epochs, saved, seconds)


def conclusion(study: Study, results: Sequence[Result]) -> list[str]:
    """What a search says; nothing before a trial has ended."""
    found = best(study, results)
    if found is None:
        return []
    return [_found(study, found, results), cost_sentence(results), _(FLATTERED)]


def _found(study: Study, found: Result, results: Sequence[Result]) -> str:
    metric = METRICS[study.metric]
    first = next((score_of(study, each) for each in results if each.arm == 0 and each.state == "finished"), None)
    said = _("Best: trial {number}, validation {metric} {value} ({settings}).", number=found.arm, metric=_(metric.noun),
             value=metric.number(score_of(study, found) or 0.0), settings=settings(study, found.arm))  # fmt: skip
    if first is None:
        return said
    return f"{said} {_('The experiment as it is has {value}.', value=metric.number(first))}"


def settings(study: Study, arm: int) -> str:
    """What a trial is made of: «Learning rate: 0.0063, Batch size: 32»."""
    named = study.arms[arm].values.items()
    return _(", ").join(_("{setting}: {value}", setting=title_of(field), value=figure(each)) for field, each in named)


def cost_sentence(results: Sequence[Result]) -> str:
    """What it has cost so far."""
    cost = Cost.of(results)
    return _("It has cost {finished} trials to their end, {pruned} stopped early and {failed} failed: {epochs} epochs, "
             "{seconds} s of training; stopping early saved {saved} epochs.",
             **asdict(cost) | {"seconds": f"{cost.seconds:,.1f}"})  # fmt: skip


def importance_sentence(found: Mapping[str, float] | None) -> str:
    """Which settings matter, as far as the trials can say."""
    if not found:
        return _("Which settings matter is said when {count} trials have come to their end with scores that differ.",
                 count=ENOUGH)  # fmt: skip
    named = (f"{title_of(field)} {share:.0%}" for field, share in found.items())
    return _("How far scores differ because of each setting (fANOVA): {settings}.", settings=_(", ").join(named))
