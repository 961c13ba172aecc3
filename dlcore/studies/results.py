"""What came of a study so far: scores by seed, what failed, and the verdicts that they allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from dlcore.studies.kind import Arm
from dlcore.studies.study import Study
from dlcore.studies.verdicts import Measured, Verdict, judge, plain
from dlcore.training.scores import Scores, value

ENDED = ("finished", "stopped", "failed", "missing", "paused")  # nothing more will come by itself
MISSING = "missing"  # the run was deleted


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


def _verdicts(study: Study, by_arm: Sequence[Sequence[Result]]) -> list[Verdict]:
    base, *others = by_arm
    return judge([_measured(study, arm, base, found) for arm, found in zip(study.arms[1:], others, strict=True)])


def _measured(study: Study, arm: Arm, base: Sequence[Result], found: Sequence[Result]) -> Measured:
    metric = study.metric_of(arm)
    return Measured(
        metric,
        scores_of(study, base, metric),
        scores_of(study, found, metric),
        failed=sum(each.state == "failed" for each in found),
        complete=all(each.state in ENDED for each in (*base, *found)),
    )


def verdict_lines(lines: Sequence[ArmResult]) -> list[dict[str, Any]]:
    """The verdicts as plain JSON, with the scores of every seed."""
    return [
        plain(line.verdict, arm=str(line.arm.name), metric=line.metric, scores=dict(line.scores))
        for line in lines
        if line.verdict is not None
    ]
