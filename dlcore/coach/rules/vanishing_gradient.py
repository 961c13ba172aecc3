"""A gradient of which nothing arrives at the first layers."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.measurements import LITTLE
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.settings import figure, hidden_activations, replaced, squeezing
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.advice import VANISHING_GRADIENT
from dlcore.network import diagnose


class VanishingGradient(Rule):
    """The first layer's gradient is a small part of the last one's: the first layers learn next to nothing."""

    name = VANISHING_GRADIENT
    yields_to = ("dead-units", "regularization-too-strong", "bad-initialization")

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        found = next((each for each in diagnose(experiment.network, about).warnings if each.rule == self.name), None)
        if found is not None:
            count = sum(layer.name == "Sigmoid" for _, layer in hidden_activations(experiment.network))
            yield Finding(self.name, "remark", found.text, passing(experiment), found.path, {"sigmoids": count})

    def listen(self, course: Course) -> Iterator[Finding]:
        if not course.outcome.bad or course.diverged:
            return
        lasting = course.lasted(lambda each: each.arriving < LITTLE)
        if not lasting or course.experiment.training.initialization == "zeros":
            return
        last = lasting[-1]
        text = Text(
            N_("{outcome} The first layer's gradient is {first} a weight, the last one's {last}: only {share} of it "
               "arrives, since epoch {since}."),
            outcome=course.outcome.text, first=figure(last.slopes[0]), last=figure(last.slopes[-1]),
            share=f"{last.arriving:.2%}".replace("%", " %"), since=lasting[0].epoch,
        )  # fmt: skip
        measured = {**course.outcome.measured, "first_gradient": float(last.slopes[0]),
                    "last_gradient": float(last.slopes[-1]), "arriving": last.arriving}  # fmt: skip
        epochs = (lasting[0].epoch, last.epoch)
        remedy, place = passing(course.experiment), last.paths[0]
        yield Finding(self.name, course.outcome.severity, text, remedy, place, measured, epochs)


def passing(experiment: Experiment) -> Remedy:
    """Activations that pass the gradient on, and first weights drawn for them."""
    through = replaced(squeezing(experiment.network), "ReLU")
    return Remedy({"training.initialization": "kaiming_normal"}, through.repairs)
