"""One cell of a table as what it means: a number in any style of writing, a moment, or a name, as its column is read.

`how` is what preprocessing.json says of the column: its `decimal` and `thousands` marks, the `day` format of a date
(as strptime has it), and the `names` that other spellings stand for.
"""

import functools
import math
import re
from datetime import datetime, timedelta

MISSING = ("", "NA", "N/A", "n/a", "n.a.", "N.A.", "#N/A", "#NA", "<NA>", "NaN", "nan", "-nan", "-NaN", "NULL", "null",
           "None", "NaT", "?", "-", "--", "---", "–", "—", ".", "..", "…", "...", "#DIV/0!", "#VALUE!", "#REF!",
           "#NAME?", "#NUM!", "#NULL!")  # fmt: skip
TRUTH = ("true", "t", "yes", "y", "on", "ja", "oui", "sí", "si", "是", "真",
         "false", "f", "no", "n", "off", "nein", "non", "否", "假")  # fmt: skip
LARGEST = 3.4028234663852886e38  # of float32; beyond it a number is no measurement
ISO = "%Y-%m-%d"

GROUPS = {",": ",", ".": r"\.", " ": "[ \u00a0\u2007\u2009\u202f]", "'": "['’\u02bc]"}
SIGN = "[-+\u2212\u2013]"
UNIT = (
    "(?:%|‰|US\\$|R\\$|A\\$|C\\$|\\$|€|£|¥|₹|₽|₩|₺|₪|฿|₫|₴|zł|kr\\.?|Fr\\.|Rs\\.?|元|円"
    "|USD|EUR|GBP|CHF|CNY|RMB|JPY|INR|AUD|CAD|SEK|NOK|DKK|PLN|BRL)"
)
INFINITE = "[-+]?(?:inf|Inf|INF|infinity|Infinity)"
GAP = "[ \t\u00a0\u2007\u2009\u202f]*"
NEGATIVE = re.compile(
    "^[^0-9]*[-\u2212\u2013(]|[-\u2212\u2013]$"
)  # a minus before or behind the digits, or parentheses


def number(cell, how):
    """The number in a cell; None where it is none. May be infinite: «1e999» is."""
    decimal, thousands = how.get("decimal") or ".", how.get("thousands") or ""
    whole, digits = patterns(decimal, thousands)
    text = cell.strip()
    if whole.match(text) is None:
        return None
    found = digits.search(text)
    plain = found.group() if found else "inf"
    if thousands:
        plain = re.sub(GROUPS[thousands], "", plain)
    return (-1 if NEGATIVE.search(text) else 1) * float(plain.replace(decimal, "."))


@functools.cache
def patterns(decimal, thousands):
    """Of a whole cell that is a number in this style (sign and unit on either side, or in parentheses); its digits."""
    whole = "[0-9]+"
    if thousands:
        inner = "{2,3}" if thousands == "," else "{3}"  # India writes 12,34,567
        group = GROUPS[thousands]
        whole = rf"(?:[0-9]{{1,3}}(?:{group}[0-9]{inner})*{group}[0-9]{{3}}|[0-9]+)"
    mark = re.escape(decimal)
    digits = rf"(?:{whole}(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][-+]?[0-9]+)?"
    plain = f"{SIGN}?{GAP}{UNIT}?{GAP}{SIGN}?{GAP}{digits}{GAP}{UNIT}?"
    bracketed = rf"{UNIT}?{GAP}\({GAP}{UNIT}?{GAP}{digits}{GAP}{UNIT}?{GAP}\)"
    behind = f"{UNIT}?{GAP}{digits}{GAP}{UNIT}?{GAP}[-\u2212\u2013]"
    return re.compile(f"^(?:{plain}|{INFINITE}|{bracketed}|{behind})$"), re.compile(digits)


TIME = re.compile(
    r"^(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[-+]\d{2}:?\d{2}|[-+]\d{2})?$"
)
SPLIT = re.compile(r"^(?P<day>.+?)(?:(?:T|,?\s+)(?P<time>\d{1,2}:\d{2}.*))?$")


def moment(cell, how):
    """The moment in a cell, in UTC where it names its zone; None where it is none.

    The day is read as the column has it, or as 2024-03-11, which nobody mistakes.
    """
    parts = SPLIT.match(cell.strip())
    if parts is None:
        return None
    time = timedelta() if parts["time"] is None else time_of(parts["time"])
    for form in dict.fromkeys((how.get("day") or ISO, ISO)):
        try:
            if time is not None:
                return datetime.strptime(spelled(parts["day"]), form).replace(tzinfo=None) + time
        except (ValueError, OverflowError):
            continue
    return None


def no_such_day(cell, how):
    """Whether a cell is written as a date but names a day that never was, as 30 February."""
    parts = SPLIT.match(cell.strip())
    shapes = {
        "%Y": r"\d{4}",
        "%y": r"\d{2}",
        "%m": r"\d{1,2}",
        "%d": r"\d{1,2}",
        "%b": r"[^\W\d_]+",
        "%B": r"[^\W\d_]+",
    }
    form = re.split("(%.)", how.get("day") or ISO)
    shape = "".join(shapes.get(each, re.escape(each)) for each in form)
    return parts is not None and re.fullmatch(shape, spelled(parts["day"])) is not None


def time_of(text):
    """How long after midnight in UTC; 24:00 is the end of the day. None where it is no time."""
    found = TIME.match(text.strip())
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
    return timedelta(hours=hour, minutes=minute, seconds=second + fraction) - offset(found["zone"])


def offset(zone):
    """How far a zone is from UTC."""
    if zone is None or zone in ("Z", "UTC", "GMT"):
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -away if zone[0] == "-" else away


# Months as English writes them shortly, from how other languages begin them.
MONTHS = {
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


def spelled(text):
    """A day with its month in English, as strptime knows it; one space where there are many."""
    if not any(each.isalpha() for each in text):
        return " ".join(text.split())
    text = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", text)
    return " ".join(re.sub(r"[^\W\d_]+\.?", english, text).split())


def english(word):
    """A month in any of these languages, or the word as it is."""
    bare = word.group().rstrip(".").lower()
    if bare in MONTHS:
        return MONTHS[bare]
    return bare.title() if bare in {each.lower() for each in MONTHS.values()} else word.group()


def name(cell, how, known=()):
    """A name as it was learned: other spellings of a truth value are that value. `known` are the names learned."""
    text, names = cell.strip(), how.get("names") or {}
    if text in names:
        return names[text]
    if text not in known and text.casefold() in TRUTH:
        spellings = {**{each: each for each in known}, **names}
        return next((value for each, value in spellings.items() if each.casefold() == text.casefold()), text)
    return text


def code(value):
    """A whole number that is taken for a name: 2.0 is 2."""
    return str(int(value)) if math.isfinite(value) and value == int(value) else str(value)
