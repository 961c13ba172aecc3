"""Inputs far from unit scale."""

from __future__ import annotations

from collections.abc import Iterator

from dlcore.coach.course import Course
from dlcore.coach.finding import Finding, Remedy
from dlcore.coach.rule import Rule
from dlcore.coach.scaling import DataSummary, far_inputs
from dlcore.coach.settings import figure, first_layers
from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

STANDARD = Remedy({"dataset.scale": "standard"})


class UnscaledInputs(Rule):
    """Columns far larger, smaller or more uneven than first weights and learning rates are made for."""

    name = "unscaled-inputs"

    def examine(self, experiment: Experiment, about: About, data: DataSummary | None) -> Iterator[Finding]:
        far = self._far(experiment, about, data)
        if far is not None:
            yield Finding(self.name, "remark", _sentence(far), STANDARD, measured=_measured(far))

    def listen(self, course: Course) -> Iterator[Finding]:
        far = self._far(course.experiment, course.about, course.summary)
        if far is None or not course.outcome.bad:
            return
        text = Text(N_("{outcome} {cause}"), outcome=course.outcome.text, cause=_sentence(far))
        measured = {**course.outcome.measured, **_measured(far)}
        yield Finding(self.name, course.outcome.severity, text, STANDARD, None, measured, course.span)

    def _far(self, experiment: Experiment, about: About, data: DataSummary | None) -> tuple[float, float] | None:
        """Where nothing scales them: neither the data set's choice nor a normalization that comes first."""
        if data is None or experiment.dataset.scale == "standard":
            return None
        if any(layer.kind == "normalization" for layer in first_layers(experiment.network)):
            return None
        return far_inputs(data, about)


def _sentence(far: tuple[float, float]) -> Text:
    return Text(
        N_("The inputs are not scaled: their columns have sizes from {low} to {high}, where first weights and learning "
           "rates are made for 1."), low=figure(far[0]), high=figure(far[1])
    )  # fmt: skip


def _measured(far: tuple[float, float]) -> dict[str, float]:
    return {"smallest_column": far[0], "largest_column": far[1]}
