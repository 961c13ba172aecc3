"""A gradient that grows from layer to layer on its way back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.measurements import Measurement
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import far_inputs, far_target
from dlcore.coach.settings import depth, figure
from dlcore.i18n import N_, Text

STEEP = 10.0  # a layer's gradient beside its weights
LAYERS = 3
DEEP = 6  # layers, through which gradients grow whatever comes in


class ExplodingGradient(Rule):
    """Gradients many times as long as the weights that they change: every step throws the network somewhere else."""

    name = "exploding-gradient"

    def listen(self, course: Course) -> Iterator[Finding]:
        if not course.outcome.bad or not course.outcome.unlearned:
            return
        unscaled = far_inputs(course.summary, course.about) or far_target(course.summary)
        if unscaled and depth(course.experiment) < DEEP:
            return  # the gradients are as large as the inputs are
        seen = course.lasted(lambda each: steepest(each) >= STEEP) or _before_it_broke(course)
        if not seen:
            return
        worst = max(seen, key=steepest)
        place = int(np.argmax(worst.gradients / np.maximum(worst.weights, 1e-12)))
        text = Text(
            N_("{outcome} In epoch {epoch} the gradient of the first layer had length {first}, that of the last "
               "{last}, and at its steepest it was {ratio} times as long as the weights that it changes."),
            outcome=course.outcome.text, epoch=worst.epoch, first=figure(worst.gradients[0]),
            last=figure(worst.gradients[-1]), ratio=figure(steepest(worst)),
        )  # fmt: skip
        measured = {**course.outcome.measured, "first_gradient": float(worst.gradients[0]),
                    "last_gradient": float(worst.gradients[-1]), "beside_weights": steepest(worst)}  # fmt: skip
        remedy = Remedy({"training.clip_norm": 1.0, "training.initialization": "default"})
        epochs = (seen[0].epoch, seen[-1].epoch)
        yield Finding(self.name, course.outcome.severity, text, remedy, worst.paths[place], measured, epochs)


def _before_it_broke(course: Course) -> list[Measurement]:
    """The last measurement of a run that diverged, where the gradient was too steep by then."""
    last = course.inside.taken[-1:] if course.diverged else []
    return [each for each in last if steepest(each) >= STEEP]


def steepest(measured: Measurement) -> float:
    """The largest gradient of a layer beside its weights; infinite where it is no number."""
    if len(measured.gradients) < LAYERS:
        return 0.0
    ratios = measured.gradients / np.maximum(measured.weights, 1e-12)
    return float(ratios.max()) if np.isfinite(ratios).all() else float("inf")
