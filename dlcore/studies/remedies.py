"""Overfit, then fix it: an experiment that overfits, and every remedy as a matched twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from pydantic import SerializeAsAny, model_validator

from dlcore.declaration import Declaration, parse_many
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.studies.kind import Arm, Epoch, StudyKind, unchanged
from dlcore.studies.overfitting import REMEDIES, Remedy


class Remedies(StudyKind):
    """The experiment as it is beside twins of it, each with one remedy for overfitting and nothing else changed."""

    name = "remedies"
    title = N_("Overfit, then fix it")
    epoch: ClassVar[Epoch] = "last"  # at its best epoch the base has not overfitted yet

    remedies: tuple[SerializeAsAny[Declaration], ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _look_up_names(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "remedies" not in given:
            return given
        found = parse_many(REMEDIES, "name", list(given["remedies"]), len(REMEDIES), "remedies")  # type: ignore[arg-type]
        return {**given, "remedies": found}

    def to_dict(self) -> dict[str, Any]:
        return {self.KEY: self.name, "remedies": [each.to_dict() for each in self.remedies]}

    @classmethod
    def suited(cls, base: Experiment) -> Self:
        """All remedies that fit, as strong as suits this experiment."""
        suiting = [each.suited(base) for each in REMEDIES.values()]
        return cls(remedies=tuple(each for each in suiting if each.refusal(base) is None))

    def arms(self, base: Experiment) -> Sequence[Arm]:
        chosen: Sequence[Remedy] = self.remedies  # type: ignore[assignment]
        if not chosen:
            raise ExperimentError(Text(N_("choose at least one remedy")), "remedies")
        return [unchanged(base), *(Arm(each.called, each.applied(base)) for each in chosen)]

    def metric(self, base: Experiment) -> str:
        """The loss, in which overfitting shows; arms that learn by another loss are judged apart."""
        return "loss"
