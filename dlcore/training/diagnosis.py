"""When a loss is past hope, and why: the likeliest cause, in a sentence with what to try."""

from __future__ import annotations

from typing import Literal

from dlcore.data.base import Data
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text

GROWTH = 1e9  # a loss that has grown so many times over does not come back; the next batches would overflow
HIGH_LEARNING_RATE = 0.5  # beyond this the learning rate is blamed first
LARGE_VALUE = 100.0


def hopeless(first_loss: float) -> float:
    """The loss beyond which a run is given up, from the loss before the first step."""
    return GROWTH * max(1.0, first_loss)


Cause = Literal["data", "inputs", "target", "learning rate"]


def cause_of_divergence(experiment: Experiment, data: Data) -> Cause:
    """The likeliest cause of a loss that is no longer a finite number, or grew a billion times over.

    The data are not finite, the inputs or the target are far from unit scale, or the learning rate is too large.
    """
    if not (data.train.x.isfinite().all() and data.train.y.isfinite().all()):
        return "data"
    if learning_rate(experiment) < HIGH_LEARNING_RATE:
        if largest_input(data) > LARGE_VALUE and experiment.dataset.scale == "none":
            return "inputs"
        if largest_target(data) > LARGE_VALUE:
            return "target"
    return "learning rate"


def why_diverged(experiment: Experiment, data: Data) -> Text:
    """The likeliest cause in a sentence with what to try."""
    match cause_of_divergence(experiment, data):
        case "data":
            return Text(N_("the data holds values that are not finite numbers; clean them first"))
        case "inputs":
            largest = f"{largest_input(data):.3g}"
            return Text(N_("the inputs are not scaled and reach {largest}; choose standard scaling"), largest=largest)
        case "target":
            largest = f"{largest_target(data):.3g}"
            return Text(
                N_("the target is not scaled and reaches {largest}; choose standard scaling for it"), largest=largest
            )
    lr = learning_rate(experiment)
    return Text(N_("the learning rate {lr} is too large; try {smaller}"), lr=f"{lr:g}", smaller=f"{smaller(lr):g}")


def learning_rate(experiment: Experiment) -> float:
    """The learning rate that was chosen."""
    lr: float = experiment.training.optimizer.lr  # type: ignore[attr-defined]
    return lr


def largest_input(data: Data) -> float:
    """The input furthest from zero in the training part."""
    return float(data.train.x.abs().max())


def largest_target(data: Data) -> float:
    """The number to predict that is furthest from zero in the training part; 0 for every other task."""
    return float(data.train.y.abs().max()) if data.about.task == "regression" else 0.0


def smaller(lr: float) -> float:
    """A tenth of a learning rate that failed, and never more than 0.01."""
    return min(lr / 10, 0.01)
