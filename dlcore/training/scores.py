"""What is measured of a network, and how each number is named, written and read: a metric is declared once, here.

Whatever names, formats, orders or compares scores (charts, tables, files, the browser) takes it from `METRICS`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, get_type_hints

from dlcore.data.base import Task
from dlcore.i18n import N_

Bounds = tuple[float | None, float | None]  # lowest and highest possible value; None where there is no end


@dataclass(frozen=True)
class Metric:
    """How a score is named, written and read. All texts are msgids."""

    name: str  # where it stands alone
    noun: str  # inside a sentence
    axis: str  # along an axis, with its unit
    title: str  # over its curves: what to see in them
    digits: int = 3  # after the point
    share: bool = False  # between 0 and 1, shown in per cent where there is room for one sign only
    lower: bool = False  # the lower, the better
    bounds: Bounds = (None, None)
    headline: bool = False  # sums up in one number how good a network is
    titles: Mapping[Task, str] = field(default_factory=dict)  # for tasks in which it means something of their own

    def title_in(self, task: Task | None) -> str:
        """What to see in its curves, for this task; a msgid."""
        return self.title if task is None else self.titles.get(task, self.title)

    def number(self, value: float) -> str:
        """A value with the digits that mean something: 0.971."""
        return f"{value:.{self.digits}f}"


def _share(name: str, noun: str, axis: str, title: str, *, headline: bool = False, **titles: str) -> Metric:
    """A metric between 0 and 1, of which 1 is best."""
    return Metric(name, noun, axis, title, share=True, bounds=(0, 1), headline=headline, titles=titles)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Scores:
    """How good the network is on one part, measured in eval mode; means are weighted by examples.

    Classification fills accuracy … confusion; several labels the same but the confusion; the next token accuracy and
    perplexity; regression mse … r2. Precision, recall and F1 are macro means.
    """

    loss: Annotated[
        float,
        Metric(
            N_("Loss"),
            N_("loss"),
            N_("loss"),
            N_("Loss: lower is better; a widening gap means overfitting"),
            digits=4,
            lower=True,
        ),
    ]
    accuracy: Annotated[
        float | None,
        _share(
            N_("Accuracy"),
            N_("accuracy"),
            N_("accuracy (share right)"),
            N_("Accuracy: how many answers are right"),
            headline=True,
            multilabel=N_("Accuracy: how many examples have every label right"),
        ),
    ] = None
    precision: Annotated[
        float | None,
        _share(
            N_("Precision"),
            N_("precision"),
            N_("precision (mean over classes)"),
            N_("Precision: of those called a class, how many belong to it"),
        ),
    ] = None
    recall: Annotated[
        float | None,
        _share(
            N_("Recall"),
            N_("recall"),
            N_("recall (mean over classes)"),
            N_("Recall: of those in a class, how many were found"),
        ),
    ] = None
    f1: Annotated[
        float | None,
        _share(
            N_("F1"),
            N_("F1"),
            N_("F1 (mean over classes)"),
            N_("F1: precision and recall in one number, every class alike"),
        ),
    ] = None
    confusion: tuple[tuple[int, ...], ...] | None = None  # [true][predicted], counts of examples
    perplexity: Annotated[  # the vocabulary's size is guessing
        float | None,
        Metric(
            N_("Perplexity"),
            N_("perplexity"),
            N_("perplexity (tokens)"),
            N_("Perplexity: between how many tokens the network wavers"),
            lower=True,
            bounds=(1, None),
        ),
    ] = None
    mse: Annotated[
        float | None,
        Metric(
            N_("Mean squared error"),
            N_("mean squared error"),
            N_("MSE (units of the scaled target, squared)"),
            N_("MSE: large misses count most"),
            digits=4,
            lower=True,
            bounds=(0, None),
        ),
    ] = None
    mae: Annotated[
        float | None,
        Metric(
            N_("Mean absolute error"),
            N_("mean absolute error"),
            N_("MAE (units of the scaled target)"),
            N_("MAE: how far off on average"),
            digits=4,
            lower=True,
            bounds=(0, None),
        ),
    ] = None
    r2: Annotated[  # 1 is perfect, 0 is always guessing the mean
        float | None,
        Metric(
            N_("R²"),
            N_("R²"),
            N_("R² (share of variance)"),
            N_("R²: how much of the target's variation is explained"),
            bounds=(None, 1),
            headline=True,
        ),
    ] = None


def _declared() -> dict[str, Metric]:
    hints = get_type_hints(Scores, include_extras=True)
    found = {name: getattr(hint, "__metadata__", (None,))[0] for name, hint in hints.items()}
    return {name: metric for name, metric in found.items() if isinstance(metric, Metric)}


METRICS: dict[str, Metric] = _declared()  # by the name of its field in Scores, in that order

_CLASSIFICATION = ("accuracy", "f1", "precision", "recall")
_OF_TASK: dict[Task, tuple[str, ...]] = {
    "multiclass": _CLASSIFICATION,
    "binary": _CLASSIFICATION,
    "multilabel": _CLASSIFICATION,
    "next-token": ("perplexity", "accuracy"),
    "regression": ("r2", "mae", "mse"),
}


def metrics_of(task: Task) -> tuple[str, ...]:
    """The metrics of a task, the most telling first; the loss is not among them."""
    return _OF_TASK[task]


@functools.cache
def headlines() -> tuple[str, ...]:
    """The metrics that sum up a network in one number, whatever its task."""
    return tuple(name for name, metric in METRICS.items() if metric.headline)


def headline(scores: Scores) -> str:
    """The metric that sums up these scores: the first headline that was measured, else the loss."""
    return next((name for name in headlines() if value(scores, name) is not None), "loss")


def value(scores: Scores | None, metric: str) -> float | None:
    """One number of the scores; None where it was not measured or is not finite."""
    found: float | None = getattr(scores, metric) if scores is not None else None
    return found if found is not None and math.isfinite(found) else None
