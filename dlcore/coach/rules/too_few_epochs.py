"""Stopped while it was still learning."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.settings import figure
from dlcore.i18n import N_, Text

FALLING = 0.04  # of the whole fall, in the last fifth of the epochs
FEW = 10  # epochs: from there on, and with as many again, something else is to blame
FEW_STEPS = 300
CALM = 0.05


class TooFewEpochs(Rule):
    """The training loss was still falling when the run ended, and the score is not what it could be."""

    name = "too-few-epochs"
    yields_to = ("lr-too-low", "unscaled-target", "batch-too-large", "wrong-output-activation", "bad-initialization",
                 "dropout-too-strong", "regularization-too-strong", "lr-too-high", "vanishing-gradient")  # fmt: skip

    def listen(self, course: Course) -> Iterator[Finding]:
        outcome = course.outcome
        planned = course.experiment.training.epochs
        if outcome.diverged or not outcome.bad or not outcome.unlearned or course.trained < min(planned, 1):
            return
        if course.progress <= 0 or course.still_falling < FALLING or course.restless > CALM:
            return
        if course.trained > FEW and course.steps > FEW_STEPS and course.still_falling < 3 * FALLING:
            return
        text = Text(
            N_("{outcome} The training loss was still falling at the end, from {first} before training to {last}; "
               "{share} of the fall came in the last fifth."),
            outcome=outcome.text, first=figure(course.losses[0]), last=figure(course.losses[-1]),
            share=f"{course.still_falling:.0%}".replace("%", " %"),
        )  # fmt: skip
        measured = {**outcome.measured, "epochs": course.trained, "loss_before": course.losses[0],
                    "loss": course.losses[-1], "late_share": round(course.still_falling, 4)}  # fmt: skip
        remedy = Remedy({"training.epochs": min(100_000, max(20, 5 * planned))})
        yield Finding(self.name, outcome.severity, text, remedy, None, measured, course.span)
