"""So much dropped that nothing is learned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import cast

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import dropouts, figure
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer
from dlcore.layers.stack import inside, place_of

EXTREME = 0.8  # of the values: said before training
STRONG = 0.6  # … to be blamed for a bad outcome
ALL_TOGETHER = 0.1  # of what comes in that passes all layers that drop
USUAL = 0.2


class DropoutTooStrong(Rule):
    """Dropout takes most of what a layer hands on, or takes it where the rest suffers for it.

    Before a batch normalization it changes the variance that is measured while training, and is gone in use (Li et
    al., 2019); of the inputs themselves nothing that was dropped can be made up for by other neurons.
    """

    name = "dropout-too-strong"

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        found = list(dropouts(experiment.network))
        if found and max(p for _, _, p in found) >= EXTREME:
            path, _, p = max(found, key=lambda each: each[2])
            yield Finding(self.name, "remark", _sentence(experiment, path, p), _weaker(experiment), path, {"p": p})
        else:
            yield from islice(_misplaced(experiment, about), 1)

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


def _misplaced(experiment: Experiment, about: About) -> Iterator[Finding]:
    """Each Dropout that stands where it does harm, in the network's own stack."""
    network = cast("Sequence[Layer]", experiment.network)
    for number, layer in enumerate(network):
        if not layer.name.startswith("Dropout") or not (p := float(getattr(layer, "p", 0.0))):
            continue
        share, place = f"{p:.0%}".replace("%", " %"), place_of(layer.name, (number,))
        behind = _normalization_behind(network, number)
        if behind is not None:
            text = Text(
                N_("{layer} drops {share} before {normalization}, which then measures another variance while training "
                   "than there is in use. Dropout stands better behind it."),
                layer=place, share=share, normalization=place_of(network[behind].name, (behind,)),
            )  # fmt: skip
            moved = Remedy(repairs=(((number,), "remove"), ((behind,), f"insert:{layer.name}"),
                                    ((behind,), f"set:p={p:g}")))  # fmt: skip
            yield Finding("dropout-too-strong", "remark", text, moved, (number,), {"p": p})
        elif p > USUAL and about.shape.vocabulary is None and not any(each.bends != "no" for each in network[:number]):
            text = Text(
                N_("{layer} drops {share} of the inputs themselves, before any layer has seen them."),
                layer=place, share=share,
            )  # fmt: skip
            weaker = Remedy(repairs=(((number,), f"set:p={USUAL}"),))
            yield Finding("dropout-too-strong", "remark", text, weaker, (number,), {"p": p})


def _normalization_behind(network: Sequence[Layer], number: int) -> int | None:
    """The place of a batch normalization behind this one, with nothing between them that learns."""
    for place in range(number + 1, len(network)):
        if network[place].name.startswith("BatchNorm"):
            return place
        if network[place].kind not in ("activation", "pooling", "shape"):
            return None
    return None
