"""First weights from which nothing can be learned."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary, far_inputs, far_target
from dlcore.coach.settings import depth, figure
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

DRAWN = Remedy({"training.initialization": "default"})
FAR = 5.0  # times the loss of guessing, before the first step


class BadInitialization(Rule):
    """All weights alike, so that they stay alike; or so large that the first answers are wild."""

    name = "bad-initialization"

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        if _all_zero(experiment):
            yield Finding(self.name, "warning", _zeros(), DRAWN, measured={"layers_with_weights": depth(experiment)})

    def listen(self, course: Course) -> Iterator[Finding]:
        outcome = course.outcome
        if not outcome.bad or not outcome.unlearned:
            return
        if _all_zero(course.experiment):
            text = Text(N_("{outcome} {cause}"), outcome=outcome.text, cause=_zeros())
            yield Finding(self.name, outcome.severity, text, DRAWN, None, outcome.measured, course.span)
            return
        chance = course.experiment.loss.chance(course.about)  # type: ignore[attr-defined]
        chance = 1.0 if course.about.task == "regression" else chance
        first = course.losses[0] if course.losses else None
        if (
            chance is None
            or first is None
            or first < FAR * chance
            or far_inputs(course.summary, course.about)
            or far_target(course.summary)
        ):
            return
        text = Text(
            N_("{outcome} Before the first step the loss was {first}, where guessing has {chance}: the first weights "
               "are far too large."), outcome=outcome.text, first=figure(first), chance=figure(chance)
        )  # fmt: skip
        measured = {**outcome.measured, "first_loss": first, "loss_of_guessing": chance}
        yield Finding(self.name, outcome.severity, text, DRAWN, None, measured, (0, course.trained))


def _all_zero(experiment: Experiment) -> bool:
    """Whether hidden layers begin at zero; a single layer may."""
    return experiment.training.initialization == "zeros" and depth(experiment) > 1 and experiment.start is None


def _zeros() -> Text:
    return Text(
        N_("All first weights are zero: the neurons of a layer receive the same gradient, or none, and stay alike for "
           "ever.")
    )  # fmt: skip
