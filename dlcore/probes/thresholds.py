"""Yes or no: what becomes of the answers as the threshold for a yes moves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.probes.confusion import TASKS, probabilities_of, truth_of
from dlcore.training.model_view import ModelView

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_POINTS = 300  # of a curve: evenly spread over the thresholds


class Thresholds(Probe):
    """Of two classes, with the second as the one that is looked for, at thresholds from the highest score down:

    `fpr`, `tpr` (n,) float32, false and true positive rate, from (0, 0) to (1, 1): the ROC curve, and `auc`, the area
    under all of it. `recall`, `precision` (m,) float32 and `ap`, the average precision Σ (Rₖ − Rₖ₋₁) · Pₖ. `positives`:
    the share of examples that are of the class. Areas are None where one of the classes has no examples.
    """

    name = "thresholds"
    tab = N_("How sure it is")
    place = 41

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return about.task in TASKS and len(about.classes) == 2

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        return thresholds(probabilities_of(view)[:, 1], truth_of(view))

    @classmethod
    def series(cls, seen: Arrays) -> dict[str, float | None]:
        return {"auc": seen["auc"], "ap": seen["ap"]}

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import sureness  # plotly, which a worker need not load

        del experiment, steps
        return [sureness.roc(about.classes[1], run), sureness.precision_recall(about.classes[1], run)]


def thresholds(scores: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> Arrays:
    """The arrays of the probe. scores (N,) float, truth (N,) 0 or 1. A score that is no number is left out."""
    known = np.isfinite(scores)
    scores, truth = scores[known], truth[known].astype(bool)
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True)) if len(scores) else np.zeros(0, int)
    found, taken = np.cumsum(truth[order])[last], last + 1.0  # rightly and in all answered yes, at each threshold
    positives, negatives = int(truth.sum()), int((~truth).sum())
    with np.errstate(divide="ignore", invalid="ignore"):
        tpr, fpr = (np.append(0.0, each) for each in (found / positives, (taken - found) / negatives))
        precision, recall = found / taken, found / positives
    both = positives > 0 and negatives > 0
    curve, points = _some(len(tpr)), _some(len(recall))
    return {
        "fpr": fpr[curve].astype(np.float32),
        "tpr": tpr[curve].astype(np.float32),
        "recall": recall[points].astype(np.float32),
        "precision": precision[points].astype(np.float32),
        "auc": float(np.trapezoid(tpr, fpr)) if both else None,
        "ap": float((np.diff(np.append(0.0, recall)) * precision).sum()) if both else None,
        "positives": positives / max(1, len(truth)),
    }


def _some(count: int) -> np.ndarray[Any, Any]:
    return np.unique(np.linspace(0, max(0, count - 1), min(count, MOST_POINTS)).round().astype(int))
