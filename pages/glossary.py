"""Glossary: the terms of the field, found, walked through as a map, and learned by flash cards."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dlcore.i18n import N_, _
from dlcore.lessons.glossary import Term, terms
from dlcore.lessons.glossary.search import search
from pages.components.glossary.card import card
from pages.components.glossary.flash_card_round import flash_card_round
from pages.components.glossary.term_index import term_index
from pages.components.glossary.term_map import term_map
from pages.components.lessons import term_links
from pages.components.shared import forms, keys
from pages.components.shared.forms import escape

VIEWS = {"terms": N_("Terms"), "map": N_("Map"), "cards": N_("Flash cards")}
VIEW = "view"  # ?view=map


def choose_view() -> str:
    """Which look at the glossary is open: as the address says."""
    key = keys.in_language(keys.GLOSSARY_VIEW)
    asked = st.query_params.get(VIEW)
    forms.hold(key, asked if asked in VIEWS else "terms")
    return st.segmented_control(
        _("View"), list(VIEWS), format_func=lambda name: _(VIEWS[name]), key=key, required=True,
        label_visibility="collapsed", on_change=remember_view, args=(key,),
    )  # fmt: skip


def remember_view(key: str) -> None:
    """Let the address say it."""
    st.query_params[VIEW] = st.session_state[key]


def chosen_term() -> Term | None:
    """The term that the address names; a sentence where there is none of this name."""
    name = st.query_params.get(term_links.TERM)
    if name is None or name in terms():
        return terms()[name] if name is not None else None
    nearest = search(name)
    st.warning(_("There is no term “{name}” in the glossary.", name=escape(name[:60])), icon=":material/search_off:")
    return terms()[nearest[0]] if nearest else None


def index_with_card(term: Term | None) -> None:
    """The index; beside it, on a phone above it, the card of a term."""
    if term is None:
        term_index(None)
        return
    with st.container(key=keys.GLOSSARY):
        first, second = st.columns([2, 3], gap="medium")
        with first:
            card(term, "terms")
        with second:
            term_index(term.name)


st.html(Path(__file__).parent / "components/glossary/glossary.css")
view = choose_view()
if view == "cards":
    flash_card_round()
elif view == "map":
    chosen = chosen_term()
    term_map(chosen)
    if chosen is not None:
        card(chosen, "map")
else:
    index_with_card(chosen_term())
