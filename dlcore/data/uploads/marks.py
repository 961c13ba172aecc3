"""Which mark is decimal in a file: told by the numbers in which it can be nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dlcore.data.uploads.kinds import look

_COMMA = re.compile(
    r"(?:^|[^\d.,])(?:\d{1,3}(?:\.\d{3})+,\d+|0,\d+|\d+,\d{1,2}|\d+,\d{4,}|\d{4,},\d+)(?:[eE][-+]?\d+)?(?=$|[^\d.,])"
)
_POINT = re.compile(
    r"(?:^|[^\d.,])(?:\d{1,3}(?:,\d{3})+\.\d+|0?\.\d+|\d+\.\d{1,2}|\d+\.\d{4,}|\d{4,}\.\d+)(?:[eE][-+]?\d+)?(?=$|[^\d.,])"
)
_EITHER = re.compile(r"^[-+]?\d{1,3},\d{3}$")
LONGEST = 30  # characters of a number


def find_marks(cells: Iterable[str], delimiter: str) -> str:
    """The decimal mark of most numbers that leave no doubt; where none does, what the delimiter suggests."""
    commas = points = either = 0
    for cell in cells:
        if len(cell) > LONGEST or look(cell) != "number":
            continue
        commas += bool(_COMMA.search(cell))
        points += bool(_POINT.search(cell))
        either += bool(_EITHER.match(cell))
    if commas or points:
        return "," if commas > points else "."
    return "," if either and delimiter == ";" else "."
