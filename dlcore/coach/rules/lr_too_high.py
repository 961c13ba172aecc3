"""Steps so long that they jump over what they look for."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.measurements import LITTLE
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import figure, rate_ratio, unusual_rate, with_usual_rate
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.training.diagnosis import cause_of_divergence, learning_rate, smaller

UNHEARD_OF = 60.0  # times the optimizer's usual learning rate: said before training
RAISED = 3.0  # … to be blamed for a loss that jumps
HIGH = 10.0  # … to be blamed for a bad outcome
THROWN = 3.0  # … this much: nothing of them is left
REPLACED = 0.5  # the weights move by this much of themselves in an epoch


class LrTooHigh(Rule):
    """The learning rate is too large: the loss jumps instead of falling, or the first steps destroy what they find."""

    name = "lr-too-high"
    yields_to = ("unscaled-inputs", "unscaled-target", "no-activation", "wrong-output-activation")

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        if rate_ratio(experiment.training.optimizer, learning_rate(experiment)) >= UNHEARD_OF:
            sentence = N_("A learning rate of {lr} is far above what {optimizer} usually takes ({usual}).")
            yield unusual_rate(experiment, self.name, sentence)

    def listen(self, course: Course) -> Iterator[Finding]:
        optimizer, outcome, lr = course.experiment.training.optimizer, course.outcome, learning_rate(course.experiment)
        if not outcome.bad or not outcome.unlearned:
            return
        ratio = rate_ratio(optimizer, lr)
        moved = _moved(course)
        if outcome.diverged:
            if cause_of_divergence(course.experiment, course.data) != "learning rate" or ratio < 1:
                return
        elif not _jumps(course, ratio, moved) or (ratio < UNHEARD_OF and _lost_from_the_start(course)):
            return
        text = Text(
            N_("{outcome} A learning rate of {lr} moves the weights by {moved} of their length in an epoch, and the "
               "training loss went from {first} to {last}: the steps are too long."),
            outcome=outcome.text, lr=figure(lr), moved=f"{moved:.0%}".replace("%", " %"),
            first=figure(course.losses[0]), last=figure(course.losses[-1]),
        )  # fmt: skip
        measured = {**outcome.measured, "lr": lr, "moved_an_epoch": round(moved, 4), "loss_before": course.losses[0],
                    "loss": course.losses[-1], "restless": round(course.restless, 3)}  # fmt: skip
        yield Finding(self.name, outcome.severity, text, _lower(course.experiment), None, measured, course.span)


def _lower(experiment: Experiment) -> Remedy:
    usual = with_usual_rate(experiment.training.optimizer)
    lr = learning_rate(experiment)
    if usual.settings["training.optimizer.lr"] < lr / 3:
        return usual
    return Remedy({"training.optimizer.lr": float(f"{smaller(lr):.2g}")})


def _moved(course: Course) -> float:
    """The furthest that any layer's weights went in an epoch, in proportion to their length."""
    return max((float(each.moved.max()) for each in course.inside.taken if each.moved is not None and len(each.moved)),
               default=0.0)  # fmt: skip


def _jumps(course: Course, ratio: float, moved: float) -> bool:
    """Whether the training loss jumps or did not fall; the less usual the learning rate, the less it takes."""
    if ratio >= UNHEARD_OF:
        return course.restless > 0.05 or course.progress < 0.5
    if ratio >= HIGH:
        thrown = moved >= THROWN and course.progress < 0.5
        return course.restless > 0.1 or course.progress < 0.02 or thrown
    return ratio >= RAISED and moved >= REPLACED and (course.restless > 0.2 or course.progress < -0.1)


def _lost_from_the_start(course: Course) -> bool:
    """Whether the gradient did not reach the first layer before the first step either: then that is what is wrong."""
    return any(each.arriving < LITTLE for each in course.inside.taken[:1])
