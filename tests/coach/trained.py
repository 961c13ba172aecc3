"""What the coach says of an experiment after it was trained as it stands."""

from __future__ import annotations

from dlcore import coach, network
from dlcore.coach import Course, Finding
from dlcore.data.base import Data
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.training.check import check
from dlcore.training.loop import Trainer


def course_of(experiment: Experiment, data: Data | None = None) -> Course:
    """The course of a whole run."""
    trainer = Trainer(experiment, data)
    course = Course(experiment, trainer.data)
    for _ in course.follow(trainer):
        pass
    return course


def findings_of(experiment: Experiment) -> tuple[list[Finding], Course | None]:
    """As the command says them; without a course where the experiment cannot be trained."""
    try:
        check(experiment)
    except DlcoreError:
        return coach.examine(experiment, network.about_of(experiment)), None
    course = course_of(experiment)
    return coach.advise(course), course
