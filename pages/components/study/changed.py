"""Who was rescued and who was lost: the difference of two confusion matrices, and the examples behind a cell."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dlcore.access import Viewer
from dlcore.analyses.changed_answers import ChangedAnswers
from dlcore.figures.confusion_difference import confusion_difference
from dlcore.i18n import N_, _, translate
from dlcore.network import about_of
from dlcore.runs import Status
from dlcore.serving.store import runs
from pages.components.runs.predictions import picture
from pages.components.shared.visitor import viewer
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure

MOST_SHOWN = 24  # examples behind a cell
FEW = 8  # examples that need no scroll bar
CHOICES = {"rescued": N_("Rescued: only the arm is right"), "lost": N_("Lost: only the first arm is right"),
           "cell": N_("The cell that was clicked")}  # fmt: skip

Found = Mapping[str, Any]


def changed_answers(view: StudyView, base: Status, names: Sequence[str], found: Found) -> None:
    """The difference as a clickable map, and beside it the examples with both answers."""
    classes = found["classes"]
    changed = ChangedAnswers(found["truth"], found["first"]["answers"], found["second"]["answers"], len(classes))
    left, right = st.columns(2)
    with left:
        chart = confusion_difference(classes, changed.difference.tolist(), names[1])
        clicked = draw_figure(chart, key=view.key("beside.changed"))
    cell, choice = view.key("beside.cell"), view.key("beside.choice")
    if clicked:
        st.session_state[cell], st.session_state[choice] = clicked, "cell"
    with right:
        st.markdown(_("Rescued: **{rescued}**, lost: **{lost}** of {count} validation examples.",
                      rescued=len(changed.rescued), lost=len(changed.lost), count=len(changed.truth)))  # fmt: skip
        offered = [each for each in CHOICES if each != "cell" or cell in st.session_state]
        chosen = st.segmented_control(
            _("Examples"), offered, default="rescued", required=True, key=choice,
            format_func=lambda each: _(CHOICES[each]), label_visibility="collapsed",
        )  # fmt: skip
        _examples(view, base, found, _places(changed, chosen, st.session_state.get(cell)))


def _places(changed: ChangedAnswers, chosen: str | None, cell: str | None) -> np.ndarray[Any, Any]:
    if chosen == "cell" and cell is not None:
        true, answer = map(int, cell.split(","))
        return changed.in_cell(true, answer)
    return changed.lost if chosen == "lost" else changed.rescued


def _examples(view: StudyView, base: Status, found: Found, places: np.ndarray[Any, Any]) -> None:
    """Some of these examples as they were brought, each with its class and what both answer."""
    if not len(places):
        st.caption(_("None at this epoch."))
        return
    samples = _samples(base.id, viewer())
    held = {int(place): number for number, place in enumerate(samples["shown"])} if samples else {}
    shown = [place for place in places.tolist() if place in held][:MOST_SHOWN]
    inputs = samples["inputs"][[held[place] for place in shown]] if shown else np.empty(0)
    pictures = inputs.ndim == 4 and inputs.shape[1] in (1, 3)
    rows = [_row(found, place) for place in shown or places.tolist()[:MOST_SHOWN]]
    frame = pd.DataFrame(rows)
    if pictures:
        frame.insert(0, _("Example"), [picture(each.astype(float)) for each in inputs])
    elif inputs.ndim == 2:
        about = about_of(view.study.base)
        for column, name in enumerate(about.features):
            frame[translate(name)] = inputs[:, column]
    st.dataframe(
        frame, hide_index=True, height="content" if len(rows) < FEW else 320, key=view.key("beside.examples"),
        column_config={_("Example"): st.column_config.ImageColumn(width="small")} if pictures else None,
    )  # fmt: skip
    if len(shown) < len(places):
        st.caption(_("{shown} of {count} are shown.", shown=len(rows), count=len(places)))


def _row(found: Found, place: int) -> dict[str, Any]:
    """The class of an example and both answers, with how sure each was."""

    def answer(part: str) -> str:
        mine = found[part]
        return f"{found['classes'][int(mine['answers'][place])]} ({float(mine['sure'][place]):.0%})"

    return {
        _("True class"): found["classes"][int(found["truth"][place])],
        _("First arm"): answer("first"),
        _("This arm"): answer("second"),
        _("Row"): int(found["rows"][place]),
    }


@functools.lru_cache(maxsize=50)
def _samples(run_id: str, viewer_: Viewer) -> Mapping[str, Any]:
    """The examples that judge, as a run that has ended recorded them; nothing where it did not."""
    return runs().seen(run_id, viewer_, 0).get("samples", {})
