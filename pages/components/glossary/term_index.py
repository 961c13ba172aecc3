"""The index of the glossary: what is typed finds terms, and categories and levels narrow it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dlcore.i18n import _
from dlcore.lessons.glossary import CATEGORIES, LEVELS, terms
from dlcore.lessons.glossary.search import search
from pages.components.glossary import links
from pages.components.shared import keys, language


@st.fragment
def term_index(chosen: str | None) -> None:
    """Search field, filters and what they find: only this runs while somebody types."""
    language.apply()
    typed = st.text_input(
        _("Search the glossary"), type="search", live=True, key=keys.GLOSSARY_SEARCH,
        placeholder=_("overfitting, 过拟合, gnh, overfiting …"), label_visibility="collapsed",
    )  # fmt: skip
    categories, levels = filters(keys.GLOSSARY_FILTER)
    found = narrowed(search(typed or ""), categories, levels)
    st.caption(_("{found} of {count} terms", found=len(found), count=len(terms())))
    if found:
        st.html(links.legend() + links.entries(found, chosen))
    else:
        st.info(_("No term is found by these words. Fewer letters, another spelling or fewer filters may help."))


def filters(key: str) -> tuple[list[str], list[int]]:
    """Draw the choice of categories and levels; what is chosen, nothing meaning all."""
    with st.container(horizontal=True, gap="medium"):
        categories = st.pills(
            _("Category"), list(CATEGORIES), format_func=lambda name: _(CATEGORIES[name]), selection_mode="multi",
            key=keys.in_language(f"{key}.category"), label_visibility="collapsed",
        )  # fmt: skip
        levels = st.pills(
            _("Level"), list(LEVELS), format_func=lambda level: f"L{level} {_(LEVELS[level])}", selection_mode="multi",
            key=keys.in_language(f"{key}.level"), label_visibility="collapsed",
        )  # fmt: skip
    return categories, levels


def narrowed(found: Sequence[str], categories: Sequence[str], levels: Sequence[int]) -> list[str]:
    """Those of these categories and levels, in the order they were found."""
    facts = {name: terms()[name].facts for name in found}
    return [
        name
        for name in found
        if (not categories or facts[name].category in categories) and (not levels or facts[name].level in levels)
    ]
