"""Two runs of one epoch side by side: what each answers to the same examples, and how each looks inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from dlcore.analyses.base import Analysis, Progress, number
from dlcore.analyses.compact import compact
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.analyses.hidden_space import MOST_EXAMPLES, Components, outputs_of
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text
from dlcore.probes.arrays import Arrays
from dlcore.probes.base import suitable
from dlcore.probes.confusion import TASKS, answers_of, probabilities_of, truth_of
from dlcore.probes.samples import in_target_units
from dlcore.training.metrics import evaluation_rows
from dlcore.training.model_view import ModelView, spread

PROBES = ("boundary", "points", "predictions", "weights")  # that look at each of the two


class Beside(Analysis):
    """Asked: `other`, the id of the run to compare with, and `epoch`; each shows the nearest with kept weights.

    `first` is the run itself, `second` the other; of each: `epoch`; `boundary`, `points`, `predictions` and `weights`
    as these probes have them, where they suit; `hidden.xy` (n, 2), what the last hidden layer gives, along its first
    two principal components at the run's last recorded epoch, and `hidden.explained` (2,); `answers` (N,), uint16
    classes, or float32 in the target's own units; and `sure` (N,) float16, the probability of each answered class.

    Where both judge the same examples, `truth` (N,) and `rows` (N,) int32, their numbers within the part that judges;
    `places` (n,) int32: which of them the hidden space shows. `classes`: their names; none of a value.
    """

    name = "beside"
    resident = True

    @classmethod
    def compute(cls, run: FilmedRun, asked: Mapping[str, Any], progress: Progress) -> Arrays:
        del progress  # it is done before anybody could look
        other_id = str(asked.get("other"))
        other = run.remembered(f"run {other_id}", -1, lambda: run.other(other_id))
        epoch = number(asked, "epoch", 0, 10**9, run.epochs[-1])
        views = [_view(each, epoch) for each in (run, other)]
        if run.data.about.task != other.data.about.task:
            raise DlcoreError(Text(N_("These two runs have different tasks: nothing in them can be compared.")))
        places = spread(len(views[0].examples), MOST_EXAMPLES)
        found = [_looks(each, view, places) for each, view in zip((run, other), views, strict=True)]
        return {"first": found[0], "second": found[1], "places": places.numpy().astype(np.int32), **_judged(*views),
                "classes": list(run.data.about.classes) if run.data.about.task in TASKS else []}  # fmt: skip


def _view(run: FilmedRun, epoch: int) -> ModelView:
    nearest = run.nearest(epoch)
    return run.remembered("view", nearest, lambda: run.view(nearest))


def _looks(run: FilmedRun, view: ModelView, places: torch.Tensor) -> dict[str, Any]:
    """What one of the two is like inside."""
    fitting = suitable(view.about, run.steps)
    probed = {name: fitting[name].measure(view) for name in PROBES if name in fitting}
    return {"epoch": view.epoch, **probed, "hidden": _hidden(run, view, places), **_answers(view)}


def _hidden(run: FilmedRun, view: ModelView, places: torch.Tensor) -> dict[str, Any]:
    """Where the examples lie in what the last hidden layer gives; nothing where it gives no finite numbers."""
    layer, rows = max(0, len(run.steps) - 2), evaluation_rows(run.steps)
    x = view.examples.x[places[places < len(view.examples)]]
    try:
        last = run.epochs[-1]
        axes = run.remembered("axes", last, lambda: Components(outputs_of(run.model(last), layer, x, rows)))
    except DlcoreError:
        return {}
    return {"xy": compact(axes.project(outputs_of(view.model, layer, x, rows))), "explained": axes.explained,
            "layer": f"{layer + 1} {run.steps[layer].layer}"}  # fmt: skip


def _answers(view: ModelView) -> dict[str, Any]:
    """What it answers to each example of the part that judges."""
    if view.about.task in TASKS:
        answers = answers_of(view)
        sure = np.take_along_axis(probabilities_of(view), answers[:, None], axis=1)[:, 0]
        return {"answers": answers.astype(np.uint16), "sure": sure.astype(np.float16)}
    if view.about.task != "regression":
        return {}
    values = view.outputs[:, 0].double().numpy()
    with np.errstate(over="ignore"):
        return {"answers": in_target_units(values, view.data).astype(np.float32)}


def _judged(view: ModelView, other: ModelView) -> dict[str, Any]:
    """The examples that judge, where they are the same for both."""
    truth, theirs = _truth(view), _truth(other)
    if truth is None or theirs is None or not _alike(truth, theirs):
        return {}
    return {"truth": truth, "rows": view.numbers.numpy().astype(np.int32)}


def _truth(view: ModelView) -> np.ndarray[Any, Any] | None:
    if view.about.task in TASKS:
        return truth_of(view).astype(np.uint16)
    if view.about.task != "regression":
        return None
    values = view.examples.y[:, 0].cpu().double().numpy()
    return in_target_units(values, view.data).astype(np.float32)


def _alike(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    """Whether they are the same to what scaling and its undoing may lose."""
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=1e-4, atol=1e-6))
