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
VERY_FEW, FAST, MUCH, ROOM = 3, 0.3, 0.1, 0.1  # epochs; of the whole fall; of the judging loss; below a perfect score


class TooFewEpochs(Rule):
    """The training loss was still falling when the run ended, and the score is not what it could be."""

    name = "too-few-epochs"
    yields_to = ("lr-too-low", "unscaled-target", "batch-too-large", "wrong-output-activation", "bad-initialization",
                 "dropout-too-strong", "regularization-too-strong", "lr-too-high", "vanishing-gradient")  # fmt: skip

    def listen(self, course: Course) -> Iterator[Finding]:
        outcome = course.outcome
        if outcome.diverged or course.progress <= 0 or course.restless > CALM:
            return
        bad = outcome.bad and outcome.unlearned
        if not (_broken_off(course) if bad else _hardly_begun(course)):
            return
        text = Text(
            N_("{outcome} The training loss was still falling at the end, from {first} before training to {last}; "
               "{share} of the fall came after epoch {since}."),
            outcome=outcome.text, first=figure(course.losses[0]), last=figure(course.losses[-1]),
            share=f"{course.still_falling:.0%}".replace("%", " %"), since=course.trained - max(1, course.trained // 5),
        )  # fmt: skip
        measured = {**outcome.measured, "epochs": course.trained, "loss_before": course.losses[0],
                    "loss": course.losses[-1], "late_share": round(course.still_falling, 4)}  # fmt: skip
        remedy = Remedy({"training.epochs": min(100_000, max(20, 5 * course.experiment.training.epochs))})
        yield Finding(self.name, outcome.severity if bad else "remark", text, remedy, None, measured, course.span)


def _broken_off(course: Course) -> bool:
    """Whether the loss was still falling when the run ended, and the run was short, or it was falling fast."""
    if course.still_falling < FALLING:
        return False
    return course.trained <= FEW or course.steps <= FEW_STEPS or course.still_falling >= 3 * FALLING


def _hardly_begun(course: Course) -> bool:
    """Whether a run of very few epochs, with room above its score, still became better fast for new examples, too."""
    losses, train = course.judged_losses, course.outcome.train
    if course.trained > VERY_FEW or len(losses) < 2 or train is None or train > 1 - ROOM:
        return False
    return course.still_falling >= FAST and losses[-1] < (1 - MUCH) * losses[-2]
