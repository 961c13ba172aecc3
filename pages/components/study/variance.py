"""The panel of a study of chance: how much of the variance is whose."""

from __future__ import annotations

import streamlit as st

from dlcore.figures.variance import NAMES, variances
from dlcore.i18n import _
from dlcore.studies.chance import VARIED
from dlcore.studies.variance import caveat, parts
from pages.components.shared.forms import escape
from pages.components.study.view import StudyView
from pages.components.web.figure import draw_figure


def bar(view: StudyView) -> None:
    """The parts as a bar and as a table; nothing before something varies."""
    found = parts([line.scores for line in view.lines])
    if not found:
        return
    draw_figure(variances(view.study.metric, found), key=view.key("variances"))
    st.table(
        [
            {
                _("What varies"): escape(_(NAMES[each.name])),
                _("Standard deviation"): f"{each.variance**0.5:.3g}",
                _("Variance"): f"{each.variance:.3g}",
                _("95 % interval"): f"{each.low:.3g} … {each.high:.3g}",
                _("Seeds"): str(each.seeds),
            }
            for each in found
        ],
        hide_index=True,
    )
    if view.ended and len(found) == len(VARIED):
        st.markdown(f"**{escape(caveat(found))}**")
