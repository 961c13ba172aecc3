"""The panels of an optimizer race: the loss on shared axes, and the ways over a slice of it."""

from __future__ import annotations

from itertools import accumulate

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.figures.race import AXES, Lane, lanes, ways
from dlcore.i18n import _
from dlcore.probes import arrays
from dlcore.serving.store import runs
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.study.curves import paces_of
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure


def track(view: StudyView) -> None:
    """The training loss of the first seed of every arm, against epochs and against seconds."""
    found = [each for number in range(len(view.lines)) if (each := _lane(view, number)) is not None]
    if found:
        for place, along in zip(st.columns(2), AXES, strict=True):
            with place:
                draw_figure(lanes(along, found), key=view.key(f"race.{along}"))


def _lane(view: StudyView, number: int) -> Lane | None:
    status = view.statuses.get((number, view.study.seeds[0]))
    if status is None:
        return None
    measured = paces_of(status.id, status.cursor, viewer())
    if not measured:
        return None
    epochs, seconds, loss = zip(*measured, strict=True)
    return Lane(str(view.lines[number].arm.name), number, epochs, list(accumulate(seconds)), loss)


def slope(view: StudyView) -> None:
    """The ways of those that trained to their end, on a slice of the loss that another process computes."""
    seed = view.study.seeds[0]
    ended = [(number, each.run_id) for number, _line in enumerate(view.lines) for each in view.results
             if each.arm == number and each.seed == seed and each.state == "finished"]  # fmt: skip
    if not view.ended or not ended:
        return
    (_first, run_id), *others = ended
    try:
        with st.spinner(_("Computing the loss around the ways …")):
            found = arrays.read(
                runs().analyse(run_id, "race", {"others": [each for _number, each in others]}, viewer())
            )
    except DlcoreError as error:
        st.caption(escape(str(error)))
        return
    names = [(number, str(view.lines[number].arm.name)) for number, _run in ended]
    draw_figure(ways(found, names), key=view.key("race.ways"))
