"""How good the network is on one part: measured in eval mode, in one pass, with means weighted by examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn

from dlcore.data.base import About, Part
from dlcore.training.events import Scores

EVALUATION_BATCH = 1024  # examples at a time: large enough to be quick, small enough for images on a laptop


@torch.inference_mode()
def measure(model: nn.Module, loss_function: Callable[..., Tensor], part: Part, about: About) -> Scores:
    """The scores of a part, dropout off. The model is left in the mode it was in."""
    was_training = model.training
    model.eval()
    try:
        if about.task == "regression":
            return _regression(model, loss_function, part)
        return _classification(model, loss_function, part, about.outputs)
    finally:
        model.train(was_training)


def _batches(part: Part) -> Iterator[tuple[Tensor, Tensor]]:
    return zip(part.x.split(EVALUATION_BATCH), part.y.split(EVALUATION_BATCH), strict=True)


def _classification(model: nn.Module, loss_function: Callable[..., Tensor], part: Part, classes: int) -> Scores:
    total = torch.zeros((), dtype=torch.float64, device=part.y.device)
    counts = torch.zeros(classes * classes, dtype=torch.int64, device=part.y.device)
    for x, y in _batches(part):
        scores = model(x)  # (N, classes)
        total += loss_function(scores, y) * len(y)
        counts += torch.bincount(y * classes + scores.argmax(dim=1), minlength=classes * classes)
    return Scores(loss=total.item() / len(part), **from_confusion(counts.reshape(classes, classes).tolist()))


def from_confusion(confusion: list[list[int]]) -> dict[str, Any]:
    """Accuracy, macro precision, recall and F1, and the matrix itself, from counts [true][predicted].

    As scikit-learn does it: a class that is neither true nor predicted anywhere does not count in the means, and
    a precision or recall with nothing to divide by is 0.
    """
    classes = range(len(confusion))
    true = [sum(row) for row in confusion]
    predicted = [sum(row[c] for row in confusion) for c in classes]
    right = [confusion[c][c] for c in classes]
    present = [c for c in classes if true[c] or predicted[c]]
    precision = [right[c] / predicted[c] if predicted[c] else 0.0 for c in present]
    recall = [right[c] / true[c] if true[c] else 0.0 for c in present]
    f1 = [2 * right[c] / (true[c] + predicted[c]) for c in present]
    count = len(present)
    return {
        "accuracy": sum(right) / sum(true),
        "precision": sum(precision) / count,
        "recall": sum(recall) / count,
        "f1": sum(f1) / count,
        "confusion": tuple(map(tuple, confusion)),
    }


def _regression(model: nn.Module, loss_function: Callable[..., Tensor], part: Part) -> Scores:
    sums = torch.zeros(3, dtype=torch.float64, device=part.y.device)  # of losses, squares, absolutes
    for x, y in _batches(part):
        prediction = model(x)  # (N, 1)
        miss = (prediction - y).double()
        sums += torch.stack([loss_function(prediction, y).double() * len(y), (miss**2).sum(), miss.abs().sum()])
    y = part.y.double()
    loss, squares, absolutes = sums.tolist()
    spread = ((y - y.mean()) ** 2).sum().item()
    count = part.y.numel()
    return Scores(
        loss=loss / len(part), mse=squares / count, mae=absolutes / count, r2=1 - squares / spread if spread else 0.0
    )
