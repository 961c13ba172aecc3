"""The loss of a network at many places of the space of its weights, as many as there is time for."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from dlcore.analyses.directions import Weights, parameters_of
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.data.base import Part
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text
from dlcore.training.metrics import LossFunction, evaluation_rows
from dlcore.training.model_view import spread

ROWS = (512, 256, 128, 64)  # of the training part, as many as time allows
SIDES = (25, 15)  # points along each side of the map, likewise
SECONDS = 6.0  # for all points of the finer map …
MOST_SECONDS = 60.0  # … and of the coarser one
MOST_TICKS = 7
SMALLEST = 1e-6  # loss that is told from 0


@dataclass(frozen=True)
class WeightsLoss:
    """The mean loss of a part with any weights of a network, in eval mode, some rows at a time."""

    model: nn.Module
    function: LossFunction
    part: Part
    rows: int

    def of(self, weights: Weights) -> float:
        """With these; more than the parameters may be among them. Not finite where it is none."""
        with torch.no_grad():
            for name, each in self.model.named_parameters():
                each.copy_(weights[name])
        total = 0.0
        with torch.inference_mode():
            for x, y in zip(torch.split(self.part.x, self.rows), torch.split(self.part.y, self.rows), strict=True):
                total += self.function(self.model(x), y).item() * len(x)
        return total / len(self.part)

    def of_some(self, rows: int) -> WeightsLoss:
        """The same of fewer rows, evenly spread over the part."""
        chosen = spread(len(self.part), rows)
        return WeightsLoss(self.model, self.function, Part(self.part.x[chosen], self.part.y[chosen]), self.rows)


def planned(run: FilmedRun, model: nn.Module) -> tuple[WeightsLoss, int]:
    """(the loss of as many training rows, points along each side) as there is time for."""
    loss = WeightsLoss(model, run.loss_function, run.data.train, evaluation_rows(run.steps))
    final = parameters_of(model)

    def seconds(rows: int) -> float:
        some = loss.of_some(rows)
        some.of(final)  # the first time takes longer
        began = time.process_time()  # what else runs has no say in what is shown
        some.of(final)
        return time.process_time() - began

    rows, size = plan(seconds)
    return loss.of_some(rows), size


def plan(seconds: Callable[[int], float]) -> tuple[int, int]:
    """(rows, points along each side), from the seconds that the loss of so many rows takes.

    Raises DlcoreError where the coarsest map of the fewest rows would take minutes.
    """
    for rows in ROWS:
        each = seconds(rows)
        if each * SIDES[0] ** 2 <= SECONDS:
            return rows, SIDES[0]
    needed = each * SIDES[1] ** 2
    if needed <= MOST_SECONDS:
        return rows, SIDES[1]
    text = N_(
        "The landscape of this network would take about {minutes} minutes here: the loss of {rows} examples takes "
        "{seconds} s, and is needed {count} times."
    )
    values = {"minutes": math.ceil(needed / 60), "rows": rows, "seconds": f"{each:.1f}", "count": SIDES[1] ** 2}
    raise DlcoreError(Text(text, **values))


def heights(losses: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], list[float], list[str]]:
    """(how high each loss (*) stands, some heights, the losses there as texts).

    Heights are logarithms to base 10, of a millionth at least; the losses themselves where some are negative.
    """
    known = losses[np.isfinite(losses)]
    if not len(known):
        return losses, [], []
    if known.min() < 0:
        marks = np.linspace(known.min(), known.max(), MOST_TICKS)
        return losses, marks.tolist(), [f"{each:.3g}" for each in marks]
    logarithms = np.log10(np.maximum(losses, SMALLEST))
    marks = _marks(max(known.min(), SMALLEST), max(known.max(), SMALLEST))
    return logarithms, np.log10(marks).tolist(), [f"{each:.3g}" for each in marks]


def _marks(low: float, high: float) -> np.ndarray[Any, Any]:
    """Losses from low to high that are easily read: as many of 1, 2, 5, 10, 20, 50 … as there is room for."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1,)):
        marks = np.array([step * 10.0**power for power in powers for step in steps])
        marks = marks[(marks >= low) & (marks <= high)]
        if 2 <= len(marks) <= MOST_TICKS:
            return marks
    return np.geomspace(low, high, 5 if len(marks) > 1 else 3)
