"""How good the network is on one part: measured in eval mode, with means weighted by examples.

Formulas and corner cases are scikit-learn's, against which the tests hold them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from dlcore.data.base import About, Part, Task
from dlcore.layers.base import Step
from dlcore.training.events import Scores

EVALUATION_ROWS = 1024  # examples at a time: large enough to be quick …
EVALUATION_VALUES = 2**24  # … fewer where a layer would make more values than this of them (64 MB)

LossFunction = Callable[[Tensor, Tensor], Tensor]


def evaluation_rows(steps: Sequence[Step]) -> int:
    """How many examples of a traced network are measured at a time."""
    widest = max((math.prod(step.made) for step in steps), default=1)
    return max(1, min(EVALUATION_ROWS, EVALUATION_VALUES // widest))


def measuring(
    model: Callable[[Tensor], Tensor],
    loss_function: LossFunction,
    part: Part,
    about: About,
    rows: int,
    device: torch.device,
) -> Generator[None, None, Scores]:
    """Measure a part, `rows` examples at a time; yields after each, so that a caller can stop, and returns the scores.

    The model must be in eval mode.
    """
    judge = JUDGES[about.task](about)
    losses, counts = [], []
    for x, y in zip(torch.split(part.x, rows), torch.split(part.y, rows), strict=True):
        with torch.inference_mode():
            x, y = x.to(device), y.to(device)
            prediction = model(x)
            losses.append(loss_function(prediction, y))
            judge.add(prediction, y)
        counts.append(len(y))
        yield
    total = sum(loss * count for loss, count in zip(torch.stack(losses).tolist(), counts, strict=True))
    return Scores(loss=total / len(part), **judge.scores())


def measure(model: nn.Module, loss_function: LossFunction, part: Part, about: About) -> Scores:
    """The scores of a part at once; the model keeps its mode."""
    was_training = model.training
    model.eval()
    steps = measuring(model, loss_function, part, about, EVALUATION_ROWS, next(model.parameters()).device)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        scores: Scores = end.value
        return scores
    finally:
        model.train(was_training)


class Judge(Protocol):
    """Collects what is needed of each batch, on the device, and makes scores of it at the end."""

    def __init__(self, about: About) -> None: ...
    def add(self, prediction: Tensor, y: Tensor) -> None: ...
    def scores(self) -> dict[str, Any]: ...


class MulticlassJudge:
    """Everything follows from the confusion matrix: how often each class was taken for which."""

    def __init__(self, about: About) -> None:
        self.classes = about.outputs
        self.pairs: list[Tensor] = []

    def add(self, prediction: Tensor, y: Tensor) -> None:
        self.pairs.append(y * self.classes + prediction.argmax(dim=1))  # (N,) each true-predicted pair as one number

    def scores(self) -> dict[str, Any]:
        counts = torch.bincount(torch.cat(self.pairs), minlength=self.classes**2)
        return from_confusion(counts.reshape(self.classes, self.classes).tolist())


def from_confusion(confusion: list[list[int]]) -> dict[str, Any]:
    """Accuracy, macro precision, recall and F1, and the matrix itself, from counts [true][predicted].

    A class that is neither true nor predicted anywhere does not count in the means, and a precision or recall with
    nothing to divide by is 0.
    """
    right = [row[number] for number, row in enumerate(confusion)]
    true = [sum(row) for row in confusion]
    predicted = [sum(column) for column in zip(*confusion, strict=True)]
    present = [(r, t, p) for r, t, p in zip(right, true, predicted, strict=True) if t or p]
    return {
        "accuracy": sum(right) / sum(true),
        "precision": sum(r / p if p else 0.0 for r, t, p in present) / len(present),
        "recall": sum(r / t if t else 0.0 for r, t, p in present) / len(present),
        "f1": sum(2 * r / (t + p) for r, t, p in present) / len(present),
        "confusion": tuple(map(tuple, confusion)),
    }


class RegressionJudge:
    """Squared and absolute misses, and how much of the target's variance is explained."""

    def __init__(self, about: About) -> None:
        self.predictions: list[Tensor] = []
        self.targets: list[Tensor] = []

    def add(self, prediction: Tensor, y: Tensor) -> None:
        self.predictions.append(prediction)  # (N, outputs)
        self.targets.append(y)

    def scores(self) -> dict[str, Any]:
        y = torch.cat(self.targets).cpu().double()
        miss = torch.cat(self.predictions).cpu().double() - y
        squares, spread = (miss**2).sum(dim=0), ((y - y.mean(dim=0)) ** 2).sum(dim=0)  # (outputs,)
        return {
            "mse": (miss**2).mean().item(),
            "mae": miss.abs().mean().item(),
            "r2": _explained(squares, spread) if len(y) > 1 else None,
        }


def _explained(squares: Tensor, spread: Tensor) -> float:
    """R²: 1 − squared misses / squared distances from the mean; where nothing varies, 1 if all is right, else 0."""
    constant = torch.where(squares == 0, 1.0, 0.0).double()
    return torch.where(spread > 0, 1 - squares / spread, constant).mean().item()


JUDGES: dict[Task, type[Judge]] = {"multiclass": MulticlassJudge, "regression": RegressionJudge}
