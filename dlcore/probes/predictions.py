"""A regression's answers beside the truth."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from dlcore.data.base import About
from dlcore.experiment import Experiment
from dlcore.i18n import N_, _, translate
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import Probe
from dlcore.probes.samples import in_target_units
from dlcore.training.model_view import ModelView, spread

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_POINTS = 600  # more would hide one another


class Predictions(Probe):
    """`truth` and `answers` (n,) float32 of up to 600 examples, evenly spread over the part that judges.

    In the target's own units; of several numbers to predict, the first. An answer that is not finite is NaN.
    """

    name = "predictions"
    tab = N_("Predicted and true")
    place = 20

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return about.task == "regression"

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        chosen = spread(len(view.examples), MOST_POINTS)
        truth = view.examples.y[chosen.to(view.examples.y.device), 0].cpu().double().numpy()
        answers = view.outputs[chosen, 0].double().numpy()
        with np.errstate(over="ignore"):
            return {name: in_target_units(values, view.data).astype(np.float32)
                    for name, values in (("truth", truth), ("answers", answers))}  # fmt: skip

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import predicted  # plotly, which a worker need not load

        del steps
        target = translate(about.target) or _("target")
        part = "validation" if experiment.dataset.split.validation else "train"
        return [predicted.predicted(target, part, run, most=MOST_POINTS), predicted.residuals(target, part, run)]  # type: ignore[arg-type]  # one of two words
