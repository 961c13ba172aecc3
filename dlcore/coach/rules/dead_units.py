"""ReLUs that give zero whatever comes."""

from __future__ import annotations

from collections.abc import Mapping

from dlcore.coach.course import Course
from dlcore.coach.finding import Remedy
from dlcore.coach.measurements import Measurement
from dlcore.coach.scaling import far_inputs
from dlcore.coach.settings import hidden_activations, replaced
from dlcore.coach.stuck_units import StuckUnits, shorter_steps
from dlcore.i18n import N_
from dlcore.layers.activation import ReLU, ReLU6
from dlcore.layers.base import Path


class DeadUnits(StuckUnits):
    """Half or more of a layer's ReLUs give zero for every example: no gradient passes them, and they never return."""

    name = "dead-units"
    text = N_("{outcome} In {layer}, {share} of the units give zero for every example, since epoch {since}: they "
              "learn nothing any more.")  # fmt: skip
    measured_as = "dead_share"

    @classmethod
    def shares(cls, measured: Measurement) -> Mapping[Path, float]:
        return measured.silent

    def blames(self, course: Course) -> bool:
        return course.outcome.bad and course.outcome.unlearned

    @classmethod
    def remedy(cls, course: Course) -> Remedy:
        """Shorter steps where long ones killed them; else LeakyReLU, which always passes a little of the gradient."""
        if (shorter := shorter_steps(course)) is not None:
            return shorter
        if far_inputs(course.summary, course.about):
            return Remedy({"dataset.scale": "standard"})
        activations = hidden_activations(course.experiment.network)
        return replaced([path for path, layer in activations if isinstance(layer, (ReLU, ReLU6))], "LeakyReLU")
