"""Steps so short that nothing happens."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import figure, rate_ratio, unusual_rate, with_usual_rate
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.training.diagnosis import learning_rate

UNHEARD_OF = 0.005  # of the optimizer's usual learning rate: said before training
LOW = 0.15  # … to be blamed for a bad outcome
CALM = 0.02  # a loss that goes up and down more than this is not held back by short steps
STIRRED = 0.3  # weights that moved further in an epoch than this share of themselves are not held back either


class LrTooLow(Rule):
    """The learning rate is too small: the loss falls steadily and hardly at all."""

    name = "lr-too-low"
    yields_to = ("unscaled-target",)

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        if rate_ratio(experiment.training.optimizer, learning_rate(experiment)) <= UNHEARD_OF:
            sentence = N_("A learning rate of {lr} is far below what {optimizer} usually takes ({usual}).")
            yield unusual_rate(experiment, self.name, sentence)

    def listen(self, course: Course) -> Iterator[Finding]:
        optimizer, outcome, lr = course.experiment.training.optimizer, course.outcome, course.learning_rate
        if outcome.diverged or not outcome.bad or not outcome.unlearned or rate_ratio(optimizer, lr) > LOW:
            return
        moved = max((float(each.moved.max()) for each in course.last() if each.moved is not None), default=0.0)
        if course.restless > CALM or moved > STIRRED:
            return
        text = Text(
            N_("{outcome} With a learning rate of {lr} the weights moved by {moved} of their length an epoch, and the "
               "training loss only went from {first} to {last}: the steps are too short."),
            outcome=outcome.text, lr=figure(lr), moved=f"{moved:.2%}".replace("%", " %"),
            first=figure(course.losses[0]), last=figure(course.losses[-1]),
        )  # fmt: skip
        measured = {**outcome.measured, "lr": lr, "moved_an_epoch": round(moved, 6), "loss_before": course.losses[0],
                    "loss": course.losses[-1]}  # fmt: skip
        yield Finding(self.name, outcome.severity, text, with_usual_rate(optimizer), None, measured, course.span)
