"""What each hidden layer makes is standardized over the batch."""

from __future__ import annotations

from dlcore.coach.finding import Remedy as Change
from dlcore.errors import ExperimentError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.network import trace
from dlcore.studies.overfitting.remedy import Remedy

NORMS = {1: "BatchNorm1d", 3: "BatchNorm2d"}  # by the number of axes of an example


class BatchNorm(Remedy):
    """A batch norm before each hidden activation: what each makes is standardized over the batch, which adds noise.

    Raises ExperimentError where no activation has a Linear or convolution before it.
    """

    title = N_("Batch norm")

    def applied(self, base: Experiment) -> Experiment:
        steps = trace(base)
        places = [
            (number, NORMS[len(step.received)])
            for number, step in enumerate(steps)
            if step.kind == "activation" and len(step.received) in NORMS and steps[number - 1].kind in LEARNING
        ]
        if not places:
            raise ExperimentError(Text(N_("No hidden activation follows a Linear or a convolution.")))
        repairs = tuple(((number,), f"insert:{name}") for number, name in reversed(places))
        return Change(repairs=repairs).apply(base)


LEARNING = ("dense", "convolution")
