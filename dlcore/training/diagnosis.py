"""When a loss is past hope, and why: the likeliest cause, in a sentence with what to try."""

from __future__ import annotations

from dlcore.data.base import Data
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

GROWTH = 1e9  # a loss that has grown so many times over does not come back; the next batches would overflow
HIGH_LEARNING_RATE = 0.5  # beyond this the learning rate is blamed first
LARGE_VALUE = 100.0


def hopeless(first_loss: float) -> float:
    """The loss beyond which a run is given up, from the loss before the first step."""
    return GROWTH * max(1.0, first_loss)


def why_diverged(experiment: Experiment, data: Data) -> Text:
    """The likeliest cause of a loss that is no longer a finite number, or grew a billion times over."""
    if not (data.train.x.isfinite().all() and data.train.y.isfinite().all()):
        return Text(N_("the data holds values that are not finite numbers; clean them first"))
    lr: float = experiment.training.optimizer.lr  # type: ignore[attr-defined]
    inputs = float(data.train.x.abs().max())
    targets = float(data.train.y.abs().max()) if data.about.task == "regression" else 0.0
    if inputs > LARGE_VALUE and experiment.dataset.scale == "none" and lr < HIGH_LEARNING_RATE:
        return Text(
            N_("the inputs are not scaled and reach {largest}; choose standard scaling"), largest=f"{inputs:.3g}"
        )
    if targets > LARGE_VALUE and lr < HIGH_LEARNING_RATE:
        return Text(
            N_("the target is not scaled and reaches {largest}; choose standard scaling for it"),
            largest=f"{targets:.3g}",
        )
    return Text(N_("the learning rate {lr} is too large; try {smaller}"), lr=f"{lr:g}", smaller=f"{_smaller(lr):g}")


def _smaller(lr: float) -> float:
    """A tenth of a learning rate that failed, and never more than 0.01."""
    return min(lr / 10, 0.01)
