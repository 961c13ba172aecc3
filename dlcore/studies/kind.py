"""What a kind of study is: a declaration that makes arms of an experiment, and says how they are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

from dlcore.declaration import Declaration
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.lookup import Registry
from dlcore.network import about_of
from dlcore.training.scores import metrics_of

Epoch = Literal["best", "last"]
Scores = Mapping[int, float]  # of one arm, by seed

STUDIES: Registry[type[StudyKind]] = Registry(N_("kind of study"), "dlcore.studies.every")


@dataclass(frozen=True)
class Arm:
    """One variant in a study: what it is called, and its experiment. Its seed is that of the base: each run's differs.

    `at` is where it stands on the axis of a sweep; None where arms have no order. `metric` is the score by which it is
    judged, where that is another than the study's. `values` are the settings that it was made by, by their names.
    """

    name: Text
    experiment: Experiment
    at: float | None = None
    metric: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


class StudyKind(Declaration):
    """One kind of study. A subclass is in the registry as soon as its file is imported.

    `metric` and `epoch` are declared before anything trains: what is compared is not chosen by what came out.
    """

    REGISTRY = STUDIES
    KEY = "kind"
    abstract: ClassVar[bool] = True
    title: ClassVar[str] = ""  # msgid
    paired: ClassVar[bool] = True  # arms are judged against the first, seed by seed
    epoch: ClassVar[Epoch] = "best"
    only_seeds: ClassVar[int | None] = None  # how many seeds an arm has, where nobody may choose that

    @property
    def planned_arms(self) -> int | None:
        """How many arms there will be in the end, of a kind that adds arms by what it has found so far; else None."""
        return None

    def costliest(self, base: Experiment) -> Experiment:
        """The arm that takes longest, of a kind that adds arms."""
        return base

    @classmethod
    def suited(cls, base: Experiment) -> Self:
        """The kind with the settings that suit this experiment, where nobody chose others."""
        del base
        return cls()

    def arms(self, base: Experiment) -> Sequence[Arm]:
        """The arms in their order; the first is what the others are compared with. Raises ExperimentError."""
        raise NotImplementedError

    def seeded(self, experiment: Experiment, seed: int) -> Experiment:
        """An arm's experiment with one of the seeds: by itself, everything in it varies."""
        return experiment.model_copy(update={"seed": seed})

    def metric(self, base: Experiment) -> str:
        """The score by which arms are judged: the most telling of the task."""
        return metrics_of(about_of(base).task)[0]

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """The kind that `to_dict` wrote. Raises ExperimentError."""
        own = {name: value for name, value in plain.items() if name != cls.KEY}
        return cls.parse({name: tuple(value) if isinstance(value, list) else value for name, value in own.items()})


def unchanged(base: Experiment) -> Arm:
    """The experiment as it is, to compare with."""
    return Arm(Text(N_("As it is")), base)
