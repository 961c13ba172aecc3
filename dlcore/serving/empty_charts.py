"""The charts of a run before any number is in them: what task it has decides which there are."""

from __future__ import annotations

import functools
import json
from typing import Any

from dlcore.analyses.base import ANALYSES, Analysis
from dlcore.experiment import Experiment
from dlcore.figures import curves
from dlcore.i18n import _
from dlcore.network import about_of, trace
from dlcore.probes.base import Probe, suitable
from dlcore.probes.samples import Samples
from dlcore.training.scores import metrics_of

SET_BY_BROWSER = ("template", "legend", "margin", "uirevision", "paper_bgcolor", "plot_bgcolor")  # of a layout

Json = dict[str, Any]


@functools.lru_cache(maxsize=100)
def empty_charts(run_id: str, written: str, language: str) -> Json:
    """The charts as plain JSON, by name; their numbers come through the stream. `language` is that of their texts.

    `panels` are those of the probes and the analyses, in the order of their tabs: see `dlcore.probes.base`.
    """
    del language  # the current one: a part of what is remembered
    experiment = Experiment.from_yaml_text(written)
    about, guessing = about_of(experiment), scores_of_guessing(experiment)
    return {
        "loss": plain(curves.curves("loss", run_id, guessing.get("loss"))),
        "metrics": {
            name: plain(curves.curves(name, run_id, guessing.get(name), about.task)) for name in metrics_of(about.task)
        },
        "pace": [plain(curves.quantity(name, run_id)) for name in ("gradient_norm", "learning_rate")],
        "panels": [_panel(each, experiment, run_id) for each in shown(experiment)],
        "samples": Samples.options(experiment, about, trace(experiment)),
    }


def shown_probes(experiment: Experiment) -> list[type[Probe]]:
    """The probes that have a tab of their own or share one, in the order in which they are shown."""
    found = suitable(about_of(experiment), trace(experiment)).values()
    return sorted((probe for probe in found if probe.tab), key=lambda probe: (probe.place, probe.name))


def shown(experiment: Experiment) -> list[type[Probe] | type[Analysis]]:
    """These probes and the analyses that a page can ask for, in the order in which they are shown."""
    about, steps = about_of(experiment), trace(experiment)
    asked = [each for each in map(ANALYSES.__getitem__, sorted(ANALYSES)) if each.tab and each.suits(about, steps)]
    return sorted([*shown_probes(experiment), *asked], key=lambda each: (each.place, each.name))


def _panel(kind: type[Probe] | type[Analysis], experiment: Experiment, run_id: str) -> Json:
    about, steps = about_of(experiment), trace(experiment)
    own = issubclass(kind, Probe) and kind.panel != "charts"  # drawn without plotly, but in reports
    figures = [] if own else kind.charts(experiment, about, steps, run_id)
    return {
        "name": kind.name,
        "tab": _(kind.tab),
        "panel": kind.panel,
        "figures": [plain(each) for each in figures],
        "options": kind.options(experiment, about, steps),
    }


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


def plain(figure: Any) -> Json:
    """A figure as plain JSON, without what the browser sets itself."""
    made: Json = json.loads(figure.to_json())
    for name in SET_BY_BROWSER:
        made["layout"].pop(name, None)
    return made
