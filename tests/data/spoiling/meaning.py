"""Cells by what they mean: 1,250 and 1250.0 are one number, 05/03/2021 and 2021-03-05 one day, NA and nothing the same.

Number and day are told by the style of the table that was spoiled, not by what a reader made of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import numpy as np

Value = str | float | datetime | date | None

MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "none", "?", "-", "--"}
MARKS = re.compile(r"[\"'`\\]")
_DAY = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,4})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2}))?)?")


@dataclass(frozen=True)
class Style:
    """How numbers and days of a table are meant."""

    decimal: str = "."
    day_first: bool = True


def meaning(value: Value, style: Style) -> str:
    """A cell as a text that is the same for all cells of one meaning; "" for a cell without a value."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return str(value).casefold()
    if isinstance(value, (int, float, np.number)):
        return _number(float(value))
    if isinstance(value, datetime):
        return "@" + value.isoformat(" ").removesuffix(" 00:00:00")
    if isinstance(value, date):
        return "@" + value.isoformat()
    return _of_text(value, style)


def loose_meaning(value: Value, style: Style) -> str:
    """The same for a cell that was damaged: marks of quotation do not count, nor does the space between words."""
    if not isinstance(value, str):
        return meaning(value, style)
    found = _of_text(MARKS.sub("", value), style)
    return found if found[:1] in "#@" else re.sub(r"[\s,;]", "", found)


def loose_name(name: str) -> str:
    """A column's name by its letters and digits."""
    return re.sub(r"[\W_]+", "", name).casefold()


@lru_cache(maxsize=100_000)
def _of_text(cell: str, style: Style) -> str:
    plain = " ".join(cell.replace("\ufeff", "").split())
    if plain.casefold() in MISSING:
        return ""
    number = _read_number(plain, style.decimal)
    if number is not None:
        return _number(number)
    if (day := _read_day(plain, style.day_first)) is not None:
        return meaning(day, style)
    return plain.casefold() if plain.casefold() in ("true", "false", "yes", "no") else plain


def _number(number: float) -> str:
    """Rounded as networks take it."""
    with np.errstate(over="ignore"):
        return f"#{np.float32(number) + np.float32(0)!s}"


def _read_number(cell: str, decimal: str) -> float | None:
    group = "," if decimal == "." else "."
    plain = re.sub(r"[£$€¥%]|\s|\u202f|\xa0", "", cell)
    if re.fullmatch(rf"[-+]?\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", plain):
        plain = plain.replace(group, "")
    if decimal == ",":
        plain = plain.replace(",", ".") if re.fullmatch(r"[-+]?\d+,\d+([eE][-+]?\d+)?", plain) else plain
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", plain):
        return None
    return float(plain)


def _read_day(cell: str, day_first: bool) -> datetime | None:
    if (found := _DAY.fullmatch(cell)) is None:
        return None
    first, _, second, third = found.groups()[:4]
    hour, minute, seconds = (int(each or 0) for each in found.groups()[4:])
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    else:
        year = int(third)
        month, day = (int(second), int(first)) if day_first else (int(first), int(second))
    try:
        return datetime(year, month, day, hour, minute, seconds)
    except ValueError:
        return None
