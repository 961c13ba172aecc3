"""Flash cards: a round of ten, in which what was missed comes back. The deck is kept for its learner."""

from __future__ import annotations

import random

import streamlit as st

from dlcore.i18n import N_, _
from dlcore.lessons.glossary import Term, flash_cards, terms
from dlcore.lessons.glossary.flash_cards import Deck
from dlcore.serving.store import runs
from pages.components.glossary import card, links
from pages.components.glossary.term_index import filters, narrowed
from pages.components.shared import keys, language
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer

PREFERENCE = "glossary.flash_cards"
FRONTS = {"term": N_("the term"), "sentence": N_("its meaning"), "question": N_("the question")}


def deck() -> Deck:
    """This learner's cards."""
    if keys.FLASH_CARDS not in st.session_state:
        st.session_state[keys.FLASH_CARDS] = flash_cards.parse(runs().preference(viewer(), PREFERENCE), terms())
    found: Deck = st.session_state[keys.FLASH_CARDS]
    return found


def keep(changed: Deck) -> None:
    """Remember them, here and for the next visit."""
    st.session_state[keys.FLASH_CARDS] = changed
    st.session_state[keys.FLASH_CARD_SHOWN] = None
    runs().save_preference(viewer(), PREFERENCE, dict(changed))


@st.fragment
def flash_card_round() -> None:
    """The round under way, its end, or the choice of a new one."""
    language.apply()
    now = deck()
    if now["queue"]:
        ask(now)
    else:
        if now["total"]:
            outcome(now)
        choose()


def choose() -> None:
    """What a new round is about."""
    known = sum(box > 0 for box in deck()["boxes"].values())
    st.markdown(_("Ten cards a round. What you miss comes back three cards later, and first of all in the next round."))
    st.caption(_("Known at first sight so far: {known} of {count} terms.", known=known, count=len(terms())))
    categories, levels = filters(keys.FLASH_CARD_FILTER)
    offered = narrowed(list(terms()), categories, levels)
    if not offered:
        st.info(_("No term is in this category and on this level. Choose fewer filters."))
        return
    st.button(_("Begin a round"), type="primary", icon=":material/style:", on_click=begin, args=(offered,),
              key=keys.FLASH_CARD_BEGIN)  # fmt: skip


def begin(offered: list[str]) -> None:
    """Draw the cards of a round."""
    keep(flash_cards.begin(deck(), offered, random.Random()))


def ask(now: Deck) -> None:
    """The uppermost card."""
    term = terms()[now["queue"][0]]
    front = st.segmented_control(
        _("On the front"), list(FRONTS), format_func=lambda name: _(FRONTS[name]), default="term", required=True,
        key=keys.in_language(keys.FLASH_CARD_FRONT),
    )  # fmt: skip
    st.progress(flash_cards.done(now) / now["total"],
                text=_("{done} of {total} known", done=flash_cards.done(now), total=now["total"]))  # fmt: skip
    with st.container(border=True, key=keys.FLASH_CARD):
        if term.name in now["missed"]:
            st.caption(_("once more"))
        if st.session_state.get(keys.FLASH_CARD_SHOWN) == term.name:
            back(term)
        else:
            face(term, front)
            st.button(_("Show the answer"), type="primary", shortcut="1", on_click=show, args=(term.name,),
                      key=keys.FLASH_CARD_SHOW)  # fmt: skip
    st.button(_("End this round"), type="tertiary", on_click=give_up, key=keys.FLASH_CARD_END)


def face(term: Term, front: str) -> None:
    """What is shown before the answer."""
    if front == "term":
        st.markdown(f"## {escape(term.said.term)}", anchors=False)
        st.caption(_("What does it mean? Say it in a sentence before you look."))
    elif front == "sentence":
        st.markdown(f"**{term.said.sentence}**")
        st.caption(_("What is it called?"))
    else:
        st.markdown(f"**{term.said.question}**")
        st.caption(escape(term.said.term))


def show(name: str) -> None:
    """Turn the card."""
    st.session_state[keys.FLASH_CARD_SHOWN] = name


def back(term: Term) -> None:
    """The other side, and whether it was known."""
    card.heading(term)
    card.meaning(term)
    st.markdown(f"**{term.said.question}**  \n{term.said.answer}")
    with st.container(horizontal=True):
        st.button(_("I knew it"), icon=":material/check:", type="primary", shortcut="1", on_click=answer, args=(True,),
                  key=keys.FLASH_CARD_KNOWN)  # fmt: skip
        st.button(_("Not yet"), icon=":material/replay:", shortcut="2", on_click=answer, args=(False,),
                  key=keys.FLASH_CARD_MISSED)  # fmt: skip


def answer(known: bool) -> None:
    """Lay the card away, or back among the others."""
    keep(flash_cards.answered(deck(), known))


def give_up() -> None:
    """No card is left; what was answered counts."""
    keep({**deck(), "queue": [], "missed": [], "total": 0})


def outcome(now: Deck) -> None:
    """How the round went."""
    missed = now["missed"]
    if missed:
        st.success(_("The round is done: {known} of {total} known at first sight. The others come first next time.",
                     known=now["total"] - len(missed), total=now["total"]), icon=":material/check_circle:")  # fmt: skip
        st.html(links.chips(missed, "terms"))
    else:
        st.success(_("The round is done: all {total} known at first sight.", total=now["total"]),
                   icon=":material/check_circle:")  # fmt: skip
