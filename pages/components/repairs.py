"""What was left out, or decided, while a learner's data were read: said where they are opened, never in silence."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dlcore.data.own.description import Repair
from pages.components.forms import escape


def told(repairs: Sequence[Repair]) -> None:
    """A line for each."""
    for each in repairs:
        st.markdown(f":small[:material/rule: {escape(str(each.sentence))}]")
