"""The card of a term: what it means, its formula, the usual question, and the ways that lead on."""

from __future__ import annotations

import streamlit as st

from dlcore.i18n import N_, _, current_language
from dlcore.lessons.glossary import CATEGORIES, Term, built_on
from dlcore.presets import PRESETS
from pages.components.glossary import links
from pages.components.lessons import texts
from pages.components.shared import keys
from pages.components.shared.draft import open_in_studio
from pages.components.shared.forms import escape

PAGES = {
    "data": (N_("See it on the page Data"), ":material/table_chart:"),
    "compare": (N_("See it on the page Compare"), ":material/compare_arrows:"),
    "runs": (N_("See it on the page Runs"), ":material/history:"),
}


def card(term: Term, view: str) -> None:
    """Draw all of it. Links to other terms stay in this view of the page."""
    with st.container(border=True, key=keys.GLOSSARY_CARD):
        heading(term)
        meaning(term)
        question(term)
        ways(term)
        neighbours(_("Builds on"), term.facts.builds_on, view)
        neighbours(_("What builds on it"), built_on(term.name), view)
        st.html(f'<a class="glossary-close" href="{links.without_term(view)}">{_("Close the card")}</a>')


def heading(term: Term) -> None:
    """What it is called, here and elsewhere; its category and level."""
    called = " · ".join((term.said.term, *term.elsewhere))
    st.markdown(f"## {escape(called)}", anchors=False)
    marks = f"{_(CATEGORIES[term.facts.category])} · {links.level(term)}"
    if term.said.also:
        separator = "、" if current_language() == "zh_CN" else ", "
        marks += " · " + _("also: {names}", names=separator.join(term.said.also))
    st.caption(escape(marks))


def meaning(term: Term) -> None:
    """The sentence and the formula."""
    st.markdown(term.said.sentence)
    if term.facts.formula:
        st.latex(term.facts.formula)


def question(term: Term) -> None:
    """The usual question, and its answer on demand."""
    with st.expander(
        f"**{_('Asked in interviews')}**  \n{term.said.question}", key=f"{keys.GLOSSARY_QUESTION}.{term.name}"
    ):
        st.markdown(term.said.answer)


def ways(term: Term) -> None:
    """Where it moves, and what it is called in torch."""
    facts = term.facts
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for each in texts.lessons() if facts.lesson else ():
            if each.name == facts.lesson:
                said = _("Lesson: {title}", title=each.title)
                st.markdown(f":material/school: [{escape(said)}](lesson-{each.name})", width="content")
        if facts.preset:
            title = _(PRESETS[facts.preset].title)
            if st.button(_("In the Studio: {title}", title=title), icon=":material/science:", key=keys.GLOSSARY_OPEN):
                open_in_studio(PRESETS[facts.preset].at_hand)
        if facts.page:
            label, icon = PAGES[facts.page]
            st.page_link(f"{facts.page}.py", label=_(label), icon=icon)
        if facts.torch:
            st.markdown(f"`{facts.torch}`", width="content")


def neighbours(title: str, found: tuple[str, ...], view: str) -> None:
    """Terms beside this one in the map."""
    if found:
        st.html(f'<p class="glossary-label">{title}</p>{links.chips(found, view)}')
