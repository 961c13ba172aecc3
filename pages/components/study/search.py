"""The panels of a search: what it found and cost, the history of its trials, their settings, and which matter."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import streamlit as st

from dlcore.figures.trials import Dimension, Dot, coordinates, history, importances
from dlcore.i18n import _
from dlcore.studies.assignment import figure
from dlcore.studies.results import Result
from dlcore.studies.sampling import best, score_of
from dlcore.studies.search import Search
from dlcore.studies.search_sentences import conclusion, importance_sentence, settings
from dlcore.studies.sentences import STATES
from dlcore.studies.variables import title_of
from dlcore.training.scores import METRICS
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.study.opening import open_run
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure

SHOWN = 10  # trials in the table: the best


def found(view: StudyView) -> None:
    """The best trial with its button, what the search has cost, why it ended early."""
    if view.search is not None and view.search.note is not None:
        st.warning(escape(str(view.search.note)), icon=":material/info:")
    for sentence in conclusion(view.study, view.results):
        st.markdown(escape(sentence))
    winner = best(view.study, view.results)
    if winner is not None and st.button(_("Open the best in the Studio"), type="primary", icon=":material/science:",
                                        key=view.key(keys.STUDY_BEST)):  # fmt: skip
        open_run(view, winner.run_id)


def trials(view: StudyView) -> None:
    """The trials one after the other; a click on a dot opens its run."""
    chart = history(view.study.metric, list(_dots(view)))
    if clicked := draw_figure(chart, key=view.key("trials")):
        open_run(view, clicked)


def _dots(view: StudyView) -> Iterator[Dot]:
    for each in view.results:
        score = score_of(view.study, each)
        if score is not None and each.state in ("finished", "stopped"):
            yield Dot(each.arm, score, settings(view.study, each.arm), each.run_id, each.state == "finished")


def parallel(view: StudyView) -> None:
    """Parallel coordinates of the trials that came to their end, and which settings matter."""
    ended = [each for each in view.results if each.state == "finished" and score_of(view.study, each) is not None]
    if len(ended) > 1:
        scores = [score_of(view.study, each) or 0.0 for each in ended]
        draw_figure(coordinates(view.study.metric, scores, _dimensions(view, ended)), key=view.key("parallel"))
    shares = view.search.importances if view.search else None
    if shares:
        draw_figure(importances({str(title_of(field)): share for field, share in shares.items()}),
                    key=view.key("importances"))  # fmt: skip
    else:
        st.markdown(escape(importance_sentence(shares)))


def _dimensions(view: StudyView, ended: list[Result]) -> list[Dimension]:
    kind = view.study.kind
    assert isinstance(kind, Search)
    made = []
    for each in kind.ranges:
        values = [view.study.arms[result.arm].values.get(each.field) for result in ended]
        if None not in values:
            log = each.log and all(isinstance(value, int | float) and value > 0 for value in values)
            made.append(Dimension(str(title_of(each.field)), values, log))
    return made


def table(view: StudyView) -> None:
    """The best trials, a line each."""
    sign = 1 if METRICS[view.study.metric].lower else -1
    scored = [(each, score) for each in view.results if (score := score_of(view.study, each)) is not None]
    ordered = sorted(scored, key=lambda pair: (pair[0].state != "finished", sign * pair[1]))[:SHOWN]
    if ordered:
        st.table([_line(view, each, score) for each, score in ordered], hide_index=True)


def _line(view: StudyView, result: Result, score: float) -> dict[str, Any]:
    values = view.study.arms[result.arm].values
    state = _("trained to its end") if result.state == "finished" else _(STATES.get(result.state, ""), count=1)
    if result.state == "stopped":
        state = _("stopped early, after epoch {epoch} of {epochs}", epoch=result.epoch, epochs=result.epochs)
    return {
        _("Trial"): str(result.arm),
        escape(_(METRICS[view.study.metric].name)): METRICS[view.study.metric].number(score),
        **{escape(str(title_of(field))): escape(figure(value)) for field, value in values.items()},
        _("State"): state,
    }
