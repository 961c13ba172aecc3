"""What happens to an example before the network sees it, and the samples that prove it, as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from dlcore.data.base import About, Data, Dataset
from dlcore.data.split import divide
from dlcore.experiment import Experiment
from dlcore.export.trained import SAMPLES, Trained, outputs

FORMAT = 1  # of these files; a reader refuses a number it does not know

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Raw:
    """Rows as they were read, before anything was learned from them: of the training part, and of the one that judges.

    Shapes: x (N, *shape), y (N,) or (N, …).
    """

    train_x: Array
    judging_x: Array
    judging_y: Array


def raw_rows(experiment: Experiment) -> Raw:
    """The same rows in the same order as `dlcore.load` has them, unscaled."""
    source, choice = cast("Dataset", experiment.dataset.source), experiment.dataset
    rows = source.read(experiment.seed)
    train, validation, _ = divide(rows.y, choice.split, source.about(), experiment.seed)
    train = train if choice.limit is None else train[: choice.limit]
    judging = validation if len(validation) else train
    return Raw(rows.x[train], rows.x[judging], rows.y[judging])


def preprocessing(data: Data, raw: Raw) -> dict[str, Any]:
    """`preprocessing.json`: the task, what comes in and how it was scaled, what comes out and in which unit."""
    about = data.about
    incoming: dict[str, Any] = {"shape": list(about.shape), "columns": list(about.features)}
    if about.shape.vocabulary is not None:
        incoming["words"] = list(about.words) or [str(number) for number in range(about.shape.vocabulary)]
    else:
        incoming["scaling"] = data.scaling.get("x")
        incoming["range"] = [float(raw.train_x.min()), float(raw.train_x.max())]
    return {
        "format": FORMAT,
        "task": about.task,
        "target": about.target,
        "input": incoming,
        "output": data.scaling.get("y"),
    }


def classes(about: About) -> list[str]:
    """`classes.json`: the names of the classes or labels, in the order of the network's outputs."""
    return list(about.classes)


def samples(trained: Trained, data: Data, raw: Raw) -> dict[str, Any]:
    """`samples.json`: some raw examples, what is true of them, and what the app's network answers, to the last bit."""
    part = data.validation if len(data.validation) else data.train
    made = outputs(trained.build(), part.x[:SAMPLES])
    return {
        "format": FORMAT,
        "inputs": raw.judging_x[:SAMPLES].tolist(),
        "truth": raw.judging_y[:SAMPLES].tolist(),
        "outputs": made.tolist(),
    }
