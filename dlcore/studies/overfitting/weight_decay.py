"""Weights are drawn towards zero with every step."""

from __future__ import annotations

from typing import Self

from dlcore.declaration import Declaration, setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.studies.overfitting.remedy import Remedy, with_settings

SHRINKING = 0.01  # lr · weight_decay: the share of itself that a weight loses with every step
MOST = 10.0


class WeightDecay(Remedy):
    """Every step draws each weight a little towards zero. Adam becomes AdamW, which without decay is the same."""

    title = N_("Weight decay")

    weight_decay: float = setting(
        1.0, gt=0, le=MOST, main=True, help=N_("Times the learning rate: the share that a weight loses with each step.")
    )

    @classmethod
    def suited(cls, base: Experiment) -> Self:
        lr = getattr(base.training.optimizer, "lr", SHRINKING)
        return cls(weight_decay=min(MOST, float(f"{SHRINKING / lr:.2g}")))

    @property
    def called(self) -> Text:
        return Text(N_("Weight decay {value}"), value=f"{self.weight_decay:g}")

    def applied(self, base: Experiment) -> Experiment:
        optimizer = base.training.optimizer
        if "weight_decay" not in type(optimizer).model_fields:
            raise ExperimentError(Text(N_("{name} knows no weight decay."), name=optimizer.name))
        return with_settings(base, {"training.optimizer": {**_decoupled(optimizer), "weight_decay": self.weight_decay}})


def _decoupled(optimizer: Declaration) -> dict[str, object]:
    plain = optimizer.to_dict()
    return plain | {"name": "AdamW"} if optimizer.name == "Adam" else plain
