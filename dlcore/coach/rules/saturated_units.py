"""Sigmoids and tanhs at their ends."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import far_inputs
from dlcore.coach.settings import hidden_activations, rate_ratio, with_usual_rate
from dlcore.i18n import N_, Text
from dlcore.layers.activation import AROUND_ZERO, UNIT
from dlcore.layers.stack import inside, place_of
from dlcore.training.diagnosis import learning_rate

MOST = 0.5  # of a layer's values
LONG_STEPS = 10.0  # times the optimizer's usual learning rate


class SaturatedUnits(Rule):
    """Most values of a sigmoid or tanh lie at one of its ends, where it is flat and passes no gradient on."""

    name = "saturated-units"

    def listen(self, course: Course) -> Iterator[Finding]:
        if not course.outcome.bad or not course.inside.taken:
            return
        last = course.inside.taken[-1]
        flat = [path for path, share in last.saturated.items() if share >= MOST]
        if not flat:
            return
        worst = max(flat, key=lambda path: last.saturated[path])
        lasting = course.lasted(lambda each: each.saturated.get(worst, 0.0) >= MOST)
        if not lasting:
            return
        layers = dict(inside(course.experiment.network))
        text = Text(
            N_("{outcome} In {layer}, {share} of the values lie at an end of the curve, since epoch {since}: there it "
               "is flat, and passes almost no gradient on."),
            outcome=course.outcome.text, layer=place_of(layers[worst].name if worst in layers else "", worst),
            share=f"{last.saturated[worst]:.0%}".replace("%", " %"), since=lasting[0].epoch,
        )  # fmt: skip
        measured = {**course.outcome.measured, "saturated_share": round(last.saturated[worst], 4)}
        epochs = (lasting[0].epoch, lasting[-1].epoch)
        yield Finding(self.name, course.outcome.severity, text, _unbent(course), worst, measured, epochs)


def _unbent(course: Course) -> Remedy:
    """Inputs of unit scale, or shorter steps, where these are the cause; else ReLU, which has no upper end."""
    if far_inputs(course.data):
        return Remedy({"dataset.scale": "standard"})
    optimizer = course.experiment.training.optimizer
    if rate_ratio(optimizer, learning_rate(course.experiment)) >= LONG_STEPS:
        return with_usual_rate(optimizer)
    squeezing = [path for path, layer in hidden_activations(course.experiment.network)
                 if layer.gives_between in (UNIT, AROUND_ZERO) and layer.name != "Softmax"]  # fmt: skip
    return Remedy(repairs=tuple((path, "replace:ReLU") for path in squeezing))
