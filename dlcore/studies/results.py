"""What came of a study so far: scores by seed, what failed, and the verdicts that they allow."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, stdev
from typing import Any

from dlcore.studies.kind import Arm
from dlcore.studies.study import Study
from dlcore.studies.verdicts import Measured, Verdict, judge, plain
from dlcore.training.scores import METRICS, Scores, value

MISSING = "missing"  # the run was deleted
ENDED = ("finished", "stopped", "failed", MISSING)  # nothing more will come; what rests is gone on with
LEFT_OUT = ("stopped", MISSING)  # by somebody who may have seen the score


@dataclass(frozen=True)
class Result:
    """How one run of a study stands. `state` is that of the run; one that diverged has failed."""

    arm: int
    seed: int
    state: str
    run_id: str = ""
    best: Scores | None = None
    last: Scores | None = None
    best_epoch: int | None = None
    epoch: int = 0
    epochs: int = 0
    seconds: float = 0.0
    train: Scores | None = None  # of the training part at the epoch by which the study judges; where it was asked for


@dataclass(frozen=True)
class ArmResult:
    """One line of the table: the scores of an arm by seed, how many runs are in which state, and the verdict.

    The first arm has no verdict, nor has any arm of a study that compares none.
    """

    arm: Arm
    metric: str
    scores: Mapping[int, float]
    states: Mapping[str, int]
    best_epochs: Mapping[int, int]
    verdict: Verdict | None

    @property
    def mean(self) -> float | None:
        """The mean over seeds."""
        return fmean(self.scores.values()) if self.scores else None

    @property
    def deviation(self) -> float | None:
        """The standard deviation between seeds, as estimated for more of them."""
        return stdev(self.scores.values()) if len(self.scores) > 1 else None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON: what was measured, and how many runs are in which state."""
        return {
            "arm": str(self.arm.name),
            "metric": self.metric,
            "mean": self.mean,
            "deviation": self.deviation,
            "scores": dict(self.scores),
            "states": dict(self.states),
            "best_epochs": dict(self.best_epochs),
        }

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return all(state in ENDED for state in self.states)

    @property
    def resting(self) -> bool:
        """Whether nothing comes by itself, and something would."""
        return not self.ended and all(state in (*ENDED, "paused") for state in self.states)

    @property
    def runs(self) -> int:
        """How many runs it has in all."""
        return sum(self.states.values())


def arm_results(study: Study, results: Sequence[Result]) -> list[ArmResult]:
    """A line for each arm, in their order."""
    by_arm = [[each for each in results if each.arm == number] for number in range(len(study.arms))]
    verdicts = _verdicts(study, by_arm) if study.kind.paired else []
    return [
        ArmResult(
            arm,
            metric := study.metric_of(arm),
            scores_of(study, found, metric),
            Counter(each.state for each in found),
            {each.seed: each.best_epoch for each in found if each.best_epoch is not None},
            verdicts[number - 1] if verdicts and number else None,
        )
        for number, (arm, found) in enumerate(zip(study.arms, by_arm, strict=True))
    ]


def scores_of(study: Study, results: Sequence[Result], metric: str) -> dict[int, float]:
    """By seed, what was declared to be compared, of the runs that trained to their end."""
    found = {each.seed: value(getattr(each, study.epoch), metric) for each in results if each.state == "finished"}
    return {seed: score for seed, score in found.items() if score is not None}


BEYOND_DOUBT = 1.3  # the last validation loss over the best, from which on nobody doubts that a network overfits


def overfitted(results: Sequence[Result]) -> list[float]:
    """Of each run that trained to its end, its last validation loss as a multiple of its best."""
    losses = [(value(each.last, "loss"), value(each.best, "loss")) for each in results if each.state == "finished"]
    return [last / best for last, best in losses if last is not None and best]


def _verdicts(study: Study, by_arm: Sequence[Sequence[Result]]) -> list[Verdict]:
    base, *others = by_arm
    return judge([_measured(study, arm, base, found) for arm, found in zip(study.arms[1:], others, strict=True)])


def _measured(study: Study, arm: Arm, base: Sequence[Result], found: Sequence[Result]) -> Measured:
    """The scores of both arms; a word is found once, when every run of both has ended: nobody looks until it suits.

    A seed that somebody stopped or deleted, in the arm or in the base, counts as one in which the arm was not better.
    """
    metric = study.metric_of(arm)
    lost = {each.seed for each in found if each.state in ("failed", *LEFT_OUT)}
    lost |= {each.seed for each in base if each.state in LEFT_OUT}
    return Measured(
        metric,
        scores_of(study, base, metric),
        scores_of(study, found, metric),
        failed=len(lost),
        complete=all(each.state in ENDED for each in (*base, *found)),
    )


def with_training(results: Sequence[Result], scores: Mapping[tuple[int, int], Scores]) -> list[Result]:
    """The results with what was measured on the training part, by (arm, seed)."""
    return [replace(each, train=scores.get((each.arm, each.seed))) for each in results]


def ranked(lines: Sequence[ArmResult]) -> list[ArmResult]:
    """The first arm, then the others by what their intervals are sure of; what is not known yet comes last.

    Arms that are judged by a score of their own stand behind those that are judged by the first one's.
    """
    if not lines:
        return []
    first, *others = lines
    return [first, *sorted(others, key=lambda line: (line.metric != first.metric, -_surely_better(line)))]


def _surely_better(line: ArmResult) -> float:
    """By how much the arm is better at the end of its interval that says least for it."""
    found, lower = line.verdict, METRICS[line.metric].lower
    if found is None or found.difference is None:
        return -math.inf
    ends = (found.difference,) if found.low is None or found.high is None else (found.low, found.high)
    return -max(ends) if lower else min(ends)


def verdict_lines(lines: Sequence[ArmResult]) -> list[dict[str, Any]]:
    """The verdicts as plain JSON, with the scores of every seed."""
    return [
        plain(line.verdict, arm=str(line.arm.name), metric=line.metric, scores=dict(line.scores))
        for line in lines
        if line.verdict is not None
    ]
