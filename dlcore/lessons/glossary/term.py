"""A term of the glossary: what its files may say of it, and what each of it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import field_validator

from dlcore.declaration import Declaration
from dlcore.i18n import N_, current_language

CATEGORIES = {
    "model": N_("Model"),
    "data": N_("Data"),
    "training": N_("Training"),
    "evaluation": N_("Evaluation"),
    "pytorch": N_("PyTorch"),
}

# What a level holds, for a learner.
LEVELS = {
    0: N_("atom"),
    1: N_("built on atoms"),
    2: N_("topic"),
    3: N_("field"),
}


def _as_tuple(given: Any) -> Any:
    return tuple(given) if isinstance(given, list) else given


class Facts(Declaration):
    """What is true of a term in every language."""

    level: Literal[0, 1, 2, 3]
    category: Literal["model", "data", "training", "evaluation", "pytorch"]
    builds_on: tuple[str, ...] = ()  # names of other terms
    formula: str | None = None  # LaTeX
    torch: str | None = None  # a dotted name
    lesson: str | None = None  # where it moves: a lesson of dlcore/lessons/course,
    preset: str | None = None  # a starting point of the Studio,
    page: Literal["data", "compare", "runs"] | None = None  # or another page

    _lists = field_validator("builds_on", mode="before")(_as_tuple)


class Words(Declaration):
    """What a term is called in one language, and what is said of it."""

    term: str
    also: tuple[str, ...] = ()  # other names
    forms: tuple[str, ...] = ()  # other words that mean it in a text, as «overfits»: they lead to its card, too
    found_by: tuple[str, ...] = ()  # words that lead here, but are no names of it
    sentence: str  # plain text: no formula, no Markdown but `code`
    question: str  # Markdown, as is the answer
    answer: str

    _lists = field_validator("also", "forms", "found_by", mode="before")(_as_tuple)


@dataclass(frozen=True)
class Term:
    """A term with its words in every language."""

    name: str  # in English, in small letters with hyphens; stands in addresses
    facts: Facts
    words: Mapping[str, Words]  # by the code of the language

    @property
    def said(self) -> Words:
        """Its words in the current language."""
        return self.words[current_language()]

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """What it is called in the other languages, where that differs."""
        here = self.said.term.lower()
        others = (words.term for code, words in self.words.items() if code != current_language())
        return tuple(each for each in others if each.lower() != here)
