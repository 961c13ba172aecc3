"""Training that begins with weights learned before, in place of drawn ones."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from dlcore.errors import WeightsError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text


def begin_with(model: nn.Module, experiment: Experiment, weights: Mapping[str, Tensor] | None) -> None:
    """Give the model the weights that its experiment begins with. Raises WeightsError where they are not at hand."""
    if experiment.start is None and weights is None:
        return
    if weights is None:
        assert experiment.start is not None
        text = Text(N_("This experiment begins with weights that are not here: {origin}."),
                    origin=experiment.start.origin or experiment.start.weights)  # fmt: skip
        raise WeightsError(text)
    model.load_state_dict(dict(weights), strict=True)
