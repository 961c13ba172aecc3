"""What metrics are called, and what a learner should look for in their curves."""

from __future__ import annotations

from dataclasses import dataclass

from dlcore.data.base import Task
from dlcore.i18n import N_

CLASSIFICATION = ("accuracy", "f1", "precision", "recall")
OF_TASK: dict[Task, tuple[str, ...]] = {
    "multiclass": CLASSIFICATION,
    "binary": CLASSIFICATION,
    "multilabel": CLASSIFICATION,
    "next-token": ("perplexity", "accuracy"),
    "regression": ("r2", "mae", "mse"),
}


@dataclass(frozen=True)
class Metric:
    """How a score is named and drawn. All texts are msgids."""

    name: str
    noun: str  # inside a sentence
    axis: str  # with its unit
    title: str  # what to see
    share: bool = False  # between 0 and 1, shown in per cent


METRICS = {
    "loss": Metric(N_("Loss"), N_("loss"), N_("loss"), N_("Loss: lower is better; a widening gap means overfitting")),
    "accuracy": Metric(
        N_("Accuracy"),
        N_("accuracy"),
        N_("accuracy (share right)"),
        N_("Accuracy: how many answers are right"),
        share=True,
    ),
    "f1": Metric(
        N_("F1"),
        N_("F1"),
        N_("F1 (mean over classes)"),
        N_("F1: precision and recall in one number, every class alike"),
        True,
    ),
    "precision": Metric(
        N_("Precision"),
        N_("precision"),
        N_("precision (mean over classes)"),
        N_("Precision: of those called a class, how many belong to it"),
        True,
    ),
    "recall": Metric(
        N_("Recall"),
        N_("recall"),
        N_("recall (mean over classes)"),
        N_("Recall: of those in a class, how many were found"),
        True,
    ),
    "perplexity": Metric(
        N_("Perplexity"),
        N_("perplexity"),
        N_("perplexity (tokens)"),
        N_("Perplexity: between how many tokens the network wavers"),
    ),
    "r2": Metric(
        N_("R²"), N_("R²"), N_("R² (share of variance)"), N_("R²: how much of the target's variation is explained")
    ),
    "mae": Metric(
        N_("Mean absolute error"),
        N_("mean absolute error"),
        N_("MAE (units of the scaled target)"),
        N_("MAE: how far off on average"),
    ),
    "mse": Metric(
        N_("Mean squared error"),
        N_("mean squared error"),
        N_("MSE (units of the scaled target, squared)"),
        N_("MSE: large misses count most"),
    ),
}


EVERY_LABEL_RIGHT = N_("Accuracy: how many examples have every label right")


def title_of(metric: str, task: Task | None = None) -> str:
    """What to see in the curves of a metric, a msgid; for some tasks it means something of their own."""
    if (metric, task) == ("accuracy", "multilabel"):
        return EVERY_LABEL_RIGHT
    return METRICS[metric].title


def metrics_of(task: Task) -> tuple[str, ...]:
    """The metrics of a task, the most telling first; the loss is not among them."""
    return OF_TASK[task]
