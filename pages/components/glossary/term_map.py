"""The map of the glossary: the levels are its rows; around a term, what it builds on and what builds on it."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable

import streamlit as st

from dlcore.i18n import N_, _
from dlcore.lessons.glossary import LEVELS, Term, built_on, terms
from pages.components.glossary import links

ROWS = {3: N_("Fields"), 2: N_("Topics"), 1: N_("Built on atoms"), 0: N_("Atoms")}
BELOW, ABOVE = "↓", "↑"


def term_map(chosen: Term | None) -> None:
    """Draw the rows: all terms, or those that one has to do with."""
    if chosen is None:
        st.caption(_("Every term stands on those of the row below. Choose one to see what it builds on and what builds "
                     "on it."))  # fmt: skip
        st.html(links.legend() + "".join(row(level, list(terms()), {}, {}) for level in ROWS))
        return
    below, above = reached(chosen.name, _bases), reached(chosen.name, built_on)
    st.caption(_("{below} {term} builds on it, directly where framed. {above} it builds on {term}. Click on and on, or "
                 "press Tab and Enter.", below=BELOW, above=ABOVE, term=chosen.said.term))  # fmt: skip
    marks = dict.fromkeys(above, ABOVE) | dict.fromkeys(below, BELOW)
    kinds = dict.fromkeys((*chosen.facts.builds_on, *built_on(chosen.name)), "direct") | {chosen.name: "chosen"}
    shown = [name for name in terms() if name in marks or name == chosen.name]
    whole = f'<a class="glossary-close" href="{links.without_term("map")}">{_("Show the whole map")}</a>'
    st.html("".join(row(level, shown, kinds, marks) for level in ROWS) + whole)


def row(level: int, shown: Iterable[str], kinds: dict[str, str], marks: dict[str, str]) -> str:
    """One level of the map; nothing where none of its terms is shown."""
    within = [name for name in shown if terms()[name].facts.level == level]
    if not within:
        return ""
    title = html.escape(f"L{level} · {_(ROWS[level])}")
    return (
        f'<section class="glossary-row" aria-label="{title}" title="{html.escape(_(LEVELS[level]))}"><h2>{title}</h2>'
        f"{links.chips(within, 'map', kinds, marks)}</section>"
    )


def reached(name: str, following: Callable[[str], Iterable[str]]) -> set[str]:
    """All that is reached from a term by going on and on, without itself."""
    found: set[str] = set()
    waiting = list(following(name))
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += following(each)
    return found


def _bases(name: str) -> tuple[str, ...]:
    return terms()[name].facts.builds_on
