"""What a lesson sets: a task for the hand, a number to be typed, or a run that must be good enough."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dlcore.experiment import Experiment
from dlcore.lessons.now import Now
from dlcore.training.events import Scores
from dlcore.training.scores import METRICS, value

ANY = "any data"  # of a task that is about something else


@dataclass(frozen=True)
class Task:
    """A section that sets a task: done when `grade` says so of how the board was left."""

    section: str
    grade: Callable[[Now], bool]


@dataclass(frozen=True)
class TypedTask:
    """A task that asks for a number, which torch knows: right within `within` of it."""

    section: str
    answer: Callable[[Now], float]
    within: float = 0.005

    def grade(self, now: Now, typed: float) -> bool:
        """Whether a number is right for the board as it stands."""
        return abs(typed - self.answer(now)) <= self.within


@dataclass(frozen=True)
class TrainingTask:
    """A task that is done by a finished run of the learner's own.

    goals: by the name of its data set, or `ANY`, the score that counts and what it must reach at the run's best epoch;
    a loss must come down to it. also: what else is asked of the experiment.
    """

    section: str
    goals: Mapping[str, tuple[str, float]]
    also: Callable[[Experiment], bool] = lambda _experiment: True

    def grade(self, experiment: Experiment, best: Scores) -> bool:
        """Whether a run of this experiment, with these scores at its best epoch, does it."""
        goal = self.goals.get(experiment.dataset.source.name, self.goals.get(ANY))
        return goal is not None and reaches(best, *goal) and self.also(experiment)


def reaches(scores: Scores, name: str, goal: float) -> bool:
    """Whether a score is there, and as good as that."""
    found = value(scores, name)
    return found is not None and (found <= goal if METRICS[name].lower else found >= goal)


def layers(experiment: Experiment) -> list[str]:
    """The names of its layers, as torch has them."""
    return [layer.name for layer in experiment.network]
