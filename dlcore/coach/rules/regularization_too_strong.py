"""Weights held so small that they can say nothing."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import decay, figure, plain_loss
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

EXTREME = 0.5  # weight decay: said before training
STRONG = 0.005  # … to be blamed for a bad outcome
DECOUPLED = 20.0  # AdamW multiplies it by the learning rate: as strong only with so much more
SMOOTHED = 0.5  # label smoothing: half of the certainty spread over all classes
SHRUNK = 0.9  # of their first length that the weights have left


class RegularizationTooStrong(Rule):
    """Weight decay or label smoothing outweighs what the examples say."""

    name = "regularization-too-strong"

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        smoothed = _smoothing(experiment)
        if smoothed >= SMOOTHED:
            yield Finding(
                self.name, "remark", _smoothing_sentence(smoothed), _certain(experiment),
                measured={"label_smoothing": smoothed},
            )  # fmt: skip
        elif decay(experiment.training.optimizer) >= EXTREME * _weight(experiment):
            amount = decay(experiment.training.optimizer)
            yield Finding(
                self.name, "remark", _sentence(amount), _lighter(experiment), measured={"weight_decay": amount}
            )

    def listen(self, course: Course) -> Iterator[Finding]:
        outcome, experiment = course.outcome, course.experiment
        if outcome.diverged or not outcome.bad or not outcome.unlearned:
            return
        smoothed = _smoothing(experiment)
        if smoothed >= SMOOTHED:
            text = Text(N_("{outcome} {cause}"), outcome=outcome.text, cause=_smoothing_sentence(smoothed))
            measured = {**outcome.measured, "label_smoothing": smoothed}
            yield Finding(self.name, outcome.severity, text, _certain(experiment), None, measured, course.span)
            return
        amount, shrunk = decay(experiment.training.optimizer), _shrunk(course)
        if amount < STRONG * _weight(experiment) or shrunk is None or shrunk > SHRUNK:
            return
        text = Text(
            N_("{outcome} {cause} A layer's weights are {share} as long as at first."),
            outcome=outcome.text, cause=_sentence(amount), share=f"{shrunk:.0%}".replace("%", " %"),
        )  # fmt: skip
        measured = {**outcome.measured, "weight_decay": amount, "length_left": round(shrunk, 4)}
        yield Finding(self.name, outcome.severity, text, _lighter(experiment), None, measured, course.span)


def _weight(experiment: Experiment) -> float:
    """How much more decay is as strong, where the optimizer multiplies it by the learning rate."""
    return DECOUPLED if experiment.training.optimizer.name == "AdamW" else 1.0


def _shrunk(course: Course) -> float | None:
    """The shortest that a layer's weights have become beside what they were at first."""
    taken = course.inside.taken
    if len(taken) < 2:
        return None
    return float((taken[-1].weights / taken[0].weights.clip(1e-12)).min())


def _smoothing(experiment: Experiment) -> float:
    return float(getattr(experiment.training.loss, "label_smoothing", 0.0))


def _smoothing_sentence(smoothed: float) -> Text:
    return Text(
        N_("Label smoothing spreads {share} of every answer over all classes: little is left of the right one."),
        share=f"{smoothed:.0%}".replace("%", " %"),
    )


def _certain(experiment: Experiment) -> Remedy:
    return Remedy({"training.loss": plain_loss(experiment.training.loss, label_smoothing=0.0)})


def _sentence(amount: float) -> Text:
    return Text(
        N_("A weight decay of {amount} pulls every weight towards zero harder than the examples pull it away."),
        amount=figure(amount),
    )


def _lighter(experiment: Experiment) -> Remedy:
    usual = 0.01 if experiment.training.optimizer.name == "AdamW" else 0.0
    return Remedy({"training.optimizer.weight_decay": usual})
