"""ReLUs that give zero whatever comes."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import far_inputs
from dlcore.coach.settings import hidden_activations, rate_ratio, with_usual_rate
from dlcore.i18n import N_, Text
from dlcore.layers.activation import ReLU, ReLU6
from dlcore.layers.stack import inside, place_of
from dlcore.training.diagnosis import learning_rate

MOST = 0.5  # of a layer's units
LONG_STEPS = 10.0  # times the optimizer's usual learning rate


class DeadUnits(Rule):
    """Half or more of a layer's ReLUs give zero for every example: no gradient passes them, and they never return."""

    name = "dead-units"

    def listen(self, course: Course) -> Iterator[Finding]:
        if not course.outcome.bad or not course.outcome.unlearned or not course.inside.taken:
            return
        last = course.inside.taken[-1]
        dead = [path for path, share in last.silent.items() if share >= MOST]
        if not dead:
            return
        worst = max(dead, key=lambda path: last.silent[path])
        lasting = course.lasted(lambda each: each.silent.get(worst, 0.0) >= MOST)
        if not lasting:
            return
        layers = dict(inside(course.experiment.network))
        text = Text(
            N_("{outcome} In {layer}, {share} of the units give zero for every example, since epoch {since}: they "
               "learn nothing any more."),
            outcome=course.outcome.text, layer=place_of(layers[worst].name if worst in layers else "ReLU", worst),
            share=f"{last.silent[worst]:.0%}".replace("%", " %"), since=lasting[0].epoch,
        )  # fmt: skip
        measured = {**course.outcome.measured, "dead_share": round(last.silent[worst], 4)}
        epochs = (lasting[0].epoch, lasting[-1].epoch)
        yield Finding(self.name, course.outcome.severity, text, _revived(course), worst, measured, epochs)


def _revived(course: Course) -> Remedy:
    """Shorter steps where long ones have killed them; else LeakyReLU, which always passes a little of the gradient."""
    experiment = course.experiment
    if rate_ratio(experiment.training.optimizer, learning_rate(experiment)) >= LONG_STEPS:
        return with_usual_rate(experiment.training.optimizer)
    if far_inputs(course.data):
        return Remedy({"dataset.scale": "standard"})
    places = [path for path, layer in hidden_activations(course.experiment.network) if isinstance(layer, (ReLU, ReLU6))]
    return Remedy(repairs=tuple((path, "replace:LeakyReLU") for path in places))
