"""The charts of a run before any number is in them: what task it has decides which there are."""

from __future__ import annotations

import functools
import json
from typing import Any

from dlcore.data.base import About, Part
from dlcore.data.load import load
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.figures import boundary, curves, histograms, matrix, predicted
from dlcore.i18n import _, translate
from dlcore.network import about_of, trace
from dlcore.training.layer_statistics import MOST_LAYERS
from dlcore.training.scores import metrics_of

MOST_POINTS = 400  # of each part on the decision boundary
SET_BY_BROWSER = ("template", "legend", "margin", "uirevision", "paper_bgcolor", "plot_bgcolor")  # of a layout
WITH_CONFUSION = ("multiclass", "binary")

Json = dict[str, Any]


@functools.lru_cache(maxsize=100)
def empty_charts(run_id: str, written: str, language: str) -> Json:
    """The charts as plain JSON, by name; their numbers come through the stream. `language` is that of their texts."""
    del language  # the current one: a part of what is remembered
    experiment = Experiment.from_yaml_text(written)
    about, guessing = about_of(experiment), scores_of_guessing(experiment)
    made: Json = {
        "loss": plain(curves.curves("loss", run_id, guessing.get("loss"))),
        "metrics": {
            name: plain(curves.curves(name, run_id, guessing.get(name), about.task)) for name in metrics_of(about.task)
        },
        "pace": [plain(curves.quantity(name, run_id)) for name in ("gradient_norm", "learning_rate")],
    }
    if about.on_a_plane and about.task != "multilabel":
        made["boundary"] = plain(empty_plane(experiment, about, run_id))
    if about.task in WITH_CONFUSION:
        made["confusion"] = plain(matrix.confusion(about.classes, run_id))
    if about.task == "regression":
        made["predictions"] = plain(empty_answers(experiment, about, run_id))
    made["inside"] = _inside(experiment, run_id)
    return made


def _inside(experiment: Experiment, run_id: str) -> list[Json]:
    """Ridges of the weights and of what each layer gives."""
    steps = trace(experiment)[:MOST_LAYERS]
    every = [(step.path[0], step.layer, step.kind) for step in steps]
    learned = [layer for layer, step in zip(every, steps, strict=True) if step.parameters]
    return [
        plain(histograms.histograms(what, layers, run_id))
        for what, layers in (("weights", learned), ("activations", every))
    ]


def scores_of_guessing(experiment: Experiment) -> dict[str, float]:
    """What a network that has learned nothing scores, where that is known beforehand, by metric."""
    about, loss = about_of(experiment), experiment.loss
    known: dict[str, float | None] = {"loss": loss.chance(about)}  # type: ignore[attr-defined]
    if about.task == "next-token":
        known["perplexity"] = float(about.outputs)  # every token equally likely
    if about.task == "regression" and experiment.dataset.scale_target == "standard":
        known["mse"] = 1.0  # the variance of a standardized target: what always guessing the mean gets
        known["loss"] = 1.0 if loss.name == "MSELoss" else known["loss"]
    return {name: value for name, value in known.items() if value is not None}


def empty_answers(experiment: Experiment, about: About, run_id: str) -> Any:
    """Predicted against true, before the network has answered."""
    part: Any = "validation" if experiment.dataset.split.validation else "train"
    return predicted.predicted(translate(about.target) or _("target"), part, run_id)


def empty_plane(experiment: Experiment, about: About, run_id: str) -> Any:
    """The map of a run whose data lie on a plane, with its points, before the network has answered."""
    axes = about.features or ("x₁", "x₂")
    try:
        data = load(experiment)
    except DlcoreError:  # the run says what is wrong with its data; the map is shown without points
        parts = []
    else:
        parts = [_points(part) for part in (data.train, data.validation)]
    if about.task == "regression":
        return boundary.heights(axes, about.target, *parts, run=run_id)  # type: ignore[misc, arg-type]  # two parts, or none
    return boundary.boundary(about.classes, axes, *parts, run=run_id)  # type: ignore[misc, arg-type]  # the same


def _points(part: Part) -> boundary.Points:
    few = slice(MOST_POINTS)
    return part.x[few, 0].tolist(), part.x[few, 1].tolist(), part.y[few].flatten().tolist()


def plain(figure: Any) -> Json:
    """A figure as plain JSON, without what the browser sets itself."""
    made: Json = json.loads(figure.to_json())
    for name in SET_BY_BROWSER:
        made["layout"].pop(name, None)
    return made
