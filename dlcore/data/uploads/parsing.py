"""One cell as what it means: a number in any style of writing, a day in one format, a name. As the column is read.

    number("1.355,90 €", ColumnReading(decimal=",", thousands="."))   -> 1355.9
    instant("03/04/2023 7:30 pm", ColumnReading(day="%m/%d/%Y"))       -> 2023-03-04 19:30

The patterns are of the kind that Python and RE2 both read, so that arrow judges a column as Python judges a cell. The
bundle's predict.py reads by the same rules, without this code.
"""

from __future__ import annotations

import functools
import re
from datetime import datetime, timedelta
from math import inf

from dlcore.data.uploads.description import ColumnReading

# Cells that say that there is nothing, whatever stands around them.
MISSING = ("", "NA", "N/A", "n/a", "n.a.", "N.A.", "#N/A", "#NA", "<NA>", "NaN", "nan", "-nan", "-NaN", "NULL", "null",
           "None", "NaT", "?", "-", "--", "---", "–", "—", ".", "..", "…", "...", "#DIV/0!", "#VALUE!", "#REF!",
           "#NAME?", "#NUM!", "#NULL!", ":", "*****", "(X)")  # fmt: skip
TRUTH = {word: truth for words, truth in ((("true", "t", "yes", "y", "on", "ja", "oui", "sí", "si", "是", "真"), True),
                                          (("false", "f", "no", "n", "off", "nein", "non", "否", "假"), False))
         for word in words}  # fmt: skip

SPACE = "[ \u00a0\u2007\u2009\u202f]"
_GROUPS = {",": ",", ".": r"\.", " ": SPACE, "'": "['’\u02bc]"}
_SIGN = "[-+\u2212\u2013]"
_GAP = "[ \t\u00a0\u2007\u2009\u202f]*"
_MINUS = "[-\u2212\u2013]"
UNIT = (
    "(?:%|‰|US\\$|R\\$|A\\$|C\\$|\\$|€|£|¥|₹|₽|₩|₺|₪|฿|₫|₴|zł|kr\\.?|Fr\\.|Rs\\.?|元|円"
    "|USD|EUR|GBP|CHF|CNY|RMB|JPY|INR|AUD|CAD|SEK|NOK|DKK|PLN|BRL)"
)
# A note behind a number: 1.4 p (provisional), 1300*, 13.1 (1), 9.9 [a], 7.7².
FLAG = "(?:[ \u00a0]+[a-z]|[ \u00a0]?(?:\\*{1,3}|\\([0-9a-z]{1,2}\\)|\\[[0-9a-z]{1,2}\\]|[†‡§¹²³]))"
LARGEST = 3.4028235677973362e38  # what float32 still rounds to its largest; beyond it a number is no measurement


INFINITE = "[-+]?(?:inf|Inf|INF|infinity|Infinity)"


@functools.cache
def core(decimal: str, thousands: str) -> str:
    """The pattern of a number without sign and unit."""
    whole = "[0-9]+"
    if thousands:
        group = _GROUPS[thousands]
        inner = "{2,3}" if thousands == "," else "{3}"  # India writes 12,34,567
        whole = rf"(?:[1-9][0-9]{{0,2}}(?:{group}[0-9]{inner})*{group}[0-9]{{3}}|[0-9]+)"
    mark = re.escape(decimal)
    return rf"(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][-+]?[0-9]+)?"


@functools.cache
def pattern(decimal: str, thousands: str) -> str:
    """The pattern of a whole cell that is a number in this style: sign and unit on either side, or in parentheses."""
    digits = core(decimal, thousands)
    plain = rf"{_SIGN}?{_GAP}{UNIT}?{_GAP}{_SIGN}?{_GAP}{digits}(?:{_GAP}{UNIT}|{FLAG})?{_GAP}"
    bracketed = rf"{UNIT}?{_GAP}\({_GAP}{UNIT}?{_GAP}{digits}{_GAP}{UNIT}?{_GAP}\)"
    behind = rf"{UNIT}?{_GAP}{digits}{_GAP}{UNIT}?{_GAP}{_MINUS}"
    return rf"^(?:{plain}|{INFINITE}|{bracketed}|{behind})$"


NEGATIVE = f"^[^0-9]*{_MINUS[:-1]}(]|{_MINUS}$"  # a minus before the digits or behind them, or parentheses


@functools.cache
def _patterns(decimal: str, thousands: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(pattern(decimal, thousands)), re.compile(core(decimal, thousands))


WIDE = "[\uff01-\uff5e\uffe5\u3000]"  # digits, letters and marks as wide as Chinese characters
_HALF = {0xFF01 + place: 0x21 + place for place in range(94)} | {0xFFE5: "¥", 0x3000: " "}


def halved(text: str) -> str:
    """A cell with its full-width digits, letters and marks as usual ones.

    >>> halved("￥１，２００")
    '¥1,200'
    """
    return text if text.isascii() else text.translate(_HALF)


def number(cell: str, how: ColumnReading) -> float | None:
    """The number in a cell; None where it is none. May be infinite: «1e999» is."""
    decimal, thousands = how.decimal or ".", how.thousands or ""
    whole, digits = _patterns(decimal, thousands)
    text = halved(cell).strip()
    if whole.match(text) is None:
        return None
    found = digits.search(text)
    size = inf if found is None else float(ungrouped(found.group(), decimal, thousands))
    return -size if re.search(NEGATIVE, text) else size


def ungrouped(digits: str, decimal: str, thousands: str) -> str:
    """Digits as float() reads them."""
    if thousands:
        digits = re.sub(_GROUPS[thousands], "", digits)
    return digits.replace(decimal, ".")


def groups(thousands: str) -> str:
    """The pattern of what stands between groups of digits."""
    return _GROUPS[thousands]


# A time of day behind a day, with what a zone is written as.
TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?\s*(?P<zone>(?:UTC|GMT)[-+]\d{1,2}(?::?\d{2})?"
    r"|Z|UTC|GMT|[-+]\d{2}:?\d{2}|[-+]\d{2})?"
)
_TIME = re.compile(rf"^{TIME}$")
SPLIT = r"^(?P<day>.+?)(?:(?:T|,?\s+)(?P<time>\d{1,2}:\d{2}.*))?$"
SPLIT_PATTERN = re.compile(SPLIT)


def instant(cell: str, how: ColumnReading) -> datetime | None:
    """The moment in a cell, in UTC where it names its zone; None where it is none. Microseconds at the finest."""
    parts = SPLIT_PATTERN.match(halved(cell).strip())
    if parts is None or how.day is None:
        return None
    day = day_of(parts["day"], how.day)
    time = timedelta() if parts["time"] is None else time_of(parts["time"])
    try:
        return None if day is None or time is None else day + time
    except OverflowError:
        return None


@functools.lru_cache(maxsize=100_000)
def day_of(text: str, form: str) -> datetime | None:
    """Midnight of a day; None where there is no such day: 30 February is none.

    Two digits of a year are those of 1969 to 2068, as everywhere since POSIX.
    """
    try:
        return datetime.strptime(spelled(text), form).replace(tzinfo=None)
    except ValueError:
        return None


@functools.lru_cache(maxsize=100_000)
def time_of(text: str) -> timedelta | None:
    """How long after midnight in UTC; 24:00 is the end of the day. None where it is no time."""
    found = _TIME.match(text.strip())
    if found is None:
        return None
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    if minute > 59 or second > 60 or hour > 24 or (hour == 24 and minute + second):
        return None
    fraction = float(f"0.{found['fraction']}") if found["fraction"] else 0.0
    return timedelta(hours=hour, minutes=minute, seconds=second + fraction) - _offset(found["zone"])


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone in ("Z", "UTC", "GMT"):
        return timedelta()
    sign, digits = zone.lstrip("UTCGM")[0], zone.lstrip("UTCGM")[1:].replace(":", "")
    digits = digits.zfill(2 if len(digits) < 3 else 4).ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -away if sign == "-" else away


# Months as English writes them shortly, from how other languages begin them; longer beginnings go first.
_MONTHS = {
    "january": "Jan", "february": "Feb", "march": "Mar", "april": "Apr", "may": "May", "june": "Jun", "july": "Jul",
    "august": "Aug", "september": "Sep", "sept": "Sep", "october": "Oct", "november": "Nov", "december": "Dec",
    "januar": "Jan", "jänner": "Jan", "februar": "Feb", "märz": "Mar", "mär": "Mar", "mai": "May", "juni": "Jun",
    "juli": "Jul", "oktober": "Oct", "okt": "Oct", "dezember": "Dec", "dez": "Dec",
    "janvier": "Jan", "janv": "Jan", "février": "Feb", "févr": "Feb", "fév": "Feb", "mars": "Mar", "avril": "Apr",
    "avr": "Apr", "juin": "Jun", "juillet": "Jul", "juil": "Jul", "août": "Aug", "septembre": "Sep",
    "octobre": "Oct", "novembre": "Nov", "décembre": "Dec", "déc": "Dec",
    "enero": "Jan", "ene": "Jan", "febrero": "Feb", "marzo": "Mar", "abril": "Apr", "abr": "Apr", "mayo": "May",
    "junio": "Jun", "julio": "Jul", "agosto": "Aug", "ago": "Aug", "septiembre": "Sep", "octubre": "Oct",
    "noviembre": "Nov", "diciembre": "Dec", "dic": "Dec",
    "gennaio": "Jan", "gen": "Jan", "febbraio": "Feb", "aprile": "Apr", "maggio": "May", "mag": "May",
    "giugno": "Jun", "giu": "Jun", "luglio": "Jul", "lug": "Jul", "settembre": "Sep", "set": "Sep", "ottobre": "Oct",
    "ott": "Oct", "dicembre": "Dec",
    "januari": "Jan", "februari": "Feb", "maart": "Mar", "mrt": "Mar", "mei": "May", "augustus": "Aug", "maj": "May",
    "janeiro": "Jan", "fevereiro": "Feb", "fev": "Feb", "março": "Mar", "maio": "May", "junho": "Jun",
    "julho": "Jul", "setembro": "Sep", "outubro": "Oct", "out": "Oct", "dezembro": "Dec",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+\.?")


def spelled(text: str) -> str:
    """A day with its month in English, as strptime knows it; one space where there are many.

    >>> spelled("5. März  2021"), spelled("Sept. 3rd, 2020")
    ('5. Mar 2021', 'Sep 3, 2020')
    """
    if not any(each.isalpha() for each in text):
        return " ".join(text.split())
    text = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text)
    return " ".join(_WORD.sub(_english, text).split())


def _english(word: re.Match[str]) -> str:
    bare = word.group().rstrip(".").lower()
    if bare in _MONTHS:
        return _MONTHS[bare]
    return bare.title() if bare in {each.lower() for each in _MONTHS.values()} else word.group()


def name(cell: str, how: ColumnReading) -> str:
    """A name as it was learned: other spellings of a truth value are that value."""
    text = cell.strip()
    if text in how.names:
        return how.names[text]
    if text.casefold() in TRUTH:
        return next((each for spelling, each in how.names.items() if spelling.casefold() == text.casefold()), text)
    return text
