"""What lessons share: their texts, which are Markdown files, one folder a language; and their index.

    # 2 · The neuron          the number orders the menu
    …                         the idea
    ## predict                a named section; here a question, its answers as a list
    …
    ## predict, revealed      what is said once the learner has chosen
    …

A lesson is a page in pages/lessons and its texts beside it; nothing else lists it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dlcore.i18n import _, current_language
from dlcore.serving.store import runs
from pages.components.lessons import term_links
from pages.components.shared import language
from pages.components.shared.visitor import owner

FOLDER = Path(__file__).parents[2] / "lessons"
_CHINESE = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
# A line of Chinese that goes on in the next, where Markdown would show a space; a heading does not go on.
_BROKEN = re.compile(rf"^((?!#).*[{_CHINESE}])\n(?=[{_CHINESE}])", flags=re.MULTILINE)


@dataclass(frozen=True)
class Lesson:
    """A lesson of the menu."""

    number: int
    title: str
    page: Path


def lessons() -> list[Lesson]:
    """The lessons there are, in their order, titled in the current language."""
    found = [_lesson(page) for page in FOLDER.glob("*.py") if page.stem != "__init__"]
    return sorted(found, key=lambda lesson: lesson.number)


def _lesson(page: Path) -> Lesson:
    heading = sections(page.stem)["title"]
    number, _, title = heading.partition(" · ")
    return Lesson(int(number), title, page)


def sections(name: str, language: str | None = None) -> dict[str, str]:
    """The sections of a lesson's text: `title`, `idea`, and those that `##` names."""
    return _read(FOLDER / (language or current_language()) / f"{name}.md")


@functools.cache
def _read(path: Path) -> dict[str, str]:
    return dict(_split(path.read_text("utf-8")))


def _split(text: str) -> Iterator[tuple[str, str]]:
    head, *rest = re.split(r"^## ", text, flags=re.MULTILINE)
    title, _, idea = head.removeprefix("# ").partition("\n")
    yield "title", title.strip()
    yield "idea", _BROKEN.sub(r"\1", idea.strip())
    for part in rest:
        name, _, body = part.partition("\n")
        yield name.strip(), _BROKEN.sub(r"\1", body.strip())


def say(name: str, section: str) -> None:
    """Show a section of a lesson's text, in which the terms of the glossary lead to their cards."""
    st.markdown(term_links.mark(sections(name)[section]))


def choices(name: str, section: str) -> tuple[str, list[str]]:
    """A section that asks: the question, and its answers from the list at its end."""
    question, *answers = sections(name)[section].split("\n- ")
    return question, [answer.strip() for answer in answers]


@st.fragment
def ask(name: str, section: str, *, right: int, key: str, see: tuple[str, Callable[[], None]] | None = None) -> None:
    """Let the learner predict; then say whether it was right and why, with a button to see it happen.

    right: the place of the right answer in the list. see: what the button says, and what it does to the page.
    """
    language.apply()
    question, answers = choices(name, section)
    with st.container(border=True):
        st.markdown(f"**{_('Predict, then reveal')}**")
        st.markdown(question)
        chosen = st.radio(question, range(len(answers)), format_func=lambda number: answers[number], index=None,
                          key=key, label_visibility="collapsed")  # fmt: skip
        if chosen is None:
            return
        if chosen == right:
            st.success(_("Right."), icon=":material/check:")
        else:
            st.warning(_("Not this time. The answer: {answer}", answer=answers[right]), icon=":material/close:")
        say(name, f"{section}, revealed")
        if see is not None and st.button(see[0], on_click=see[1], icon=":material/visibility:", key=f"{key}.see"):
            st.rerun()


def task(name: str, section: str, done: Callable[[], bool] | None = None) -> None:
    """Show a task, and whether this learner has done it; `done` looks for the proof where a page cannot see it."""
    if not is_done(name, section) and done is not None and done():
        mark_done(name, section)
    if is_done(name, section):
        st.success(f"{sections(name)[section]}\n\n{_('Done.')}", icon=":material/check_circle:")
    else:
        st.info(sections(name)[section], icon=":material/flag:")


def is_done(name: str, section: str) -> bool:
    """Whether this learner has done a task."""
    return bool(runs().preference(owner(), _done(name, section), False))


def mark_done(name: str, section: str) -> None:
    """Remember that this learner has done a task."""
    runs().save_preference(owner(), _done(name, section), True)


def _done(name: str, section: str) -> str:
    return f"lesson.{name}.{section}.done"
