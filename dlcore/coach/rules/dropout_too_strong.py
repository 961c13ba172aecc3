"""So much dropped that nothing is learned."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.settings import dropouts, figure
from dlcore.data.base import About, Data
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.stack import inside, place_of

EXTREME = 0.8  # of the values: said before training
STRONG = 0.6  # … to be blamed for a bad outcome
ALL_TOGETHER = 0.1  # of what comes in that passes all layers that drop
USUAL = 0.2


class DropoutTooStrong(Rule):
    """Dropout takes most of what a layer hands on, and the training part itself is not learned."""

    name = "dropout-too-strong"

    def examine(self, experiment: Experiment, about: About, data: Data | None) -> Iterator[Finding]:
        found = list(dropouts(experiment.network))
        if found and max(p for _, _, p in found) >= EXTREME:
            path, _, p = max(found, key=lambda each: each[2])
            yield Finding(self.name, "remark", _sentence(experiment, path, p), _weaker(experiment), path, {"p": p})

    def listen(self, course: Course) -> Iterator[Finding]:
        outcome, found = course.outcome, list(dropouts(course.experiment.network))
        if not found or outcome.diverged or not outcome.bad or not outcome.unlearned:
            return
        path, _, p = max(found, key=lambda each: each[2])
        passing = 1.0
        for _, _, each in found:
            passing *= 1 - each
        if p < STRONG and passing > ALL_TOGETHER:
            return
        text = Text(
            N_("{outcome} {cause} While training, its loss was {dropped}; without dropout the same part has {plain}."),
            outcome=outcome.text, cause=_sentence(course.experiment, path, p), dropped=_training_loss(course),
            plain=figure(course.losses[-1]),
        )  # fmt: skip
        measured = {**outcome.measured, "p": p, "passing_all": round(passing, 4)}
        yield Finding(self.name, outcome.severity, text, _weaker(course.experiment), path, measured, course.span)


def _training_loss(course: Course) -> str:
    last = next((each for each in reversed(course.history.batches.y) if each is not None), float("nan"))
    return figure(last)


def _sentence(experiment: Experiment, path: tuple[int, ...], p: float) -> Text:
    return Text(
        N_("{layer} drops {share} of what it receives."),
        layer=place_of(dict(inside(experiment.network))[path].name, path),
        share=f"{p:.0%}".replace("%", " %"),
    )


def _weaker(experiment: Experiment) -> Remedy:
    places = [(path, name) for path, name, p in dropouts(experiment.network) if p > USUAL]
    return Remedy(repairs=tuple((path, f"set:{name}={USUAL}") for path, name in places))
