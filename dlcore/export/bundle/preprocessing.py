"""What happens to an example before the network sees it, and the samples that prove it, as plain JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcore.data.base import About, Data
from dlcore.data.load import divided
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
    rows = divided(experiment)
    judging = 1 if len(rows.x[1]) else 0
    return Raw(rows.x[0], rows.x[judging], rows.y[judging])


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
