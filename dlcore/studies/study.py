"""A study as a value: what is compared, with which seeds, by which score; to and from plain data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.network import about_of
from dlcore.studies.chance import EVERYTHING, Varied, varying
from dlcore.studies.kind import STUDIES, Arm, Epoch, StudyKind
from dlcore.training.scores import metrics_of

SEEDS = 6  # with 5, no exact test of signs can reach p < 0.05
MOST_SEEDS = 30
MOST_ARMS = 40


@dataclass(frozen=True)
class StudyRun:
    """One run of a study: which arm, with which seed."""

    arm: int
    seed: int
    experiment: Experiment
    name: str
    filmed: bool  # whether its probes are recorded: of one seed an arm


@dataclass(frozen=True)
class Study:
    """Kind, base, arms, seeds, and how they are judged. The first arm is what the others are compared with.

    Every run is known before the first begins; `metric` and `epoch` (best, or last) too.
    """

    kind: StudyKind
    arms: tuple[Arm, ...]
    seeds: tuple[int, ...]
    metric: str
    epoch: Epoch
    name: str = field(default="", compare=False)

    @classmethod
    def of(
        cls, kind: StudyKind, base: Experiment, seeds: int = SEEDS, name: str = "", varies: Varied = EVERYTHING
    ) -> Self:
        """The study of this kind about an experiment. Raises ExperimentError where it has nothing to compare.

        varies: what is another with each seed; all other chance is that of the base.
        """
        base = varying(base, varies)
        if not 1 <= seeds <= MOST_SEEDS:
            text = N_("must be a whole number from 1 to {most}, but {received} came")
            raise ExperimentError(Text(text, most=MOST_SEEDS, received=seeds), "seeds")
        if kind.only_seeds not in (None, seeds):
            text = N_("must be {count} in a study of this kind, but {received} came")
            raise ExperimentError(Text(text, count=kind.only_seeds, received=seeds), "seeds")
        metric = kind.metric(base)
        arms = tuple(_judged(each, base, metric) for each in kind.arms(base))
        if len(arms) > MOST_ARMS:
            raise ExperimentError(Text(N_("must be at most {most}, but {received} came"), most=MOST_ARMS,
                                       received=len(arms)), "arms")  # fmt: skip
        drawn = tuple(range(base.seed, base.seed + seeds))
        return cls(kind, arms, drawn, metric, kind.epoch, name)

    def metric_of(self, arm: Arm) -> str:
        """The score by which an arm is judged."""
        return arm.metric or self.metric

    @property
    def base(self) -> Experiment:
        """What the other arms are compared with."""
        return self.arms[0].experiment

    def runs(self) -> Iterator[StudyRun]:
        """All runs in the order in which they are trained: arm by arm, so that the first verdict is there soon."""
        for number, arm in enumerate(self.arms):
            for place, seed in enumerate(self.seeds):
                experiment = self.kind.seeded(arm.experiment, seed)
                yield StudyRun(number, seed, experiment, self.run_name(arm, seed), filmed=place == 0)

    @property
    def planned(self) -> int:
        """How many runs there will be in the end."""
        return (self.kind.planned_arms or len(self.arms)) * len(self.seeds)

    def with_arm(self, arm: Arm) -> Self:
        """The study with another arm behind those that it has."""
        return replace(self, arms=(*self.arms, arm))

    def run_name(self, arm: Arm, seed: int) -> str:
        """What a run is called in a list."""
        return f"{self.name} · {arm.name} · {seed}".strip(" ·")

    def __len__(self) -> int:
        return len(self.arms) * len(self.seeds)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON that `from_json` turns into an equal study."""
        return {
            "kind": self.kind.to_dict(),
            "arms": [plain_arm(each) for each in self.arms],
            "seeds": list(self.seeds),
            "metric": self.metric,
            "epoch": self.epoch,
            "name": self.name,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The study that `to_json` wrote."""
        kind = STUDIES.find(stored["kind"][StudyKind.KEY]).from_plain(stored["kind"])
        arms = tuple(_arm(each) for each in stored["arms"])
        return cls(kind, arms, tuple(stored["seeds"]), stored["metric"], stored["epoch"], stored["name"])


def _judged(arm: Arm, base: Experiment, metric: str) -> Arm:
    """An arm that learns by another loss than the base is judged by the task's score: its loss measures another thing.

    A loss that is set otherwise is another one.
    """
    if metric != "loss" or arm.experiment.loss == base.loss:
        return arm
    return replace(arm, metric=metrics_of(about_of(base).task)[0])


def plain_arm(arm: Arm) -> dict[str, Any]:
    """Plain JSON of an arm, as a study keeps it."""
    plain = {"name": arm.name.to_json(), "experiment": arm.experiment.to_dict()}
    values = {"values": dict(arm.values)} if arm.values else {}
    return plain | {"at": arm.at, "metric": arm.metric} | values


def _arm(stored: Mapping[str, Any]) -> Arm:
    return Arm(Text.from_json(stored["name"]), Experiment.from_stored(stored["experiment"]), stored["at"],
               stored["metric"], stored.get("values", {}))  # fmt: skip
