"""Which of the compared runs stand out in every chart: the address says it, so that a reload shows the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import streamlit as st

from dlcore.runs import Status
from dlcore.training.twins import Difference
from pages.components.compare.row_filter import rows_shown

IN_ADDRESS = "chosen"  # ?chosen=<id>,<id>: of the runs that are compared


def chosen_among(compared: Sequence[Status]) -> list[str]:
    """The ids that stand out, in the order of the runs; none where all are alike."""
    asked = st.query_params.get(IN_ADDRESS, "").split(",")
    return [status.id for status in compared if status.id in asked]


def standing_out(compared: Sequence[Status], found: Sequence[Difference]) -> list[str]:
    """Of the rows that are shown those that are chosen; where none is and others are hidden, all that are shown."""
    shown = [compared[row] for row in rows_shown(found, len(compared))]
    return chosen_among(shown) or ([status.id for status in shown] if len(shown) < len(compared) else [])


def stand_out(ids: Iterable[str]) -> None:
    """Choose these from now on; in a callback, or before the script runs again."""
    written = ",".join(ids)
    if written:
        st.query_params[IN_ADDRESS] = written
    else:
        st.query_params.pop(IN_ADDRESS, None)


def pick(chosen: Collection[str], picked: Sequence[str]) -> None:
    """Choose the runs that were picked in a chart; who picks the same again gives them up."""
    stand_out(() if set(picked) == set(chosen) else picked)
