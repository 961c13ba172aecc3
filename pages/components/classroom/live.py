"""Who is where in a class, live: a card a student with its curve; a click opens the run."""

from __future__ import annotations

import functools
import time
from collections import Counter

import streamlit as st

from dlcore.classroom.live_table import Asked, HandedIn, StudentRow, live_table
from dlcore.classroom.score_curves import ScoreCurves
from dlcore.classroom.standing import STANDINGS, Standing
from dlcore.i18n import _, translate
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.csv_file import csv_file
from dlcore.serving.store import runs
from pages.components.classroom.asked_lesson import asked_of, choose_asked
from pages.components.classroom.opened_run import choose_own, opened_run, say_shown, show_opened
from pages.components.classroom.student_words import MEANING, STANDS, card, frame
from pages.components.shared import forms, keys, language
from pages.components.shared.visitor import viewer
from pages.components.web.class_board.mount import class_board

REFRESH = 3  # seconds between two looks at the class


@st.cache_resource
def _curves() -> ScoreCurves:
    """What was read of runs before: for all teachers of this server."""
    return ScoreCurves()


def section(school_class: SchoolClass) -> None:
    """Draw the section: one run that is open, or the whole class."""
    if show_opened(school_class):
        return
    say_shown(school_class)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choose_asked(school_class)
        choose_own()
    board(school_class)


@st.fragment(run_every=REFRESH)
def board(school_class: SchoolClass) -> None:
    """The cards, drawn anew every few seconds."""
    language.apply()
    now, asked = time.time(), asked_of(school_class)
    rows = live_table(runs(), school_class.id, viewer(), _curves(), now, asked)
    if not rows:
        st.info(_("Nobody has joined yet."))
        return
    of_interest = wanted(rows)
    shown = [row for row in rows if row.standing in of_interest]
    opened = class_board([card(row, now) for row in shown], key=keys.CLASS_BOARD)
    take_away(school_class, asked)
    if opened:
        opened_run(opened)
        st.rerun()


def wanted(rows: list[StudentRow]) -> list[Standing]:
    """How many are where, and of whom the cards are shown: all, or those that were chosen."""
    counted = Counter(row.standing for row in rows)
    key = keys.in_language(keys.CLASS_STANDING)
    forms.hold(key, st.session_state.get(key, []))
    meaning = "  \n".join(f"**{translate(STANDS[each])}**: {translate(MEANING[each])}" for each in STANDINGS)
    chosen: list[Standing] = st.pills(
        _("Where they are"), STANDINGS, selection_mode="multi", key=key, help=meaning,
        format_func=lambda each: translate(STANDS[each]),
    )  # fmt: skip
    told = " · ".join(f"{counted[each]} {translate(STANDS[each])}" for each in STANDINGS if counted[each])
    st.markdown(f":small[{told}]")
    return chosen or list(STANDINGS)


def take_away(school_class: SchoolClass, asked: Asked | HandedIn | None) -> None:
    """The table as a file, as it is when somebody presses."""
    st.download_button(_("Table (.csv)"), functools.partial(as_csv, school_class, asked), "class.csv", "text/csv",
                       icon=":material/download:", on_click="ignore", key=keys.CLASS_CSV)  # fmt: skip


def as_csv(school_class: SchoolClass, asked: Asked | HandedIn | None) -> bytes:
    """All students, whoever is shown."""
    return csv_file(frame(live_table(runs(), school_class.id, viewer(), _curves(), time.time(), asked)))
