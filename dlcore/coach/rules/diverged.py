"""The loss grew past hope."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.base import Path
from dlcore.training.diagnosis import Cause, cause_of_divergence, learning_rate, smaller


class LossDiverged(Rule):
    """The loss is no finite number any more, or grew a billion times over."""

    name = "diverged"

    def listen(self, course: Course) -> Iterator[Finding]:
        event = course.diverged
        if event is None:
            return
        text = Text(
            N_("In epoch {epoch}, at batch {step}, the loss grew past hope: {reason}."),
            epoch=event.epoch,
            step=event.step,
            reason=event.reason,
        )
        cause = cause_of_divergence(course.experiment, course.data)
        measured = {"step": event.step, "kept_epoch": event.kept_epoch, "cause": cause}
        remedy, place = remedy_of(cause, course.experiment), _steepest(course)
        yield Finding(self.name, "error", text, remedy, place, measured, (event.epoch, event.epoch))


def remedy_of(cause: Cause, experiment: Experiment) -> Remedy:
    """What to change for what made the loss grow."""
    if cause == "inputs":
        return Remedy({"dataset.scale": "standard"})
    if cause == "target":
        return Remedy({"dataset.scale_target": "standard"})
    return Remedy({"training.optimizer.lr": float(f"{smaller(learning_rate(experiment)):.2g}")})


def _steepest(course: Course) -> Path | None:
    """The layer that gave something infinite first, else the one with the largest gradient for its size, last seen."""
    if not course.inside.taken:
        return None
    last = course.inside.taken[-1]
    if last.broken is not None or not last.paths:
        return last.broken
    return last.paths[int(np.argmax(last.gradients / np.maximum(last.weights, 1e-12)))]
