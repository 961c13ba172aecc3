"""How much is dropped while training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dlcore.declaration import setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.stack import inside
from dlcore.studies.structure.quantity import Quantity
from dlcore.training.twins import with_dropout, without_dropout


class DropoutShare(Quantity):
    """A Dropout after each hidden activation, in place of what there is of it; 0 is none at all.

    Raises ExperimentError where there is no hidden activation.
    """

    title = N_("Dropout p")
    field: ClassVar[str] = "network.dropout"
    order: ClassVar[int] = 2
    grid: ClassVar[Sequence[float]] = (0, 0.2, 0.4, 0.6)
    span: ClassVar[tuple[float, float]] = (0, 0.7)

    value: float = setting(0.0, ge=0, lt=1, help=N_("Share of the values set to zero while training; 0 for none."))

    @classmethod
    def now(cls, base: Experiment) -> float:
        found = [getattr(layer, "p", 0.0) for _path, layer in inside(base.network) if "Dropout" in layer.name]
        return max(found, default=0.0)

    def applied(self, base: Experiment) -> Experiment:
        bare = without_dropout(base)
        if not self.value:
            return bare
        twin = with_dropout(bare, self.value)
        if twin == bare:
            reason = N_("There is no hidden activation after which anything could be dropped.")
            raise ExperimentError(Text(reason), self.field)
        return twin
