"""How good the network is on one part: measured in eval mode, with means weighted by examples.

Formulas and corner cases are scikit-learn's, against which the tests hold them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from dlcore.data.base import About, Part, Task
from dlcore.layers.base import Step
from dlcore.training.events import Scores

EVALUATION_ROWS = 1024  # examples at a time: large enough to be quick …
EVALUATION_VALUES = {"cpu": 2**20}  # … fewer where a layer would make more values of them: 4 MB stay in the cache
MOST_VALUES = 2**24  # … and where there is none to stay in

READABLE_CLASSES = 200
LARGEST_EXPONENT = 700.0  # beyond it e^x is no number any more

Counts = Tensor | np.ndarray[Any, Any]
LossFunction = Callable[[Tensor, Tensor], Tensor]


def evaluation_rows(steps: Sequence[Step], device: str = "cpu") -> int:
    """How many examples of a traced network are measured at a time on a kind of device."""
    widest = max((math.prod(step.made) for step in steps), default=1)
    return max(1, min(EVALUATION_ROWS, EVALUATION_VALUES.get(device, MOST_VALUES) // widest))


def measuring(
    model: Callable[[Tensor], Tensor],
    loss_function: LossFunction,
    part: Part,
    about: About,
    rows: int,
    device: torch.device,
    outputs: list[Tensor] | None = None,
) -> Generator[None, None, Scores]:
    """Measure a part, `rows` examples at a time; yields after each, so that a caller can stop, and returns the scores.

    model: (N, *shape) -> (N, *), in eval mode. What it gives is put into `outputs`, where there is such a list.
    """
    judge = JUDGES[about.task](about)
    losses, counts = [], []
    for x, y in zip(torch.split(part.x, rows), torch.split(part.y, rows), strict=True):
        with torch.inference_mode():
            x, y = x.to(device), y.to(device)
            prediction = model(x)
            losses.append(loss_function(prediction, y))
            judge.add(prediction, y)
        if outputs is not None:
            outputs.append(prediction)
        counts.append(len(y))
        yield
    total = sum(loss * count for loss, count in zip(torch.stack(losses).tolist(), counts, strict=True))
    return Scores(loss=total / len(part), **judge.scores())


def measure(model: nn.Module, loss_function: LossFunction, part: Part, about: About) -> Scores:
    """The scores of a part at once; the model keeps its mode."""
    with evaluating(model):
        steps = measuring(model, loss_function, part, about, EVALUATION_ROWS, next(model.parameters()).device)
        try:
            while True:
                next(steps)
        except StopIteration as end:
            scores: Scores = end.value
            return scores


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Eval mode and no gradients inside the `with` block; afterwards the model's own mode."""
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            yield
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
        return from_confusion(_counted(self.pairs, self.classes))


class BinaryJudge:
    """Yes where the score is above zero, that is where the probability is above a half; then as for two classes."""

    def __init__(self, about: About) -> None:
        self.pairs: list[Tensor] = []

    def add(self, prediction: Tensor, y: Tensor) -> None:
        self.pairs.append((2 * y.long() + (prediction > 0)).flatten())  # (N,)

    def scores(self) -> dict[str, Any]:
        return from_confusion(_counted(self.pairs, 2))


def _counted(pairs: list[Tensor], classes: int) -> Tensor:
    return torch.bincount(torch.cat(pairs), minlength=classes**2).reshape(classes, classes)


def from_confusion(confusion: Tensor) -> dict[str, Any]:
    """Accuracy, macro precision, recall and F1, and the matrix itself, from counts [true][predicted].

    confusion: (classes, classes). A class that is neither true nor predicted anywhere does not count in the means. A
    matrix of very many classes is left out: nobody could read it.
    """
    counts = confusion.cpu().numpy()  # sums of so few numbers take torch longer
    right, true, predicted = counts.diagonal(), counts.sum(axis=1), counts.sum(axis=0)
    present = true + predicted > 0
    matrix = counts.tolist() if len(counts) <= READABLE_CLASSES else None
    return {
        "accuracy": right.sum().item() / true.sum().item(),
        **_macro_means(right[present], true[present], predicted[present]),
        "confusion": matrix and tuple(map(tuple, matrix)),
    }


def _macro_means(right: Counts, true: Counts, predicted: Counts) -> dict[str, float]:
    """Means over classes or labels, from counts of each; what has nothing to divide by is 0."""
    return {
        "precision": _mean_share(right, predicted),
        "recall": _mean_share(right, true),
        "f1": _mean_share(2 * right, true + predicted),
    }


def _mean_share(part: Counts, whole: Counts) -> float:
    shares = [some / all_ if all_ else 0.0 for some, all_ in zip(part.tolist(), whole.tolist(), strict=True)]
    return sum(shares) / len(shares)


class MultilabelJudge:
    """Each label is a yes or no of its own; accuracy is the share of examples whose labels are all right."""

    def __init__(self, about: About) -> None:
        self.answers: list[Tensor] = []
        self.targets: list[Tensor] = []

    def add(self, prediction: Tensor, y: Tensor) -> None:
        self.answers.append(prediction > 0)  # (N, labels)
        self.targets.append(y > 0)

    def scores(self) -> dict[str, Any]:
        answers, targets = torch.cat(self.answers), torch.cat(self.targets)
        exact = (answers == targets).all(dim=1).sum().item() / len(targets)
        counts = ((answers & targets).sum(dim=0), targets.sum(dim=0), answers.sum(dim=0))
        return {"accuracy": exact, **_macro_means(*counts)}


class NextTokenJudge:
    """How often the likeliest token was the right one, and between how many the network wavers on average.

    Perplexity is e to the mean −log probability of the right token, whatever loss is trained on.
    """

    def __init__(self, about: About) -> None:
        self.right: list[Tensor] = []
        self.surprise: list[Tensor] = []
        self.tokens = 0

    def add(self, prediction: Tensor, y: Tensor) -> None:
        self.tokens += y.numel()
        self.right.append((prediction.argmax(dim=-1) == y).sum())
        self.surprise.append(nn.functional.cross_entropy(prediction.transpose(1, 2), y, reduction="sum"))

    def scores(self) -> dict[str, Any]:
        right, surprise = sum(torch.stack(self.right).tolist()), sum(torch.stack(self.surprise).tolist())
        mean = surprise / self.tokens
        return {"accuracy": right / self.tokens, "perplexity": math.exp(mean) if mean < LARGEST_EXPONENT else None}


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


JUDGES: dict[Task, type[Judge]] = {
    "multiclass": MulticlassJudge,
    "binary": BinaryJudge,
    "multilabel": MultilabelJudge,
    "regression": RegressionJudge,
    "next-token": NextTokenJudge,
}
