"""The students of a class: how they come in, who is there, and what their teacher does for them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dlcore.access.roster import write_roster
from dlcore.i18n import _
from dlcore.runs.store.classes import Member, SchoolClass
from dlcore.serving.store import runs
from pages.components.classroom.join_code import join_code
from pages.components.classroom.roster_file import roster_file
from pages.components.classroom.student_actions import student_actions
from pages.components.shared import keys
from pages.components.shared.visitor import viewer


def section(school_class: SchoolClass) -> None:
    """Draw the section."""
    join_code(school_class)
    members = runs().members(school_class.id, viewer())
    if members:
        chosen = _table(school_class, members)
        if chosen is None:
            st.caption(_("Choose a student to reset a word, to merge two who are one, or to remove somebody."))
        else:
            student_actions(school_class, chosen, members)
    else:
        st.info(_("Nobody has joined yet."))
    with st.container(horizontal=True):
        roster_file(school_class)
        _export(school_class, members)


def _table(school_class: SchoolClass, members: Sequence[Member]) -> Member | None:
    """Draw the table; the student whose row is chosen."""
    trained = runs().member_runs(school_class.id, viewer())
    frame = pd.DataFrame(
        [
            {"called": each.called, "runs": trained.get(each.name, 0),
             "joined": each.joined_at and each.joined_at.astimezone()}
            for each in members
        ]
    )  # fmt: skip
    column = st.column_config
    shown = st.dataframe(
        frame, hide_index=True, width="stretch", selection_mode="single-row", on_select="rerun", key=_key(members),
        column_config={
            "called": column.TextColumn(_("Student"), width="large"),
            "runs": column.NumberColumn(_("Runs"), format="%d", width="small"),
            "joined": column.DatetimeColumn(_("Joined"), format="YYYY-MM-DD HH:mm"),
        },
    )  # fmt: skip
    rows = [number for number in shown["selection"]["rows"] if number < len(members)]
    return members[rows[0]] if rows else None


def _key(members: Sequence[Member]) -> str:
    """Another one where others are in the table: a row that was chosen is not suddenly somebody else's."""
    return f"{keys.CLASS_ROSTER}.{zlib.crc32(' '.join(each.name for each in members).encode())}"


def _export(school_class: SchoolClass, members: Sequence[Member]) -> None:
    if not members:
        return
    joined = ((each.called, f"{each.joined_at:%Y-%m-%d %H:%M}") for each in members)
    st.download_button(
        _("Roster as .csv"), write_roster(joined, "joined"), f"roster-{school_class.code}.csv", "text/csv",
        icon=":material/download:", on_click="ignore", key=f"{keys.CLASS_ROSTER}.csv",
    )  # fmt: skip
