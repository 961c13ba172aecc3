"""The glossary: what the terms of the field mean, in every language, and how one is built on another.

    terms.yaml           what is true in every language: level, category, formula, what a term builds on, where it moves
    en.yaml, zh_CN.yaml  the words: what it is called, one sentence, the usual question and its answer

A term is added by an entry of the same name in each of these files; `term.Facts` and `term.Words` declare what may
stand there. Nothing is read before somebody asks for a term.
"""

from __future__ import annotations

from dlcore.lessons.glossary.collection import built_on, names, terms
from dlcore.lessons.glossary.term import CATEGORIES, LEVELS, Facts, Term, Words

__all__ = ["CATEGORIES", "LEVELS", "Facts", "Term", "Words", "built_on", "names", "terms"]
