"""How wide hidden layers are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from dlcore.coach.finding import Remedy as Change
from dlcore.coach.settings import WIDTHS
from dlcore.declaration import setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer
from dlcore.layers.dense import Output
from dlcore.layers.stack import inside
from dlcore.studies.structure.quantity import Quantity


class Width(Quantity):
    """Every hidden layer has so many times its neurons or channels: the capacity of a network as one number.

    Raises ExperimentError where no hidden layer has a width.
    """

    title = N_("Width of the hidden layers (× as it is)")
    field: ClassVar[str] = "network.width"
    order: ClassVar[int] = 1
    capacity: ClassVar[bool] = True
    log: ClassVar[bool] = True
    grid: ClassVar[Sequence[float]] = (0.125, 0.25, 0.5, 1, 2, 4)
    span: ClassVar[tuple[float, float]] = (0.25, 4)

    value: float = setting(1.0, gt=0, le=1000, help=N_("By how much the width of every hidden layer is multiplied."))

    @classmethod
    def now(cls, base: Experiment) -> float:
        return 1.0

    def applied(self, base: Experiment) -> Experiment:
        found = [(path, each) for path, layer in inside(cast("Any", base.network)) if (each := self._repair(layer))]
        if not found:
            raise ExperimentError(Text(N_("No hidden layer has a width.")), self.field)
        return Change(repairs=tuple(found)).apply(base)

    def _repair(self, layer: Layer) -> str | None:
        name = next((name for name in WIDTHS if name in type(layer).model_fields), None)
        if name is None or isinstance(layer, Output):
            return None
        return f"set:{name}={max(1, round(getattr(layer, name) * self.value))}"
