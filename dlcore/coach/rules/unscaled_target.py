"""A number to predict that is far from unit scale."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary, far_target
from dlcore.coach.settings import figure
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

STANDARD = Remedy({"dataset.scale_target": "standard"})


class UnscaledTarget(Rule):
    """First outputs lie around 0, and the target far away from there: the steps to it are far too many."""

    name = "unscaled-target"

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        far = far_target(data) if data is not None and experiment.dataset.scale_target == "none" else None
        if far is not None:
            yield Finding(self.name, "remark", _sentence(far), STANDARD, measured=_measured(far))

    def listen(self, course: Course) -> Iterator[Finding]:
        far = far_target(course.summary) if course.experiment.dataset.scale_target == "none" else None
        if far is None or not course.outcome.bad:
            return
        text = Text(N_("{outcome} {cause}"), outcome=course.outcome.text, cause=_sentence(far))
        measured = {**course.outcome.measured, **_measured(far)}
        yield Finding(self.name, course.outcome.severity, text, STANDARD, None, measured, course.span)


def _sentence(far: tuple[float, float]) -> Text:
    return Text(
        N_("The target is not scaled: its mean is {mean} and its standard deviation {deviation}, where a network's "
           "first answers lie around 0."), mean=figure(far[0]), deviation=figure(far[1])
    )  # fmt: skip


def _measured(far: tuple[float, float]) -> dict[str, float]:
    return {"mean": far[0], "standard_deviation": far[1]}
