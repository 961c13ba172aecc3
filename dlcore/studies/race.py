"""The optimizer race: the same network from the same first weights, moved by one optimizer after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, Self

from pydantic import SerializeAsAny, model_validator

from dlcore.declaration import Declaration, parse_many, setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.registry import OPTIMIZERS
from dlcore.studies.kind import Arm, Epoch, StudyKind

MOST = 10  # optimizers
FACTORS = {"usual": (1.0,), "three": (0.2, 1.0, 5.0)}  # of the learning rate of each
USUAL: tuple[dict[str, Any], ...] = (
    {"name": "SGD"},
    {"name": "SGD", "lr": 0.01, "momentum": 0.9},
    {"name": "RMSprop"},
    {"name": "Adam"},
    {"name": "AdamW"},
)


class Race(StudyKind):
    """Optimizers beside one another, each with its usual learning rate or with three; all else is the same.

    With the same seed all begin with the same weights and see the same batches. An arm that equals the experiment as
    it is runs once.
    """

    name = "race"
    title = N_("Optimizer race")
    epoch: ClassVar[Epoch] = "last"

    optimizers: tuple[SerializeAsAny[Declaration], ...] = ()
    rates: Literal["usual", "three"] = setting(
        "usual", help=N_("Each with its learning rate, or also with a fifth and with five times of it.")
    )

    @model_validator(mode="before")
    @classmethod
    def _look_up_names(cls, given: Any) -> Any:
        if not isinstance(given, Mapping) or "optimizers" not in given:
            return given
        found = parse_many(OPTIMIZERS, "name", list(given["optimizers"]), MOST, "optimizers")
        return {**given, "optimizers": found}

    def to_dict(self) -> dict[str, Any]:
        return {self.KEY: self.name, "optimizers": [each.to_dict() for each in self.optimizers], "rates": self.rates}

    @classmethod
    def suited(cls, base: Experiment) -> Self:
        """Those that most people begin with."""
        del base
        return cls.parse({"optimizers": USUAL})

    def arms(self, base: Experiment) -> Sequence[Arm]:
        if not self.optimizers:
            raise ExperimentError(Text(N_("choose at least one optimizer")), "optimizers")
        base = moved_by(base, base.training.optimizer)
        raced = [_with_rate(each, factor) for each in self.optimizers for factor in FACTORS[self.rates]]
        others = [each for each in dict.fromkeys(raced) if each != base.training.optimizer]
        first = Arm(Text(N_("As it is: {optimizer}"), optimizer=written(base.training.optimizer)), base)
        return [
            first,
            *(Arm(Text(N_("{optimizer}"), optimizer=written(each)), moved_by(base, each)) for each in others),
        ]

    def metric(self, base: Experiment) -> str:
        """The loss: what an optimizer makes small."""
        return "loss"


def moved_by(base: Experiment, optimizer: Declaration) -> Experiment:
    """The experiment with this optimizer; what was changed in mid-run is left out, as it may be another's setting."""
    training = base.training.model_copy(update={"optimizer": optimizer, "changes": ()})
    return base.model_copy(update={"training": training})


def written(optimizer: Declaration) -> str:
    """`SGD lr 0.01, momentum 0.9`."""
    settings = optimizer.to_dict()
    told = ", ".join(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}"
                     for name, value in settings.items() if name != "name")  # fmt: skip
    return f"{settings['name']} {told}".strip()


def _with_rate(optimizer: Declaration, factor: float) -> Declaration:
    rate: float = optimizer.lr  # type: ignore[attr-defined]
    return optimizer if factor == 1 else optimizer.model_copy(update={"lr": float(f"{rate * factor:.3g}")})
