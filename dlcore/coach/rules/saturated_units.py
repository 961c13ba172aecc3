"""Sigmoids and tanhs at their ends."""

from __future__ import annotations

from collections.abc import Mapping

from dlcore.coach.course import Course
from dlcore.coach.finding import Remedy
from dlcore.coach.measurements import Measurement
from dlcore.coach.scaling import far_inputs
from dlcore.coach.settings import replaced, squeezing
from dlcore.coach.stuck_units import StuckUnits, shorter_steps
from dlcore.i18n import N_
from dlcore.layers.base import Path


class SaturatedUnits(StuckUnits):
    """Most values of a sigmoid or tanh lie at one of its ends, where it is flat and passes no gradient on."""

    name = "saturated-units"
    text = N_("{outcome} In {layer}, {share} of the values lie at an end of the curve, since epoch {since}: there it "
              "is flat, and passes almost no gradient on.")  # fmt: skip
    measured_as = "saturated_share"

    @classmethod
    def shares(cls, measured: Measurement) -> Mapping[Path, float]:
        return measured.saturated

    @classmethod
    def remedy(cls, course: Course) -> Remedy:
        """Inputs of unit scale, or shorter steps, where these are the cause; else ReLU, which has no upper end."""
        if far_inputs(course.summary, course.about):
            return Remedy({"dataset.scale": "standard"})
        return shorter_steps(course) or replaced(squeezing(course.experiment.network), "ReLU")
