"""Hidden layers with fewer neurons."""

from __future__ import annotations

from typing import Any, cast

from dlcore.coach.finding import Remedy as Change
from dlcore.coach.settings import WIDTHS
from dlcore.declaration import setting
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer
from dlcore.layers.dense import Output
from dlcore.layers.stack import inside
from dlcore.network import check
from dlcore.studies.overfitting.remedy import Remedy

LEAST = 2  # neurons of a layer


class SmallerNetwork(Remedy):
    """Hidden layers have fewer neurons or channels: a network that cannot hold every example must find what they share.

    Raises ExperimentError where no layer has a width, NetworkError where the layers no longer fit one another.
    """

    title = N_("Smaller network")

    divisor: int = setting(8, ge=2, le=100, main=True, help=N_("By how much the width of hidden layers is divided."))

    @property
    def called(self) -> Text:
        return Text(N_("Network {divisor} times narrower"), divisor=self.divisor)

    def applied(self, base: Experiment) -> Experiment:
        found = [(path, each) for path, layer in inside(cast("Any", base.network)) if (each := self._repair(layer))]
        if not found:
            raise ExperimentError(Text(N_("No hidden layer has a width that could be smaller.")))
        twin = Change(repairs=tuple(found)).apply(base)
        check(twin)
        return twin

    def _repair(self, layer: Layer) -> str | None:
        name = next((name for name in WIDTHS if name in type(layer).model_fields), None)
        if name is None or isinstance(layer, Output):
            return None
        return f"set:{name}={max(LEAST, int(getattr(layer, name)) // self.divisor)}"
