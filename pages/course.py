"""Course: the lessons as cards, what is done of them, and what to take next."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.components.lessons import course_cards

st.html(Path(__file__).parent / "components/lessons/course.css")
entries = course_cards.entries()
st.html(course_cards.beginning(entries))
st.html(course_cards.parts(entries))
