"""Softmax or sigmoid where the loss applies its own, or where the answer needs more room."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.data.base import About
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.activation import AROUND_ZERO, UNIT, Activation, LogSoftmax, Softmax
from dlcore.layers.advice import WRONG_OUTPUT_ACTIVATION
from dlcore.layers.base import Layer, Path
from dlcore.layers.dense import Linear, Output
from dlcore.layers.stack import inside, place_of
from dlcore.network import diagnose

UNWANTED_BEHIND = ("activation", "normalization", "regularization")  # kinds of layers


class WrongOutputActivation(Rule):
    """An activation at the end of the network squeezes what the loss, or the number to predict, needs unsqueezed."""

    name = WRONG_OUTPUT_ACTIVATION

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        yield from (found for found in (_after_output(experiment), _before_output(experiment, about)) if found)

    def listen(self, course: Course) -> Iterator[Finding]:
        found = _before_output(course.experiment, course.about)
        if found is None or not course.outcome.bad:
            return
        sentence = Text(N_("{outcome} {cause}"), outcome=course.outcome.text, cause=found.sentence)
        yield Finding(
            self.name,
            course.outcome.severity,
            sentence,
            found.remedy,
            found.layer,
            course.outcome.measured,
            course.span,
        )


def _after_output(experiment: Experiment) -> Finding | None:
    """An activation, a normalization or a Dropout behind Output: the network is refused."""
    network = experiment.network
    number = next((n for n in range(1, len(network)) if isinstance(network[n - 1], Output)), None)
    if number is None or getattr(network[number], "kind", "") not in UNWANTED_BEHIND:
        return None
    text = Text(
        N_("{layer} stands behind Output, whose raw scores the loss needs as they are. Remove it."),
        layer=place_of(network[number].name, (number,)),
    )
    return Finding(WRONG_OUTPUT_ACTIVATION, "error", text, Remedy(repairs=(((number,), "remove"),)), (number,))


def _before_output(experiment: Experiment, about: About) -> Finding | None:
    if about.task == "regression":
        return _narrow_before_number(experiment)
    try:
        loss = experiment.loss
    except DlcoreError:
        return None
    warnings = diagnose(experiment.network, about, loss).warnings
    first = next((each for each in warnings if each.rule == WRONG_OUTPUT_ACTIVATION), None)
    if first is None:
        return None
    layer = dict(inside(experiment.network))[first.path]
    grave = isinstance(layer, (Softmax, LogSoftmax))
    return Finding(
        WRONG_OUTPUT_ACTIVATION, "warning" if grave else "remark", first.text, _remedy(experiment, first.path, layer),
        first.path,
    )  # fmt: skip


def _remedy(experiment: Experiment, path: Path, layer: Layer) -> Remedy:
    """Leave it out where an activation stands before it already; else ReLU in its place."""
    before = experiment.network[path[-1] - 1] if len(path) == 1 and path[0] else None
    return Remedy(repairs=((path, "remove" if isinstance(before, Activation) else "replace:ReLU"),))


def _narrow_before_number(experiment: Experiment) -> Finding | None:
    """For a number to predict: shares that add up to one, or a single squeezed value, before Output."""
    network = experiment.network
    number = len(network) - 2
    activation = network[number] if number >= 0 else None
    if not isinstance(activation, Activation):
        return None
    before = network[number - 1] if number else None
    single = isinstance(before, Linear) and before.out_features == 1
    squeezed = single and activation.gives_between in (UNIT, AROUND_ZERO)
    if not isinstance(activation, (Softmax, LogSoftmax)) and not squeezed:
        return None
    text = Text(
        N_(
            "{layer} squeezes what Output makes a number of; as an activation between layers, ReLU lets all of it pass."
        ),
        layer=place_of(activation.name, (number,)),
    )
    return Finding(WRONG_OUTPUT_ACTIVATION, "remark", text, _remedy(experiment, (number,), activation), (number,))
