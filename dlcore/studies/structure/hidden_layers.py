"""How many hidden layers there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from dlcore.declaration import Declaration, setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.dense import Linear
from dlcore.studies.structure.quantity import Quantity


class HiddenLayers(Quantity):
    """So many hidden Linear layers, each with what follows it: the last is repeated, or the last are taken away.

    Raises ExperimentError where there is no hidden Linear layer to repeat.
    """

    title = N_("Number of hidden Linear layers")
    field: ClassVar[str] = "network.hidden_layers"
    capacity: ClassVar[bool] = True
    grid: ClassVar[Sequence[float]] = (1, 2, 3, 4)
    span: ClassVar[tuple[float, float]] = (1, 4)

    value: int = setting(1, ge=1, le=50, help=N_("How many hidden Linear layers the network has."))

    @classmethod
    def now(cls, base: Experiment) -> float:
        return len(_starts(base.network))

    def applied(self, base: Experiment) -> Experiment:
        starts, layers = _starts(base.network), base.network
        if not starts:
            raise ExperimentError(Text(N_("There is no hidden Linear layer.")), self.field)
        end = len(layers) - 1  # the output
        if self.value <= len(starts):
            end = next(iter(starts[self.value :]), end)
            return base.model_copy(update={"network": (*layers[:end], layers[-1])})
        more = layers[starts[-1] : end] * (self.value - len(starts))
        return base.model_copy(update={"network": (*layers[:end], *more, layers[-1])})


def _starts(layers: Sequence[Declaration]) -> list[int]:
    """Where the last unbroken row of groups begins that each start with a Linear: these can be repeated or removed."""
    return [number for number, layer in enumerate(layers) if isinstance(layer, Linear)]
