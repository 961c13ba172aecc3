"""The panels of a grid: the errors as two maps, or as lines along one setting, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dlcore.figures.error_lines import Place, error_lines
from dlcore.figures.error_map import Axis, Square, error_map
from dlcore.i18n import _
from dlcore.serving.store import runs
from dlcore.studies.assignment import figure
from dlcore.studies.grid import Grid
from dlcore.studies.grid_map import Cell, cells, error_name
from dlcore.studies.grid_sentences import conclusion, place
from dlcore.studies.results import with_training
from dlcore.studies.variables import title_of
from dlcore.training.scores import METRICS
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.study.opening import open_run
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure

PARTS = ("training", "validation")


def errors(view: StudyView) -> None:
    """Two maps, or two lines where one setting is varied; below them, what they say."""
    scores = runs().study_training_scores(view.id, view.study.epoch, viewer())
    results = with_training(view.results, scores)
    found = cells(view.study, results)
    if _kind(view).y is None:
        _lines(view, found)
    else:
        _maps(view, found)
    for sentence in conclusion(view.study, results):
        st.markdown(escape(sentence))


def _kind(view: StudyView) -> Grid:
    assert isinstance(view.study.kind, Grid)
    return view.study.kind


def _maps(view: StudyView, found: Sequence[Cell]) -> None:
    kind, metric = _kind(view), METRICS[view.study.metric]
    across = Axis(str(title_of(kind.x)), [figure(each) for each in kind.x_values])
    up = Axis(str(title_of(kind.y or "")), [figure(each) for each in kind.y_values])
    measured = [error for each in found for part in PARTS if (error := each.mean(part)) is not None]
    span = (min(measured, default=0.0), max(measured, default=1.0))
    for part, column in zip(PARTS, st.columns(2, gap="medium"), strict=True):
        squares = [_square(view, number, each, part) for number, each in enumerate(found)]
        with column:
            clicked = draw_figure(
                error_map(part, squares, across, up, span, metric.digits), key=view.key(f"map.{part}")
            )
        if clicked:
            open_run(view, clicked)


def _square(view: StudyView, number: int, cell: Cell, part: str) -> Square:
    up, across = divmod(number, len(_kind(view).x_values))
    run = next(iter(cell.runs.values()), "")
    return Square(across, up, cell.mean(part), _said(view, cell, part), run)


def _said(view: StudyView, cell: Cell, part: str) -> str:
    """A cell in words: where it is, its mean error and spread, what has failed."""
    mean, spread, metric = cell.mean(part), cell.deviation(part), METRICS[view.study.metric]
    if mean is None:
        return place(view.study, cell.x, cell.y)
    said = metric.number(mean) if spread is None else f"{metric.number(mean)} ± {metric.number(spread)}"
    failed = f", {_('{count} failed', count=cell.failed)}" if cell.failed else ""
    return f"{place(view.study, cell.x, cell.y)} · {said}{failed}"


def _lines(view: StudyView, found: Sequence[Cell]) -> None:
    places = [
        Place(figure(each.x), {"training": each.training, "validation": each.validation}, each.runs) for each in found
    ]
    chart = error_lines(places, str(title_of(_kind(view).x)), _("error ({what})", what=error_name(view.study.metric)))
    if clicked := draw_figure(chart, key=view.key("lines")):
        open_run(view, clicked)
