"""Models of machine learning beside a network: what more rows are worth, and what each column is worth to whom.

What is drawn is known to the page: the figures are made with the numbers of `dlcore.baselines.report`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from dlcore.figures import colours
from dlcore.figures.style import escape, figure, score_axis
from dlcore.i18n import _
from dlcore.training.scores import METRICS

NETWORK = "network"  # its name among the models
LOWEST = -0.5  # that an axis shows of R²: with ten rows it may be −300
MOST_COLUMNS = 12  # whose bars are drawn

Model = Mapping[str, Any]


def learning_curves(found: Mapping[str, Any]) -> go.Figure:
    """The score of each model against the rows it learned from; the network is one mark, at all rows."""
    metric = METRICS[found["metric"]]
    said = _("Each model learned from the first rows of the training part and was judged by the same validation part. "
             "Dotted: on the rows it had learned from. The network learned from all of them.")  # fmt: skip
    traces = [trace for place, model in enumerate(_others(found)) for trace in _curves(place, model)]
    traces += [_mark(model, found["metric"]) for model in found["models"] if model["model"] == NETWORK]
    chart = figure(
        _("What are more rows worth?"), _("training rows (logarithmic)"), _(metric.axis), said, traces=traces,
        height=420, hovermode="closest",
    )  # fmt: skip
    scores = [each for model in found["models"] for _rows, _train, each in model["curve"] if each is not None]
    chart.update_xaxes(type="log", tickvals=(ticks := _ticks(found)), ticktext=[f"{each:,}" for each in ticks])
    if scores and metric.bounds[0] is None and min(scores) < LOWEST:
        chart.update_yaxes(range=[LOWEST, 1.03])
    return chart.update_yaxes(**score_axis(metric))


def _others(found: Mapping[str, Any]) -> list[Model]:
    return [each for each in found["models"] if each["model"] != NETWORK]


def _ticks(found: Mapping[str, Any]) -> list[int]:
    """The numbers of rows of the longest curve."""
    curves: list[list[int]] = [[rows for rows, *_scores in model["curve"]] for model in found["models"]]
    return max(curves, key=lambda each: len(each), default=[])


def _curves(place: int, model: Model) -> list[go.Scatter]:
    """On the rows that judge, and dotted on those it had learned from."""
    rows, train, judging = ([each[part] for each in model["curve"]] for part in range(3))
    name, colour = escape(model["title"]), colours.hue(place)
    own = {"legendgroup": model["model"], "hovertemplate": "%{y}, %{x:,}"}
    return [
        go.Scatter(x=rows, y=judging, name=name, mode="lines+markers", line={"color": colour, "width": 2},
                   marker={"size": 6}, meta={"series": "judging"}, **own),
        go.Scatter(x=rows, y=train, name=name, mode="lines", line={"color": colours.faint(colour, 0.55), "width": 1.2,
                   "dash": "dot"}, showlegend=False, meta={"series": "train"}, **own),
    ]  # fmt: skip


def _mark(model: Model, metric: str) -> go.Scatter:
    scores = model["scores"] or {}
    there = metric in scores
    return go.Scatter(
        x=[model["rows"]] if there else [], y=[scores[metric]] if there else [], name=escape(model["title"]),
        mode="markers", marker={"symbol": "star", "size": 15, "color": colours.VALIDATION},
        hovertemplate="%{y}, %{x:,}", meta={"series": "network"},
    )  # fmt: skip


def measured(found: Mapping[str, Any]) -> list[Model]:
    """The models of which it is known what each column is worth to them; guessing looks at none."""
    return [each for each in found["models"] if each["importances"] is not None and each["model"] != "Dummy"]


def importances(found: Mapping[str, Any], chosen: Sequence[str]) -> go.Figure | None:
    """The columns that matter most to all, each with a bar for every chosen model; None where none were measured."""
    models = measured(found)
    if not models or not found["columns"]:
        return None
    shown, order = [each for each in models if each["model"] in chosen], most_important(models)
    metric = METRICS[found["metric"]]
    said = _("How much worse the score on the validation part becomes when the values of one column are shuffled among "
             "its rows: the mean of five shuffles, ± their standard deviation. Columns that move together share "
             "what they are worth.")  # fmt: skip
    chart = figure(
        _("What is each column worth to whom?"), _("fall of the {metric}", metric=_(metric.noun)), _("column"), said,
        traces=[_bars(model, order, found["columns"], _colour(found, model)) for model in shown],
        height=150 + (14 + 9 * len(shown)) * len(order), barmode="group", hovermode="closest",
    )  # fmt: skip
    chart.update_yaxes(autorange="reversed", automargin=True)
    return chart.update_xaxes(**score_axis(metric))


def _colour(found: Mapping[str, Any], model: Model) -> str:
    """That of its curve."""
    return colours.VALIDATION if model["model"] == NETWORK else colours.hue(_others(found).index(model))


def most_important(models: Sequence[Model]) -> list[int]:
    """Numbers of the columns that are worth most, to all models together; the most important first."""
    worth = np.mean([each["importances"]["mean"] for each in models], axis=0)
    return [int(each) for each in np.argsort(-worth, kind="stable")[:MOST_COLUMNS]]


def _bars(model: Model, order: Sequence[int], columns: Sequence[str], colour: str) -> go.Bar:
    mean, deviation = model["importances"]["mean"], model["importances"]["deviation"]
    return go.Bar(
        x=[mean[each] for each in order],
        y=[escape(columns[each]) for each in order],
        error_x={"type": "data", "array": [deviation[each] for each in order], "thickness": 1, "width": 2},
        orientation="h",
        name=escape(model["title"]),
        marker={"color": colour},
        hovertemplate="%{y}: %{x}",
        meta={"series": model["model"]},
    )


def importance_map(found: Mapping[str, Any], name: str) -> go.Figure | None:
    """For pictures: where a model looks, as a map of its pixels. None where nothing was measured, or it is no picture.

    Several channels are added up.
    """
    model = next((each for each in found["models"] if each["model"] == name), None)
    shape = found["shape"]
    if model is None or model["importances"] is None or len(shape) != 3:
        return None
    worth = np.array(model["importances"]["mean"]).reshape(shape).sum(axis=0)
    most = float(np.abs(worth).max()) or 1.0
    said = _("How much worse the score on the validation part becomes when one pixel is shuffled among its pictures: "
             "the mean of five shuffles.")  # fmt: skip
    cells = go.Heatmap(
        z=worth.tolist(), zmin=-most, zmax=most, showscale=False, xgap=1, ygap=1, hovertemplate="%{y}, %{x}: %{z:.4f}",
        colorscale=[[0, colours.NEGATIVE], [0.5, colours.faint(colours.QUIET, 0.12)], [1, colours.POSITIVE]],
        meta={"series": name},
    )  # fmt: skip
    chart = figure(_("Where does it look? {model}", model=model["title"]), _("column of pixels"), _("row of pixels"),
                   said, traces=[cells], height=340, hovermode="closest")  # fmt: skip
    chart.update_xaxes(showgrid=False, zeroline=False, constrain="domain", dtick=max(1, shape[2] // 8))
    return chart.update_yaxes(autorange="reversed", scaleanchor="x", constrain="domain", showgrid=False, zeroline=False,
                              dtick=max(1, shape[1] // 8))  # fmt: skip
