"""What lessons share: their texts, which are Markdown files, one folder a language; and their index.

    # 2 · The neuron          the number orders the menu
    …                         the idea
    ## predict                a named section
    …
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from dlcore.i18n import current_language

FOLDER = Path(__file__).parents[1] / "lessons"


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
    yield "idea", idea.strip()
    for part in rest:
        name, _, body = part.partition("\n")
        yield name.strip(), body.strip()


def say(name: str, section: str) -> None:
    """Show a section of a lesson's text."""
    st.markdown(sections(name)[section])


def choices(name: str, section: str) -> tuple[str, list[str]]:
    """A section that asks: the question, and its answers from the list at its end."""
    question, *answers = sections(name)[section].split("\n- ")
    return question, [answer.strip() for answer in answers]
