"""What lessons share: their texts, which are Markdown files, one folder a language; and their index.

    # 2 · The neuron          the number orders the menu
    …                         the idea
    ## predict                a named section; here a question, its answers as a list
    …
    ## predict, revealed      what is said once the learner has chosen
    …

A lesson is a declaration in dlcore/lessons/course and its texts here; nothing else lists it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dlcore.i18n import current_language
from dlcore.lessons.course import NAMES
from pages.components.lessons import term_links

FOLDER = Path(__file__).parents[2] / "lessons"
TASK = "**Task"  # how a section begins that sets a task
WORDS_A_MINUTE = 110  # slowly: there are formulas in it, and something to try
MINUTES_EACH = 3
_CHINESE = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
# A line of Chinese that goes on in the next, where Markdown would show a space; a heading does not go on.
_BROKEN = re.compile(rf"^((?!#).*[{_CHINESE}])\n(?=[{_CHINESE}])", flags=re.MULTILINE)


@dataclass(frozen=True)
class Lesson:
    """A lesson of the menu."""

    number: int
    title: str
    name: str


def lessons() -> list[Lesson]:
    """The lessons there are, in their order, titled in the current language."""
    found = [_lesson(name) for name in NAMES]
    return sorted(found, key=lambda lesson: lesson.number)


def _lesson(name: str) -> Lesson:
    number, _, title = sections(name)["title"].partition(" · ")
    return Lesson(int(number), title, name)


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


def asked(name: str) -> list[str]:
    """The sections of a lesson that ask something of its learner: its questions and its tasks."""
    english = sections(name, "en")
    return [each for each, text in english.items() if f"{each}, revealed" in english or text.startswith(TASK)]


def minutes(name: str) -> int:
    """About how long a lesson takes, to five minutes: reading, trying what moves, and each thing that it asks."""
    words = sum(len(text.split()) for text in sections(name, "en").values())
    return max(5, 5 * round((words / WORDS_A_MINUTE + MINUTES_EACH * len(asked(name))) / 5))


def summary(name: str) -> str:
    """The first sentence of a lesson, without formulas and Markdown."""
    text = re.sub(r"[,，:：]?\s*\$[^$]*\$", "", " ".join(sections(name)["idea"].split("\n\n")[0].split()))
    sentence = re.match(r".*?(?:[.!?](?=\s|$)|[。！？]|$)", text)
    return re.sub(r"[*`]", "", sentence[0]) if sentence else ""
