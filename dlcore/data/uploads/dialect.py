"""What divides the cells of a text file: each delimiter reads the beginning, and the most regular table wins.

The measure is that of van den Burg, Nazábal and Sutton (Wrangling messy CSV files by detecting row and type patterns,
2019): how alike the rows are, times how many cells look like something.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from dlcore.data.uploads.description import DELIMITERS
from dlcore.data.uploads.kinds import look
from dlcore.data.uploads.records import Dialect, records

LOOK_LINES = 300
LIKED = {
    ",": 1.0,
    ";": 1.0,
    "\t": 1.0,
    "|": 0.98,
    ":": 0.5,
    "^": 0.9,
    "~": 0.9,
    " ": 0.6,
    r"\s+": 0.59,
    r"\s{2,}": 0.62,
}  # rare ones must be more regular than others
_PLAIN = re.compile(r"^[^\W_][\w\s.,'’()/&%°+#@*\"!?=<>–-]*$")
_ESCAPED = re.compile(r"\w\\[,;|\t]")
_SINGLE = re.compile(r"(?:^|[,;\t|])\s*'(?:[^']|'')*'\s*(?=[,;\t|]|$)")


def find_dialect(lines: Sequence[str], delimiter: str | None = None, quote: str | None = None) -> Dialect:
    """The dialect of a file whose first lines these are; what is told stays."""
    shown = [line for line in lines[:LOOK_LINES] if line.strip()]
    marks = _quotes(shown) if quote is None else (quote,)
    found = [Dialect(each, mark, _escape(shown, mark)) for mark in marks for each in DELIMITERS]
    if delimiter is not None:
        found = [replace(each, delimiter=delimiter) for each in found[:: len(DELIMITERS)]]
        return max(found, key=lambda each: regularity(shown, each))
    best = max(found, key=lambda each: regularity(shown, each))
    if regularity(shown, best) > 0.02 * len(shown):
        return best
    ragged = sum("," in line for line in shown) > 0.7 * len(shown)
    return replace(found[0], delimiter="," if ragged and shown else "")


def regularity(lines: Sequence[str], dialect: Dialect) -> float:
    """How much these lines look like a table in this dialect; 0 where no line is divided."""
    rows = [each.cells for each in records(lines, dialect) if each.cells]
    shapes = Counter(map(len, rows))
    divided = sum(count for width, count in shapes.items() if width > 1)
    usual = max((count for width, count in shapes.items() if width > 1), default=0)
    spaced = dialect.delimiter.isspace() or dialect.runs
    enough = max(2, divided / 2, 0.6 * len(rows) if spaced else 0)
    if not rows:
        return 0.0
    narrow = spaced and max(shapes) < 3
    if not usual or (divided < len(rows) and (usual < enough or narrow)):
        return 0.0  # here and there a line is divided, each otherwise: these are sentences
    alike = sum(count * max(0.001, width - 1) / width for width, count in shapes.items()) / len(shapes)
    cells = [cell for row in rows if len(row) > 1 for cell in row]
    known = sum(_known(cell) for cell in cells) / len(cells) if cells else 0.0
    return LIKED[dialect.delimiter] * alike * known**2


def _known(cell: str) -> float:
    """How much a cell looks like something that a table holds."""
    if not cell:
        return 0.9
    if look(cell) != "text":
        return 1.0
    return (
        0.9
        if _PLAIN.match(cell)
        and not any(mark in cell for mark in ";|\t")
        and "," not in cell.rstrip(",")
        and not cell.endswith(",")
        else 0.5
    )


def _quotes(lines: Sequence[str]) -> tuple[str, ...]:
    """The quotation marks that this may be written with, the likelier first."""
    single = sum(bool(_SINGLE.search(line)) for line in lines)
    double = sum('"' in line for line in lines)
    if not single:
        return ('"',)
    return ("'", '"') if single > max(double, 0.3 * len(lines)) else ('"', "'")


def _escape(lines: Sequence[str], quote: str) -> str:
    """A backslash, where it stands before quotation marks that are not doubled, or before delimiters."""
    behind = sum(line.count("\\" + quote) for line in lines) if quote else 0
    twice = sum(line.count(quote * 2) for line in lines) if quote else 0
    marks = sum(bool(_ESCAPED.search(line)) for line in lines)
    return "\\" if behind > twice or (marks and not twice and marks > behind) else ""
