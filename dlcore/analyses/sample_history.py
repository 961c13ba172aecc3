"""Pinned examples over the epochs: what the network answered for each of them at every epoch with kept weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from dlcore import network
from dlcore.analyses.base import Analysis, Progress, choice, number
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.data.base import About, Data, Part
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text, translate
from dlcore.inference import postprocess
from dlcore.layers.base import Step
from dlcore.probes.arrays import Arrays
from dlcore.probes.samples import Samples, as_brought, in_target_units
from dlcore.training.metrics import evaluation_rows
from dlcore.training.model_view import spread

if TYPE_CHECKING:
    import plotly.graph_objects as go

MOST_PINS = 24
MOST_CLASSES = 12  # whose probabilities are told of an example: of more, the true one and the likeliest

Pin = tuple[str, int]  # the part of the data, and the row within it


class SampleHistory(Analysis):
    """Asked: `pins`, up to 24 of [part, row]: validation or train, and the row within that part (0-based).

    Without pins 24 are chosen, evenly spread over the part that judges. `epochs` (E,) int32: those whose weights were
    kept. `parts` and `rows` (n,) int32: the pins. `counts`: how many examples each part has. `inputs` (n, *shape):
    before scaling. `classes` (n, k) int32: whose probabilities are told of each, all of up to 12, else the true one
    and those that are likeliest over the epochs. `values` (E, n, k) float32: these probabilities, of what follows the
    last token where the next one is foretold; of a regression (E, n, 1), what is predicted, in the target's own units.
    `truth`: (n,) int32 of a class or token, (n,) float32 of a value, (n, labels) uint8 of several labels.
    """

    name = "sample_history"
    tab = N_("Samples")
    place = 29
    panel = "sample_history"

    @classmethod
    def options(cls, experiment: Experiment, about: About, steps: Sequence[Step]) -> dict[str, Any]:
        """`pinned`: whether the probe `samples` says which there are. `parts`: those from which one can be pinned."""
        parts = ["validation", "train"] if experiment.dataset.split.validation else ["train"]
        return {"classes": list(about.classes), "task": about.task, "parts": parts,
                "pinned": Samples.suits(about, steps)}  # fmt: skip

    @classmethod
    def charts(cls, experiment: Experiment, about: About, steps: Sequence[Step], run: str) -> list[go.Figure]:
        from dlcore.figures import sample_history as figure  # plotly, which a worker need not load

        del experiment, steps
        if about.task == "regression":
            return [figure.prediction(translate(about.target), run)]
        return [figure.probabilities(min(MOST_CLASSES, len(about.classes)), run)]

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        pins = _pins(asked, run.data)
        x = torch.cat([part_of(run.data, part).x[row : row + 1] for part, row in pins])
        y = torch.cat([part_of(run.data, part).y[row : row + 1] for part, row in pins])
        truth = truths(y, run.data)
        answers = _answers(run, x, progress)
        classes = _classes(answers, truth, run.data.about)
        return {
            "epochs": np.array(run.epochs, np.int32),
            "parts": [part for part, _row in pins],
            "rows": np.array([row for _part, row in pins], np.int32),
            "counts": {name: len(part_of(run.data, name)) for name in parts_of(run.data)},
            "inputs": as_brought(x.numpy(), run.data),
            "classes": classes.astype(np.int32),
            "values": np.take_along_axis(answers, classes[None], axis=2).astype(np.float32),
            "truth": truth,
        }


def _answers(run: FilmedRun, x: Tensor, progress: Progress) -> np.ndarray[Any, Any]:
    """(E, n, outputs): probabilities, or values in the target's units, of x (n, *shape) at each epoch."""
    model = network.build(run.experiment).eval()
    rows = evaluation_rows(run.steps)
    found = []
    for done, epoch in enumerate(run.epochs):
        progress(done / len(run.epochs))
        model.load_state_dict(run.weights(epoch))
        with torch.inference_mode():
            made = torch.cat([model(each) for each in torch.split(x, rows)])
        found.append(postprocess.meant(made, run.data.about.task, run.data.scaling.get("y")).numpy())
    return np.stack(found)


def _classes(answers: np.ndarray[Any, Any], truth: np.ndarray[Any, Any], about: About) -> np.ndarray[Any, Any]:
    """(n, k) int64: of each example the classes that are told, in their order. answers: (E, n, outputs)."""
    _epochs, count, outputs = answers.shape
    if outputs <= MOST_CLASSES:
        return np.tile(np.arange(outputs), (count, 1))
    likely = np.nan_to_num(answers).mean(axis=0)  # (n, outputs)
    if about.task == "multilabel":
        likely = likely + truth
    else:
        likely[np.arange(count), truth] = 2.0  # always among them
    chosen: np.ndarray[Any, Any] = np.sort(np.argsort(-likely, axis=1, kind="stable")[:, :MOST_CLASSES], axis=1)
    return chosen


def truths(y: Tensor, data: Data) -> np.ndarray[Any, Any]:
    """What is true of examples (n, *): (n,) int32 of a class or of the last token, (n,) float32 of a value in the
    target's own units, (n, labels) uint8 of several labels.
    """
    task = data.about.task
    if task == "regression":
        return in_target_units(y[:, 0].double().numpy(), data).astype(np.float32)
    if task == "multilabel":
        return (y > 0.5).numpy().astype(np.uint8)
    return y.reshape(len(y), -1)[:, -1].numpy().astype(np.int32)  # of next tokens the last


def parts_of(data: Data) -> list[str]:
    """The parts of which examples are shown: the one that judges first."""
    return ["validation", "train"] if len(data.validation) else ["train"]


def part_of(data: Data, name: str) -> Part:
    """One of them by its name."""
    return data.validation if name == "validation" else data.train


def _pins(asked: Mapping[str, Any], data: Data) -> list[Pin]:
    """The pins that are asked for. Raises DlcoreError with the field, what is allowed and what came."""
    parts = parts_of(data)
    pins = asked.get("pins") or [[parts[0], row] for row in spread(len(data.judging), MOST_PINS).tolist()]
    if not isinstance(pins, list) or len(pins) > MOST_PINS or not all(isinstance(each, list) for each in pins):
        text = N_("{field} must be up to {most} pairs of a part and a row, but {received} came.")
        raise DlcoreError(Text(text, field="pins", most=MOST_PINS, received=repr(pins)[:80]))
    return [pin_of(dict(zip(("part", "row"), each, strict=False)), data) for each in pins]


def pin_of(asked: Mapping[str, Any], data: Data) -> Pin:
    """The `part` and the `row` that are asked for. Raises DlcoreError with the field, what is allowed and what came."""
    part = choice(asked, "part", parts_of(data))
    return part, number(asked, "row", 0, len(part_of(data, part)) - 1)
