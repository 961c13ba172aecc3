"""How sure the network may be: of answers given with so much confidence, how many are right."""

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
from dlcore.probes.confusion import TASKS, answers_of, probabilities_of, truth_of
from dlcore.training.model_view import ModelView

if TYPE_CHECKING:
    import plotly.graph_objects as go

BINS = 10


class Calibration(Probe):
    """Ten bins of equal width over the probability that is given to the answer:

    `confidence` (10,) float32, its mean in each; `right` (10,) float32, the share of right answers; both NaN where a
    bin is empty; `examples` (10,) int32. `error`: the expected calibration error,
    Σ examples · |right − confidence| / N.
    """

    name = "calibration"
    tab = N_("How sure it is")
    place = 40

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return about.task in TASKS

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        answer = answers_of(view)
        confidence = probabilities_of(view)[np.arange(len(answer)), answer]
        return calibration(confidence, answer == truth_of(view))

    @classmethod
    def series(cls, seen: Arrays) -> dict[str, float | None]:
        return {"error": seen["error"]}

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import sureness  # plotly, which a worker need not load

        del experiment, about, steps
        return [sureness.calibration(run)]


def calibration(confidence: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> Arrays:
    """The arrays of the probe. confidence (N,), 0 to 1; right (N,) bool. Confidence that is no number is left out."""
    known = np.isfinite(confidence)
    confidence, right = confidence[known].astype(np.float64), right[known]
    place = np.minimum((confidence * BINS).astype(int), BINS - 1)
    examples = np.bincount(place, minlength=BINS)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(place, confidence, BINS) / examples
        share = np.bincount(place, right.astype(np.float64), BINS) / examples
    gaps = np.nan_to_num(np.abs(share - mean)) * examples
    return {
        "confidence": mean.astype(np.float32),
        "right": share.astype(np.float32),
        "examples": examples.astype(np.int32),
        "error": float(gaps.sum() / max(1, len(confidence))),
    }
