"""Rows of the table of runs that are shown: those with certain values of the settings in which they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import streamlit as st

from dlcore.i18n import _
from dlcore.serving.setting_differences import shown, spoken
from dlcore.training.twins import Difference
from pages.components.shared import keys

MOST_VALUES = 100  # that are offered
Condition = tuple[str, str]  # a setting and one of its values, as they are read


def row_filter(found: Sequence[Difference]) -> None:
    """The field in which conditions are chosen. Values of one setting are alternatives; settings all have to fit."""
    offered = _offered(found)
    if len(offered) < 2:
        return
    kept = [each for each in st.session_state.get(keys.COMPARED_FILTER, []) if each in offered]
    if kept != st.session_state.get(keys.COMPARED_FILTER, kept):
        st.session_state[keys.COMPARED_FILTER] = kept
    st.multiselect(_("Show only"), list(offered), key=keys.COMPARED_FILTER, placeholder=_("All runs"),
                   help=_("Of one setting any of the chosen values, of several settings all of them."))  # fmt: skip


def rows_shown(found: Sequence[Difference], rows: int) -> list[int]:
    """The numbers of the rows that fit what is chosen now, out of so many."""
    offered = _offered(found)
    wanted: dict[str, set[str]] = defaultdict(set)
    for each in st.session_state.get(keys.COMPARED_FILTER, []):
        if each in offered:
            setting, value = offered[each]
            wanted[setting].add(value)
    values = {spoken(each): [shown(value) for value in each.values] for each in found}
    return [row for row in range(rows) if all(values[setting][row] in any_ for setting, any_ in wanted.items())]


def _offered(found: Sequence[Difference]) -> Mapping[str, Condition]:
    conditions = [(spoken(each), shown(value)) for each in found for value in each.values]
    return {f"{setting}: {value}": (setting, value) for setting, value in dict.fromkeys(conditions[:MOST_VALUES])}
