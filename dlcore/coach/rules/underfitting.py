"""A network too small for what there is to learn."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding
from dlcore.coach.outcome import shown
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import larger, narrowest
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.stack import inside, place_of

SPATIAL = ("convolution", "recurrent", "attention", "block")  # kinds of layers whose size no width tells
MOST_STUCK = 0.5  # of a layer's units
STILL = 0.04  # of the whole fall: less in the last fifth is as good as none


class Underfitting(Rule):
    """Even the training part is answered badly, and the loss no longer falls: the network cannot hold more."""

    name = "underfitting"
    yields_to = ("no-activation", "wrong-output-activation", "wrong-loss", "lr-too-high", "lr-too-low",
                 "vanishing-gradient", "exploding-gradient", "diverged", "unscaled-inputs",
                 "unscaled-target", "batch-too-small", "batch-too-large", "bad-initialization", "class-imbalance",
                 "dropout-too-strong", "regularization-too-strong", "shuffled-labels")  # fmt: skip

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        found = narrowest(experiment.network)
        classes = len(about.classes)
        if found is None or about.task not in ("multiclass", "binary") or found[1] >= classes:
            return
        path, width = found
        text = Text(
            N_("{layer} is only {width} wide: whatever tells {classes} classes apart must pass through there."),
            layer=place_of(dict(inside(experiment.network))[path].name, path),
            width=width,
            classes=classes,
        )
        yield Finding(self.name, "remark", text, larger(experiment), path, {"width": width, "classes": classes})

    def listen(self, course: Course) -> Iterator[Finding]:
        outcome = course.outcome
        if outcome.diverged or not outcome.behind or not outcome.unlearned or outcome.train is None:
            return
        narrow = narrowest(course.experiment.network)
        flat = not any(layer.kind in SPATIAL for _, layer in inside(course.experiment.network))
        small = flat and (narrow is None or narrow[1] < max(4, course.about.outputs))
        if course.trained < 3 or (not small and (course.still_falling > STILL or _stuck(course))):
            return
        parameters = course.history.started.parameters if course.history.started else 0
        text = Text(
            N_("{outcome} The training part itself gets only {train}: with {parameters} parameters the network is too "
               "small for what there is to learn."),
            outcome=outcome.text, train=shown(outcome.metric, outcome.train), parameters=f"{parameters:,}",
        )  # fmt: skip
        measured = {**outcome.measured, "parameters": parameters, "late_share": round(course.still_falling, 4)}
        if narrow is not None:
            measured["width"] = narrow[1]
        place = narrow[0] if narrow is not None else None
        yield Finding(self.name, outcome.severity, text, larger(course.experiment), place, measured, course.span)


def _stuck(course: Course) -> bool:
    """Whether most of a layer's units are dead or saturated: then it is they that hold it back, not their number."""
    last = course.inside.taken[-1:]
    return any(share >= MOST_STUCK for each in last for share in (*each.silent.values(), *each.saturated.values()))
