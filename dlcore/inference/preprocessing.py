"""What happens to an example before the network sees it, and the samples that prove it, as plain JSON."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from torch import Tensor

from dlcore.data.base import About, Data
from dlcore.data.load import Divided
from dlcore.experiment import Experiment
from dlcore.inference import user_data
from dlcore.inference.trained import SAMPLES, Trained, outputs

FORMAT = 1  # of these files; a reader refuses a number it does not know


def preprocessing(experiment: Experiment, data: Data, rows: Divided) -> dict[str, Any]:
    """`preprocessing.json`: the task, what comes in and how it was scaled, what comes out and in which unit."""
    about = data.about
    incoming: dict[str, Any] = {"shape": list(about.shape), "columns": list(about.features)}
    incoming["csv"] = user_data.cells(experiment)
    if about.shape.vocabulary is not None:
        incoming["vocabulary"] = about.shape.vocabulary
        incoming["words"] = list(about.words) or [str(number) for number in range(about.shape.vocabulary)]
    else:
        incoming["scaling"] = data.scaling.get("x")
        incoming["range"] = [float(rows.x[0].min()), float(rows.x[0].max())]
    incoming |= user_data.describe(experiment, rows)
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


def samples(trained: Trained, data: Data, rows: Divided) -> dict[str, Any]:
    """`samples.json`: some raw examples, what is true of them, and what the app's network answers, to the last bit.

    A learner's own table or texts stand there as they came as well.
    """
    which = 1 if len(data.validation) else 0  # the part that judges, else the training part
    part = data.validation if which else data.train
    return {
        "format": FORMAT,
        "inputs": rows.x[which][:SAMPLES].tolist(),
        **user_data.samples(trained.experiment, rows, rows.parts[which][:SAMPLES]),
        "truth": rows.y[which][:SAMPLES].tolist(),
        "outputs": outputs(trained.build(), part.x[:SAMPLES]).tolist(),
    }


def prepare(raw: Any, known: dict[str, Any]) -> Tensor:
    """Raw examples as the network wants them, by what `preprocessing.json` says.

    Shapes: nested lists of (N, *shape) -> (N, *shape), float32 or int64 tokens.
    """
    incoming = known["input"]
    shape = tuple(map(int, incoming["shape"]))
    if "words" in incoming:
        return torch.from_numpy(np.asarray(raw, dtype=np.int64).reshape(-1, *shape))
    x = np.asarray(raw, dtype=np.float64).reshape(-1, math.prod(shape))
    if incoming["scaling"] is not None:
        x = (x - np.asarray(incoming["scaling"]["offset"])) / np.asarray(incoming["scaling"]["scale"])
    return torch.from_numpy(x.astype(np.float32).reshape(-1, *shape))
