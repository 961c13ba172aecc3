"""What a trained network answers to its own data, example by example, those it got wrong first."""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
from torch import Tensor

from dlcore.data.base import Data
from dlcore.data.load import Divided, divided, scaled
from dlcore.data.uploads import Table, UserDataset
from dlcore.errors import ExportError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.inference import postprocess
from dlcore.inference.trained import Trained
from dlcore.inference.user_data import cell

PARTS = ("training", "validation", "test")
MOST = 200  # examples that are told
MOST_VALUES = 4096  # of an example that are told; larger ones are told by their number alone
GUESSES = 3  # classes of each example, the most probable first

Item = dict[str, Any]
Array = np.ndarray[Any, Any]


def predictions(trained: Trained, part: Literal["training", "validation", "test"] = "validation") -> dict[str, Any]:
    """The examples of a part, those that are furthest off first: `{"part", "task", "examples", "wrong", "items"}`.

    An item has the row of the data set, `truth`, `said`, whether it is `right`, and for classes the `guesses`, each
    (class, probability). Of numbers `truth` and `said` are in their own unit; of labels both are lists; of texts to
    be continued they are what follows the last token. Raises ExportError where the part is empty.
    """
    rows = divided(trained.experiment)
    data = scaled(rows, trained.experiment.dataset)
    number = PARTS.index(part)
    chosen = (data.train, data.validation, data.test)[number]
    if not len(chosen):
        raise ExportError(Text(N_("This data set was divided so that this part is empty.")))
    about = data.about
    said = postprocess.meant(postprocess.outputs(trained.build(), chosen.x), about.task, data.scaling["y"])
    items = _TOLD[about.task](said, chosen.y, data)
    order = sorted(range(len(items)), key=lambda each: -items[each].pop("off"))[:MOST]
    return {
        "part": part,
        "user_data": isinstance(
            trained.experiment.dataset.source, UserDataset
        ),  # then its names are the learner's words
        "task": str(about.task),
        "examples": len(items),
        "wrong": sum(not each["right"] for each in items) if about.task != "regression" else None,
        "shape": list(about.shape),
        "features": list(about.features),
        "words": list(about.words),
        "items": [items[each] | seen for each, seen in zip(order, _seen(trained, rows, number, order), strict=True)],
    }


def _seen(trained: Trained, rows: Divided, part: int, order: list[int]) -> list[Item]:
    """The row of each example and its values before scaling; of a learner's own table, its cells as they came."""
    numbers = rows.parts[part][order]
    seen: list[Item] = [
        {"row": int(n), "x": _values(rows.x[part][each])} for n, each in zip(numbers, order, strict=True)
    ]
    for item, cells in zip(seen, _cells(trained.experiment, numbers), strict=False):
        item["cells"] = cells
    return seen


def _cells(experiment: Experiment, numbers: Array) -> list[dict[str, str]]:
    """These rows of a learner's own table as they came; none of other data."""
    source = experiment.dataset.source
    if not isinstance(source, UserDataset) or not isinstance(source.description(), Table):
        return []
    frame = source.read(experiment.seed_of("split")).x.iloc[numbers]
    return [{str(name): _read(value) for name, value in row.items()} for row in frame.to_dict("records")]


def _read(value: Any) -> str:
    """A value as people write it: seven digits, as many as are kept, and no hour where there is none."""
    return f"{value:.7g}" if isinstance(value, float) and value == value else cell(value).removesuffix("T00:00:00")


def _of_classes(shares: Tensor, y: Tensor, data: Data) -> list[Item]:
    """Each example's most probable classes; `off` is how little was left for the true one. shares (N, classes)."""
    classes, true = data.about.classes, y.reshape(len(y), -1)[:, -1].long()  # of next tokens, the last
    best = shares.topk(min(GUESSES, shares.shape[1]), dim=1)
    return [
        {
            "truth": classes[truth],
            "predicted": classes[said[0]],
            "right": truth == said[0],
            "guesses": [[classes[each], share] for each, share in zip(said, sure, strict=True)],
            "off": (truth != said[0]) + 1 - left,
        }
        for truth, said, sure, left in zip(
            true.tolist(), best.indices.tolist(), best.values.tolist(),
            shares.gather(1, true.reshape(-1, 1)).reshape(-1).tolist(), strict=True,
        )
    ]  # fmt: skip


def _of_labels(shares: Tensor, y: Tensor, data: Data) -> list[Item]:
    """Each example's labels, those that are more likely than not; right where all of them are. shares (N, labels)."""
    classes = data.about.classes

    def named(flags: list[bool]) -> list[str]:
        return [name for name, there in zip(classes, flags, strict=True) if there]

    wrong, far = (shares > 0.5) != (y > 0.5), (shares - y).abs().mean(dim=1)
    return [
        {
            "truth": named(truth),
            "predicted": named(said),
            "right": not mistakes,
            "guesses": sorted(([name, share] for name, share in zip(classes, sure, strict=True)), key=lambda g: -g[1]),
            "off": mistakes + distance,
        }
        for truth, said, sure, mistakes, distance in zip(
            (y > 0.5).tolist(), (shares > 0.5).tolist(), shares.tolist(), wrong.sum(dim=1).tolist(), far.tolist(),
            strict=True,
        )
    ]  # fmt: skip


def _of_numbers(values: Tensor, y: Tensor, data: Data) -> list[Item]:
    """Each example's number and what was said, in the unit of the data."""
    truth = postprocess.meant(y, "regression", data.scaling["y"])
    pairs = zip(values[:, 0].tolist(), truth[:, 0].tolist(), strict=True)
    return [{"truth": t, "predicted": s, "right": None, "off": abs(t - s)} for s, t in pairs]


_TOLD = {
    "multiclass": _of_classes,
    "binary": _of_classes,
    "multilabel": _of_labels,
    "regression": _of_numbers,
    "next-token": _of_classes,
}


def _values(x: Array) -> list[Any] | None:
    """An example's own numbers, before scaling; None for a large one."""
    if x.size > MOST_VALUES:
        return None
    return [value if math.isfinite(value) else None for value in x.reshape(-1).tolist()]
