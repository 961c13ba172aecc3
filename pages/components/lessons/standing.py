"""How a lesson stands in this session: plain values, replaced as a whole with every movement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from dlcore.lessons.course import lesson
from dlcore.lessons.now import Now
from pages.components.shared import keys


def key(name: str, what: str) -> str:
    """The session key of one thing of a lesson."""
    return keys.setting(f"lesson.{name}", what)


def now(name: str) -> Now:
    """Where it stands."""
    found: Now | None = st.session_state.get(key(name, "now"))
    return found or lesson(name).fresh()


def revision(name: str) -> int:
    """Counts the times that the page, not the hand, moved something."""
    counted: int = st.session_state.get(key(name, "revision"), 0)
    return counted


def put(name: str, made: Now, *, by_page: bool = True) -> None:
    """Let it stand so from now on. by_page: the browser is to take the values over."""
    st.session_state[key(name, "now")] = made
    if by_page:
        st.session_state[key(name, "revision")] = revision(name) + 1


def act(name: str, do: Callable[[Now], Now]) -> None:
    """Do what a button does."""
    put(name, do(now(name)))


def choose(name: str, choice: str) -> None:
    """Take over what was chosen beside the board; that begins afresh, but for a choice that keeps everything."""
    before, declared = now(name), {each.name: each for each in lesson(name).choices}[choice]
    chosen = st.session_state[key(name, choice)]
    if chosen not in declared.options:
        return
    options = {**before.options, choice: chosen}
    st.session_state[key(name, "attempt")] = True
    if declared.scale or declared.keeps:
        put(name, replace(before, options=options), by_page=False)
    else:
        put(name, afresh(name, options))


def start_over(name: str) -> None:
    """Back to the first values, for what is chosen."""
    put(name, afresh(name, now(name).options))


def afresh(name: str, options: Mapping[str, Any]) -> Now:
    """The first values for what is chosen; what is the learner's own stays."""
    return replace(lesson(name).fresh(options), trained=now(name).trained, run=now(name).run)


def by_hand(name: str) -> None:
    """Take over what the learner moved on the board; what is old or makes no sense is left alone."""
    before, sent = now(name), getattr(st.session_state[key(name, "board")], "hand", None)
    if not isinstance(sent, dict) or sent.get("revision") != revision(name):
        return
    values = lesson(name).board(before).accept(sent.get("values"), before.values)
    if values is None or not isinstance(sent.get("moved"), list):
        return
    moved = before.moved | {each for each in sent["moved"] if each in values}
    st.session_state[key(name, "attempt")] = True
    put(name, replace(before, values=values, moved=moved, left={}), by_page=False)
