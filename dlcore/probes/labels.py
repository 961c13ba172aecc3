"""Of each label how many examples have it, and how many were said to."""

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
from dlcore.training.model_view import ModelView


class Labels(Probe):
    """`counts` (labels, 3) int32: of each label how many examples have it, are said to have it, and rightly so.

    Of the part that judges; of a very long one, examples evenly spread over it.
    """

    name = "labels"
    tab = N_("Label by label")
    place = 20
    panel = "labels"

    @classmethod
    def suits(cls, about: About, steps: Sequence[Step]) -> bool:
        del steps
        return about.task == "multilabel"

    @classmethod
    def measure(cls, view: ModelView) -> Arrays:
        true, said = view.examples.y.cpu() > 0, view.outputs > 0  # (N, labels)
        counts = [true.sum(dim=0), said.sum(dim=0), (true & said).sum(dim=0)]
        return {"counts": np.stack([each.numpy() for each in counts], axis=1).astype(np.int32)}

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        del experiment, steps
        return {"classes": list(about.classes)}
