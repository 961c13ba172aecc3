"""What a single cell looks like: enough to find the table in a file before its columns are known."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from dlcore.data.uploads.parsing import MISSING, TIME, halved, pattern, spelled

Look = Literal["empty", "number", "moment", "text"]

_EMPTY = frozenset(MISSING)
_STYLES = ((".", ","), (",", "."), (".", ""), (",", ""), (".", " "), (",", " "), (".", "'"))
_NUMBER = re.compile("|".join(f"(?:{pattern(*marks)})" for marks in _STYLES))
_DAY = r"(?:\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\d{4}[-/]\d{1,2}|\d{4}年\d{1,2}月(?:\d{1,2}日)?)"
_SPELLED = r"(?:\d{1,2}\.?[-/ ]?)?[^\W\d_]{3,9}\.?[-/ ]\s?(?:\d{1,2}(?:st|nd|rd|th)?,?\s+)?'?\d{2,4}"
_TIME = re.sub(r"\?P<\w+>", "?:", TIME)
_MOMENT = re.compile(rf"^(?:{_DAY}(?:(?:T|,?\s+){_TIME})?|{_TIME})$")
_MONTH = re.compile(rf"^{_SPELLED}(?:,?\s+{_TIME})?$")


@functools.lru_cache(maxsize=200_000)
def look(cell: str) -> Look:
    """What a cell holds, by itself."""
    text = halved(cell).strip()
    if text in _EMPTY:
        return "empty"
    if len(text) > 60:
        return "text"
    if _NUMBER.match(text):
        return "number"
    if _MOMENT.match(text) or (_MONTH.match(text) and _names_a_month(text)):
        return "moment"
    return "text"


def _names_a_month(text: str) -> bool:
    return any(re.search(rf"\b{month}\b", spelled(text)) for month in
               ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"))  # fmt: skip


def column_looks(rows: Sequence[Sequence[str]], width: int) -> list[Look]:
    """What each column mostly holds; "empty" where it holds nothing."""
    found: list[Look] = []
    for place in range(width):
        counts = Counter(look(row[place]) for row in rows if place < len(row))
        counts.pop("empty", None)
        most = counts.most_common(1)
        sure = most and most[0][1] >= 0.6 * sum(counts.values())
        found.append(most[0][0] if sure else "text" if counts else "empty")
    return found
