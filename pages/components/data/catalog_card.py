"""What the card of a data set says: where it comes from, what its columns mean, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dlcore.data.dataset_cards import CatalogTable, problems
from dlcore.i18n import _, translate
from pages.components.shared.forms import escape


def draw(source: CatalogTable) -> None:
    """The head of its page: title, what is asked, source, licence, flaws."""
    card = source.entry.card
    st.subheader(escape(translate(card.title)), anchor=False)
    st.markdown(escape(translate(card.description)))
    st.caption(escape(f"{translate(card.source)} {translate(card.licence)}"))
    if card.flaws:
        with st.expander(_("What is wrong with it ({count})", count=len(card.flaws)), icon=":material/rule:"):
            st.markdown("\n".join(f"- {escape(translate(each))}" for each in card.flaws))


def meanings(source: CatalogTable) -> Mapping[str, tuple[str, str]]:
    """(unit, description) of each column, in the current language; only of those that the card explains."""
    columns = source.entry.card.columns.items()
    told = {name: (translate(each.unit or ""), translate(each.description or "")) for name, each in columns}
    return {name: each for name, each in told.items() if any(each)}


def show_problems() -> None:
    """A sentence for each card that nothing could be made of."""
    for each in problems():
        st.warning(escape(str(each)), icon=":material/rule:")
