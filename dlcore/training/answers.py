"""What the network answers for the examples that judge it, beside what is true: looks for tasks without a confusion."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from dlcore.data.base import Part, Task
from dlcore.training.events import Probed
from dlcore.training.loop import Trainer
from dlcore.training.metrics import evaluating

MOST_POINTS = 300  # of a regression: more would hide one another
MOST_EXAMPLES = 5_000  # whose labels are counted


def predictions(trainer: Trainer) -> Probed:
    """`truth` and `answers` of up to 300 examples, evenly spread over the part that judges, in the target's own units.

    Of several numbers to predict, the first.
    """
    part = _some(trainer, MOST_POINTS)
    learned = trainer.data.scaling.get("y")
    scale, offset = (learned["scale"][0], learned["offset"][0]) if learned else (1.0, 0.0)
    pairs = torch.stack([part.y[:, 0], _answers(trainer, part.x)[:, 0]]).double() * scale + offset  # (2, N)
    truth, answers = pairs[:, pairs.isfinite().all(dim=0)].tolist()
    return Probed(trainer.epoch, "predictions", {"truth": _short(truth), "answers": _short(answers)})


def labels(trainer: Trainer) -> Probed:
    """`counts`: of each label how many examples have it, how many are said to have it, and how many rightly.

    Of the part that judges; of a very long one, 5,000 examples evenly spread over it.
    """
    part = _some(trainer, MOST_EXAMPLES)
    true, said = part.y > 0, _answers(trainer, part.x) > 0  # (N, labels)
    counts = torch.stack([true.sum(dim=0), said.sum(dim=0), (true & said).sum(dim=0)], dim=1)
    return Probed(trainer.epoch, "labels", {"counts": counts.tolist()})


PROBES: dict[Task, Callable[[Trainer], Probed]] = {"regression": predictions, "multilabel": labels}


def _some(trainer: Trainer, most: int) -> Part:
    """Examples of the part that judges, not more than this many."""
    part = trainer.data.judging
    chosen = torch.linspace(0, len(part) - 1, min(most, len(part))).round().long()
    return Part(part.x[chosen.to(part.x.device)].cpu(), part.y[chosen.to(part.y.device)].cpu())


def _answers(trainer: Trainer, x: Tensor) -> Tensor:
    """(N, outputs) in eval mode."""
    with evaluating(trainer.model):
        made = [trainer.model(each.to(trainer.device)).cpu() for each in torch.split(x, trainer.evaluation_rows)]
    return torch.cat(made)


def _short(numbers: list[float]) -> list[float]:
    """Five digits: more cannot be seen."""
    return [float(f"{each:.5g}") for each in numbers]
