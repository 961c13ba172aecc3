"""What is taken for what: counts of true and answered classes."""

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
from dlcore.training.metrics import READABLE_CLASSES
from dlcore.training.model_view import ModelView

if TYPE_CHECKING:
    import plotly.graph_objects as go

TASKS = ("multiclass", "binary")  # of which each example has one class


class Confusion(Probe):
    """`counts` (classes, classes) int32: examples of the part that judges, by true class (row) and answer (column)."""

    name = "confusion"
    tab = N_("Confusion matrix")
    place = 20
    panel = "confusion"

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return about.task in TASKS and len(about.classes) <= READABLE_CLASSES

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        if view.scores is not None and view.scores.confusion is not None:
            return {"counts": np.array(view.scores.confusion, np.int32)}  # of every example: nothing is left out
        classes = len(view.about.classes)
        pairs = truth_of(view) * classes + answers_of(view)
        return {"counts": np.bincount(pairs, minlength=classes**2).reshape(classes, classes).astype(np.int32)}

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import matrix  # plotly, which a worker need not load

        del experiment, steps
        return [matrix.confusion(about.classes, run)]

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        del experiment, steps
        return {"classes": list(about.classes)}


def truth_of(view: ModelView) -> np.ndarray[Any, Any]:
    """(N,) int64: the true class of each of the view's examples."""
    truth: np.ndarray[Any, Any] = view.examples.y.reshape(len(view.examples)).long().cpu().numpy()
    return truth


def probabilities_of(view: ModelView) -> np.ndarray[Any, Any]:
    """(N, classes) float32: what the network's outputs say of each class, for each of the view's examples."""
    if view.about.task == "binary":
        yes = view.outputs.reshape(-1).sigmoid().numpy()
        return np.stack([1 - yes, yes], axis=1)
    shares: np.ndarray[Any, Any] = view.outputs.softmax(dim=1).numpy()
    return shares


def answers_of(view: ModelView) -> np.ndarray[Any, Any]:
    """(N,) int64: the answered class: of the largest output, or for yes and no, above zero."""
    outputs = view.outputs
    chosen = (outputs.reshape(-1) > 0).long() if view.about.task == "binary" else outputs.argmax(dim=1)
    answers: np.ndarray[Any, Any] = chosen.numpy()
    return answers
