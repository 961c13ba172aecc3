"""What the network answers for the examples that judge it, beside what is true: looks for tasks without a confusion."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from dlcore.data.base import Part, Task
from dlcore.training.events import Probed
from dlcore.training.metrics import evaluating
from dlcore.training.model_view import ModelView

MOST_POINTS = 300  # of a regression: more would hide one another
MOST_EXAMPLES = 5_000  # whose labels are counted


def predictions(view: ModelView) -> Probed:
    """`truth` and `answers` of up to 300 examples, evenly spread over the part that judges, in the target's own units.

    Of several numbers to predict, the first.
    """
    part = _some(view, MOST_POINTS)
    learned = view.data.scaling.get("y")
    scale, offset = (learned["scale"][0], learned["offset"][0]) if learned else (1.0, 0.0)
    pairs = torch.stack([part.y[:, 0], _answers(view, part.x)[:, 0]]).double() * scale + offset  # (2, N)
    truth, answers = pairs[:, pairs.isfinite().all(dim=0)].tolist()
    return Probed(view.epoch, "predictions", {"truth": _short(truth), "answers": _short(answers)})


def labels(view: ModelView) -> Probed:
    """`counts`: of each label how many examples have it, how many are said to have it, and how many rightly.

    Of the part that judges; of a very long one, 5,000 examples evenly spread over it.
    """
    part = _some(view, MOST_EXAMPLES)
    true, said = part.y > 0, _answers(view, part.x) > 0  # (N, labels)
    counts = torch.stack([true.sum(dim=0), said.sum(dim=0), (true & said).sum(dim=0)], dim=1)
    return Probed(view.epoch, "labels", {"counts": counts.tolist()})


PROBES: dict[Task, Callable[[ModelView], Probed]] = {"regression": predictions, "multilabel": labels}


def _some(view: ModelView, most: int) -> Part:
    """Examples of the part that judges, not more than this many."""
    part = view.data.judging
    chosen = torch.linspace(0, len(part) - 1, min(most, len(part))).round().long()
    return Part(part.x[chosen.to(part.x.device)].cpu(), part.y[chosen.to(part.y.device)].cpu())


def _answers(view: ModelView, x: Tensor) -> Tensor:
    """(N, outputs) in eval mode."""
    with evaluating(view.model):
        made = [view.model(each.to(view.device)).cpu() for each in torch.split(x, view.rows)]
    return torch.cat(made)


def _short(numbers: list[float]) -> list[float]:
    """Five digits: more cannot be seen."""
    return [float(f"{each:.5g}") for each in numbers]
