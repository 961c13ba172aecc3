"""Batches so large that hardly any step is taken."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import figure
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

LARGE = 64
FEW_BATCHES = 4  # an epoch
FEW_STEPS = 400
USUAL = Remedy({"training.batch_size": 32})
FALLING = 0.02
HALF = 0.5


class BatchTooLarge(Rule):
    """An epoch has only a few batches, and so as few steps: most of the reading is not followed by a step."""

    name = "batch-too-large"
    yields_to = ("lr-too-low", "lr-too-high", "unscaled-target")

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        size = experiment.training.batch_size
        rows = data.rows if data is not None else about.rows
        if size >= LARGE * 4 and size >= HALF * rows:
            text = Text(
                N_("A batch of {size} holds half of the {rows} training examples or more: an epoch is then one step, "
                   "or two."), size=size, rows=rows
            )  # fmt: skip
            yield Finding(self.name, "remark", text, USUAL, measured={"batch_size": size, "rows": rows})

    def listen(self, course: Course) -> Iterator[Finding]:
        size, outcome = course.experiment.training.batch_size, course.outcome
        if size < LARGE or course.batches > FEW_BATCHES or course.steps > FEW_STEPS:
            return
        if outcome.diverged or not outcome.bad or not outcome.unlearned or course.still_falling < FALLING:
            return
        text = Text(
            N_("{outcome} Batches of {size} make {batches} steps an epoch, {steps} in all, and the training loss was "
               "still falling, from {first} to {last}."),
            outcome=outcome.text, size=size, batches=course.batches, steps=course.steps,
            first=figure(course.losses[0]), last=figure(course.losses[-1]),
        )  # fmt: skip
        measured = {**outcome.measured, "batch_size": size, "steps": course.steps,
                    "late_share": round(course.still_falling, 4)}  # fmt: skip
        yield Finding(self.name, outcome.severity, text, USUAL, None, measured, course.span)
