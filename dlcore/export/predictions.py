"""What a trained network answers, example by example, those it got wrong first."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlcore.data.base import Data
from dlcore.data.load import divided, scaled
from dlcore.export.trained import Trained

MOST = 200  # examples that are told
AT_ONCE = 256  # examples that are sent through together
MOST_VALUES = 4096  # of an example that are told; larger ones are told by their number alone
GUESSES = 3  # classes of each example, the most probable first

Array = np.ndarray[Any, Any]


def predictions(trained: Trained) -> dict[str, Any]:
    """Examples of the part that judges, else of the training part: `{"part", "task", "classes", "items"}`.

    An item has the row of the data set, `truth`, `said`, whether it is `right`, and for classes the `guesses`, each
    (class, probability). Of numbers `truth` and `said` are in their own unit. What is furthest off comes first.
    """
    rows = divided(trained.experiment)
    data = scaled(rows, trained.experiment.dataset)
    number = 1 if len(data.validation) else 0
    part = (data.train, data.validation)[number]
    answers = _answers(trained, part.x)
    told = {"regression": _of_numbers, "binary": _of_yes_or_no, "multiclass": _of_classes}.get(str(data.about.task))
    items = [] if told is None else told(answers, part.y, data)
    order = sorted(range(len(items)), key=lambda each: -items[each].pop("off"))[:MOST]
    kept = [{**items[each], "row": int(rows.parts[number][each]), "x": _values(rows.x[number][each])} for each in order]
    return {
        "part": ("training", "validation")[number],
        "task": str(data.about.task),
        "examples": len(items),
        "wrong": sum(not each["right"] for each in items) if data.about.task != "regression" else None,
        "shape": list(data.about.shape),
        "features": list(data.about.features),
        "words": list(data.about.words),
        "items": kept,
    }


@torch.inference_mode()
def _answers(trained: Trained, x: Tensor) -> Tensor:
    model = trained.build()
    return torch.cat([model(x[start : start + AT_ONCE]) for start in range(0, len(x), AT_ONCE)])


def _of_classes(answers: Tensor, y: Tensor, data: Data) -> list[dict[str, Any]]:
    return _guessed(answers.softmax(dim=1), y, data.about.classes)


def _of_yes_or_no(answers: Tensor, y: Tensor, data: Data) -> list[dict[str, Any]]:
    yes = answers.sigmoid().reshape(-1, 1)
    return _guessed(torch.cat([1 - yes, yes], dim=1), y.reshape(-1).long(), data.about.classes)


def _guessed(shares: Tensor, y: Tensor, classes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each example's most probable classes; `off` is how little was left for the true one. shares (N, classes)."""
    best = shares.topk(min(GUESSES, shares.shape[1]), dim=1)
    return [
        {
            "truth": classes[truth],
            "said": classes[said[0]],
            "right": truth == said[0],
            "guesses": [[classes[each], share] for each, share in zip(said, sure, strict=True)],
            "off": (truth != said[0]) + 1 - left,
        }
        for truth, said, sure, left in zip(
            y.tolist(), best.indices.tolist(), best.values.tolist(),
            shares.gather(1, y.reshape(-1, 1)).reshape(-1).tolist(), strict=True,
        )
    ]  # fmt: skip


def _of_numbers(answers: Tensor, y: Tensor, data: Data) -> list[dict[str, Any]]:
    """Each example's number and what was said, in the unit of the data."""
    learned = data.scaling.get("y")
    offset, scale = (learned["offset"], learned["scale"]) if learned else ([0.0], [1.0])
    said, truth = ((each.double() * torch.tensor(scale) + torch.tensor(offset))[:, 0].tolist() for each in (answers, y))
    return [{"truth": t, "said": s, "right": None, "off": abs(t - s)} for t, s in zip(truth, said, strict=True)]


def _values(x: Array) -> list[Any] | None:
    """An example's own numbers, before scaling; None for a large one."""
    if x.size > MOST_VALUES:
        return None
    return [value if math.isfinite(value) else None for value in x.reshape(-1).tolist()]
