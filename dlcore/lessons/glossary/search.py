"""Finds terms by what somebody types: names in any language, pinyin, its first letters, or something nearly right.

The libraries that know pinyin and distances between words are loaded at the first search: nobody else waits for them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from dlcore.lessons.glossary.collection import names, terms

# How well a key answers what was typed, from 0 to 100: the better of two decides.
WHOLE, BEGINS, WORD_BEGINS, WITHIN, MENTIONED = 100.0, 92.0, 86.0, 78.0, 40.0
LESS = {"name": 0.0, "pinyin": 2.0, "word": 5.0}  # what each kind of key is taken off
NEARLY = 76.0  # per cent of the letters that must agree for a typing mistake
SHORTEST_MISTAKE = 4  # letters: of three, one wrong says nothing
NEARLY_COUNTS = 0.8  # so that whatever contains the words exactly comes first


@dataclass(frozen=True)
class Key:
    """Something that a term is found by."""

    text: str  # as `plain` writes it
    kind: str  # a name of `LESS`
    term: str


def search(query: str) -> list[str]:
    """The names of the terms that a query finds, the best first; all of them for an empty one."""
    wanted = plain(query)
    if not wanted:
        return list(terms())
    scores: dict[str, float] = {}
    for key in _keys():
        scores[key.term] = max(scores.get(key.term, 0.0), _score(wanted, key))
    for name, sentences in _sentences().items():
        if len(wanted) > 1 and wanted in sentences:
            scores[name] = max(scores[name], MENTIONED)
    return sorted((name for name in scores if scores[name]), key=lambda name: -scores[name])


def plain(text: str) -> str:
    """As texts are compared: small letters, one space for hyphens and the like, no accents.

    >>> plain("  K-fold  Cross–Validation ")
    'k fold cross validation'
    """
    folded = unicodedata.normalize("NFKD", text[:200]).lower()
    folded = "".join(each for each in folded if not unicodedata.combining(each))
    return " ".join(re.sub(r"[^\w²]+", " ", folded).replace("_", " ").split())


def _score(wanted: str, key: Key) -> float:
    found = _contained(wanted, key) or _resembling(wanted, key)
    return max(found - LESS[key.kind], 0.0) if found else 0.0


def _contained(wanted: str, key: Key) -> float:
    """What was typed is in the key. Of two that begin so, the shorter is meant."""
    if wanted == key.text:
        return WHOLE
    rest = min(len(key.text) - len(wanted), 50) / 10
    if key.text.startswith(wanted):
        return BEGINS - rest
    if key.kind == "pinyin":  # whose letters run on: within, they are of no syllable
        return 0.0
    if f" {wanted}" in key.text:
        return WORD_BEGINS - rest
    return WITHIN - rest if len(wanted) > 1 and wanted in key.text else 0.0


def _resembling(wanted: str, key: Key) -> float:
    """What was typed is nearly the key, or nearly its beginning."""
    from rapidfuzz import fuzz

    if min(len(wanted), len(key.text)) < SHORTEST_MISTAKE:
        return 0.0
    return NEARLY_COUNTS * fuzz.ratio(wanted, key.text, score_cutoff=NEARLY)


@functools.cache
def _keys() -> tuple[Key, ...]:
    return tuple(dict.fromkeys(key for name in terms() for key in _keys_of(name)))


def _keys_of(name: str) -> Iterator[Key]:
    term = terms()[name]
    for code, words in term.words.items():
        for each in names(term, code):
            yield Key(plain(each), "name", name)
            yield from (Key(spelled, "pinyin", name) for spelled in pinyin(each))
        yield from (Key(plain(each), "word", name) for each in words.found_by)
    if term.facts.torch:
        yield Key(plain(term.facts.torch.rpartition(".")[2]), "word", name)


def pinyin(text: str) -> tuple[str, ...]:
    """How a Chinese text is typed without tones: in full, and its first letters; nothing for any other.

    >>> pinyin("过拟合"), pinyin("dropout")
    (('guonihe', 'gnh'), ())
    """
    if not any("\u4e00" <= letter <= "\u9fff" for letter in text):
        return ()
    from pypinyin import Style, lazy_pinyin

    full = "".join(lazy_pinyin(text))
    first = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
    return plain(full).replace(" ", ""), plain(first).replace(" ", "")


@functools.cache
def _sentences() -> dict[str, str]:
    """Name -> its sentences in all languages, as `plain` writes them."""
    return {name: " ".join(plain(words.sentence) for words in term.words.values()) for name, term in terms().items()}
