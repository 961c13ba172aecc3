"""Curves of a run over its epochs: loss, or a metric, of training and validation.

A chart is made empty: its traces say what fills them, and `dlcore.figures.bindings` does, here and in the browser.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dlcore.data.base import Task
from dlcore.figures import colours
from dlcore.figures.bindings import Binding, bound
from dlcore.figures.style import caption, escape, figure, score_axis
from dlcore.i18n import N_, _
from dlcore.training.scores import METRICS

MEASURED = N_(
    "Bold points: all examples of the part, measured after the epoch with dropout off; epoch 0 is before any training."
)
BATCHES = N_("Faint: the loss of single batches, as training saw them.")


@dataclass(frozen=True)
class Branch:
    """Where a run left another one's way."""

    run: str  # the other
    name: str
    epoch: int  # its epoch


def curves(
    metric: str = "loss",
    run: str = "",
    chance: float | None = None,
    task: Task | None = None,
    branch: Branch | None = None,
) -> go.Figure:
    """The empty chart of one metric over epochs. `chance`: the score of guessing, drawn as a dotted line.

    branch: the run whose way this one left: its curves are drawn, too, and these begin where they left it.
    """
    shown, offset = METRICS[metric], branch.epoch if branch else 0
    drawn = [_batches(run, offset)] if metric == "loss" else []
    drawn += [_chance(run, metric, chance, offset)]
    drawn += [_left(branch, metric, part) for part in ("train", "validation") if branch]
    drawn += [_line(run, metric, "train", offset), _line(run, metric, "validation", offset)]
    sentences = [_(MEASURED)] + ([_(BATCHES)] if metric == "loss" else [])
    title = _(shown.title_in(task))
    chart = figure(title, _("epoch"), _(shown.axis), " ".join(sentences), traces=[*drawn, _best(run, metric, offset)])
    chart.update_layout(meta={"caption": caption(chart), "offset": offset})
    chart.update_yaxes(**score_axis(shown))
    chart.update_xaxes(rangemode="tozero", hoverformat=".4~g")
    return chart


def _from(offset: int, epochs: Binding) -> Binding:
    """Epochs of a run that began at another one's epoch, as that one counts them."""
    return ["+", offset, epochs] if offset else epochs


def _left(branch: Branch, metric: str, part: str) -> go.Scatter:
    """A curve of the run whose way was left."""
    colour = colours.TRAINING if part == "train" else colours.VALIDATION
    name = _("{run}, training", run=branch.name) if part == "train" else _("{run}, validation", run=branch.name)
    return go.Scatter(
        name=escape(name),
        line={"color": colours.faint(colour, 0.5), "width": 1.5, "dash": "dash"},
        mode="lines",
        cliponaxis=False,
        meta=bound(branch.run, f"parent {part}", x="epochs.epoch", y=f"epochs.{part}.{metric}"),
    )


def _batches(run: str, offset: int) -> go.Scatter:
    return go.Scatter(
        name=_("Training, batch by batch"),
        line={"color": colours.TRAINING, "width": 1},
        opacity=0.3,
        mode="lines",
        hoverinfo="skip",
        meta=bound(run, "batches", x=_from(offset, "batches.x"), y="batches.y"),
    )


def _chance(run: str, metric: str, chance: float | None, offset: int) -> go.Scatter:
    level: Binding = f"chance.{metric}" if chance is None else chance
    across: Binding = _from(offset, ["join", 0, ["max", 1, "epochs.epoch"]])
    return go.Scatter(
        name=_("Guessing"),
        line={"color": colours.QUIET, "width": 1.5, "dash": "dot"},
        mode="lines",
        meta=bound(run, "chance", x=across, y=["join", level, level]),
    )


def _line(run: str, metric: str, part: str, offset: int) -> go.Scatter:
    colour = colours.TRAINING if part == "train" else colours.VALIDATION
    return go.Scatter(
        name=_("Training") if part == "train" else _("Validation"),
        line={"color": colour, "width": 2.5},
        marker={"size": 5},
        mode="lines+markers",
        cliponaxis=False,
        meta=bound(run, part, x=_from(offset, "epochs.epoch"), y=f"epochs.{part}.{metric}"),
    )


def _best(run: str, metric: str, offset: int) -> go.Scatter:
    return go.Scatter(
        name=_("Best epoch"),
        marker={"color": colours.BEST, "size": 12, "symbol": "star", "line": {"color": "white", "width": 1}},
        mode="markers",
        cliponaxis=False,
        meta=bound(run, "best", **_at_best(metric, offset)),
    )


def _at_best(metric: str, offset: int = 0) -> dict[str, Binding]:
    """The one point of the best epoch."""
    return {"x": _from(offset, ["join", "best.epoch"]), "y": ["join", f"best.judged.{metric}"]}


def comparison(
    metric: str, runs: list[tuple[str, str]], batch_points: bool = False, hues: list[int] | None = None
) -> go.Figure:
    """The empty chart of one metric for several runs, [(id, name)]: a hue each, the gap between the parts shaded."""
    shown = METRICS[metric]
    numbers = hues or list(range(len(runs)))
    traces = [
        trace for number, (run, name) in zip(numbers, runs, strict=True) for trace in _lane(run, name, metric, number)
    ]
    said = " ".join(
        [_(MEASURED), _("Solid: validation. Thin: training. The shaded band between them is the gap of that run.")]
    )
    chart = figure(_(COMPARED.get(metric, shown.title)), _("epoch"), _(shown.axis), said, traces=traces, height=380)
    chart.update_yaxes(**score_axis(shown))
    chart.update_xaxes(rangemode="tozero", hoverformat=".4~g")
    return chart


COMPARED = {"loss": N_("Loss: whose validation line is lowest, and whose band stays narrow?")}


def _lane(run: str, name: str, metric: str, number: int) -> list[go.Scatter]:
    colour = colours.hue(number)
    shared: dict[str, Any] = {"legendgroup": run, "mode": "lines"}
    train = go.Scatter(
        name=escape(_("{run}, training", run=name)),
        line={"color": colours.faint(colour, 0.55), "width": 1.2},
        showlegend=False,
        meta=bound(run, "train", x="epochs.epoch", y=f"epochs.train.{metric}"),
        **shared,
    )
    validation = go.Scatter(
        name=escape(name),
        line={"color": colour, "width": 2.5},
        fill="tonexty",
        fillcolor=colours.faint(colour, 0.13),
        meta=bound(run, "validation", x="epochs.epoch", y=f"epochs.validation.{metric}"),
        **shared,
    )
    best = go.Scatter(
        name=escape(_("{run}, best epoch", run=name)),
        marker={"color": colour, "size": 11, "symbol": "star", "line": {"color": "white", "width": 1}},
        showlegend=False,
        hoverinfo="skip",
        meta=bound(run, "best", **_at_best(metric)),
        **{**shared, "mode": "markers"},
    )
    return [train, validation, best]


def quantity(name: str, run: str = "") -> go.Figure:
    """The empty chart of something measured once an epoch: `learning_rate` or `gradient_norm`."""
    title, axis, said = QUANTITIES[name]
    line = go.Scatter(
        name=_(axis),
        line={"color": colours.TRAINING, "width": 2},
        mode="lines+markers",
        marker={"size": 5},
        meta=bound(run, "epochs", x="epochs.epoch", y=f"epochs.{name}"),
    )
    chart = figure(_(title), _("epoch"), _(axis), _(said), traces=[line], height=280, showlegend=False)
    chart.update_yaxes(rangemode="tozero", hoverformat=".4~g")
    return chart


QUANTITIES = {
    "gradient_norm": (
        N_("Gradient: does the signal to learn stay alive?"),
        N_("gradient norm (L2)"),
        N_("Length of the gradient over all parameters, at the last batch of each epoch."),
    ),
    "learning_rate": (
        N_("Step size: how far each step goes"),
        N_("learning rate"),
        N_("What the optimizer used at the last batch of each epoch."),
    ),
}
