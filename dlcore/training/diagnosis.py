"""Why a loss stopped being finite: the likeliest cause, in a sentence with what to try."""

from __future__ import annotations

from dlcore.data.base import Data
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

# Beyond these a first guess is safe; found by training the starting points at growing learning rates.
HIGH_LEARNING_RATE = 0.5
LARGE_VALUE = 100.0


def why_not_finite(experiment: Experiment, data: Data) -> Text:
    """The likeliest cause of a loss that is no longer a number."""
    lr: float = experiment.training.optimizer.lr  # type: ignore[attr-defined]
    largest = float(data.train.x.abs().max()) if len(data.train) else 0.0
    target = float(data.train.y.abs().max()) if data.about.task == "regression" else 0.0
    if largest > LARGE_VALUE and experiment.dataset.scale == "none" and lr < HIGH_LEARNING_RATE:
        return Text(
            N_("the inputs are not scaled and reach {largest}; choose standard scaling"), largest=f"{largest:.3g}"
        )
    if target > LARGE_VALUE and lr < HIGH_LEARNING_RATE:
        return Text(
            N_("the target is not scaled and reaches {largest}; choose standard scaling for it"),
            largest=f"{target:.3g}",
        )
    return Text(N_("the learning rate {lr} is too large; try {smaller}"), lr=f"{lr:g}", smaller=f"{suggested(lr):g}")


def suggested(lr: float) -> float:
    """A tenth of a learning rate that failed, and never more than 0.01."""
    return min(lr / 10, 0.01)
