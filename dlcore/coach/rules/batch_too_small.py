"""Batches of so few examples that each step goes somewhere else."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy, Severity
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import figure
from dlcore.data.base import About
from dlcore.errors import NetworkError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.stack import inside, place_of
from dlcore.network import check_batches, diagnose

SMALL = 8
ALONE = 2
USUAL = Remedy({"training.batch_size": 32})
RESTLESS = 0.05


class BatchTooSmall(Rule):
    """A step follows so few examples that it mostly follows their chance; batch normalization measures nothing."""

    name = "batch-too-small"

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        size = experiment.training.batch_size
        if size > SMALL:
            return
        normalized = [(path, layer) for path, layer in inside(experiment.network) if layer.name.startswith("BatchNorm")]
        if normalized and size <= SMALL // 2:
            path, layer = normalized[0]
            text = Text(
                N_("{layer} measures mean and variance over batches of {size}: that is chance, and with one example "
                   "nothing is left."), layer=place_of(layer.name, path), size=size
            )  # fmt: skip
            severity: Severity = "error" if size == 1 and _is_refused(experiment, about) else "warning"
            yield Finding(self.name, severity, text, USUAL, path, {"batch_size": size})
        elif size <= ALONE:
            text = Text(N_("Each step follows {size} examples alone: it goes to and fro, and takes long."), size=size)
            yield Finding(self.name, "remark", text, USUAL, measured={"batch_size": size})

    def listen(self, course: Course) -> Iterator[Finding]:
        size, outcome = course.experiment.training.batch_size, course.outcome
        if size > SMALL or len(course.data.train) <= 2 * SMALL or not outcome.bad or not outcome.unlearned:
            return
        if not outcome.diverged and course.restless < RESTLESS and course.progress > 0.5:
            return
        text = Text(
            N_("{outcome} With batches of {size} examples each step follows their chance: the training loss went from "
               "{first} to {last}, up by {share} of itself an epoch where it rose."),
            outcome=outcome.text, size=size, share=f"{course.restless:.1%}".replace("%", " %"),
            first=figure(course.losses[0]), last=figure(course.losses[-1]),
        )  # fmt: skip
        measured = {**outcome.measured, "batch_size": size, "restless": round(course.restless, 3),
                    "loss": course.losses[-1]}  # fmt: skip
        yield Finding(self.name, outcome.severity, text, USUAL, None, measured, course.span)


def _is_refused(experiment: Experiment, about: About) -> bool:
    """Whether a normalization has one value of each feature alone: pictures have as many as places."""
    try:
        check_batches(experiment.network, diagnose(experiment.network, about).steps, experiment.training.batch_size)
    except NetworkError:
        return True
    return False
