"""Texts as rows of numbers: a vocabulary learned from the training part alone, everything else is «unknown»."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from dlcore.data.base import Prepared
from dlcore.data.uploads.upload_settings import UploadSettings

if TYPE_CHECKING:
    import pandas as pd

Array = np.ndarray[Any, Any]

GAP, UNKNOWN = "", "<?>"  # tokens 0 and 1: what fills up short texts in front, and what was never learned
_WORD = re.compile(r"\w+|[^\w\s]")


def tokens(text: str, level: str) -> list[str]:
    """A text taken apart.

    >>> tokens("Not bad!", "word")
    ['not', 'bad', '!']
    >>> tokens("还不错", "character")
    ['还', '不', '错']
    """
    return _WORD.findall(text.lower()) if level == "word" else [each for each in text if not each.isspace()]


def learn_vocabulary(texts: Iterable[str], level: str, most: int) -> tuple[str, ...]:
    """The gap, the unknown, and the most frequent tokens of these texts; those that tie, in their order."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(tokens(text, level))
    frequent = sorted(counts, key=lambda token: (-counts[token], token))
    return (GAP, UNKNOWN, *frequent[: most - 2])


def prepare(brought: UploadSettings, texts: pd.Series[Any], parts: Sequence[Array]) -> Prepared:
    """Each part as (N, length) tokens. The first part teaches the vocabulary."""
    given = [texts.iloc[part].fillna("").astype(str) for part in parts]
    words = learn_vocabulary(given[0], brought.level, brought.vocabulary)
    number = {word: token for token, word in enumerate(words)}
    return Prepared([_numbered(each, number, brought) for each in given], words)


def _numbered(texts: Sequence[str] | pd.Series[Any], number: dict[str, int], brought: UploadSettings) -> Array:
    made = np.zeros((len(texts), brought.length), np.int64)
    for row, text in zip(made, texts, strict=True):
        found = [number.get(token, 1) for token in tokens(text, brought.level)[: brought.length]]
        if found:
            row[-len(found) :] = found
    return made
