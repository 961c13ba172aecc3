"""What the network answers for each example that judges it, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.probes.confusion import TASKS, answers_of, probabilities_of, truth_of
from dlcore.training.model_view import ModelView

MOST_VALUES = 200_000  # of probabilities in a frame; of more, only those of the answered and of the true class


class Answers(Probe):
    """Of each example of the part that judges, in the order of `samples.rows` (N,):

    `answer` (N,) uint8, or uint16 with more than 256 classes; `confidence` (N,) float16, the probability given to it;
    `of_true` (N,) float16, the probability given to the true class; `loss` (N,) float32, the cross entropy −ln of that;
    `probabilities` (N, classes) float16, of up to 200,000 numbers.
    """

    name = "answers"
    tab = N_("Samples")
    place = 30
    panel = "samples"

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return about.task in TASKS

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        shares, answer, truth = probabilities_of(view), answers_of(view), truth_of(view)
        rows = np.arange(len(answer))
        found = {
            "answer": answer.astype(np.uint8 if shares.shape[1] <= 256 else np.uint16),
            "confidence": shares[rows, answer].astype(np.float16),
            "of_true": shares[rows, truth].astype(np.float16),
            "loss": cross_entropies(view, truth).astype(np.float32),
        }
        return found | ({"probabilities": shares.astype(np.float16)} if shares.size <= MOST_VALUES else {})

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        del experiment, steps
        return {"classes": list(about.classes), "binary": about.task == "binary" or len(about.classes) == 2}


def cross_entropies(view: ModelView, truth: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """(N,) −ln of the probability of the true class, from the outputs: exact also where that probability is 0."""
    outputs = view.outputs.double()
    if view.about.task == "binary":
        signs = 2.0 * truth - 1.0
        binary: np.ndarray[Any, Any] = np.logaddexp(0.0, -signs * outputs.reshape(-1).numpy())
        return binary
    logarithms = outputs.log_softmax(dim=1).numpy()
    found: np.ndarray[Any, Any] = -logarithms[np.arange(len(truth)), truth]
    return found
