"""How much of a spoiled table is read: whether at all, its names, its records, its cells; and which are lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from .cases import Case, Damage, Expected
from .clean import Row
from .meaning import Style, Value, loose_meaning, loose_name, meaning
from .readers import Outcome, Refusal

MEASURES = ("success", "header", "records", "cells")


@dataclass(frozen=True)
class Score:
    """Each measure is between 0 and 1. `lost`: records that were fine and are not read, or not as they were."""

    success: float
    header: float
    records: float
    cells: float
    lost: int
    first_lost: Row = ()
    why: str = ""
    typed: float = 0.0  # columns of numbers and days that are read as such; beside the measures, not one of them

    @property
    def total(self) -> float:
        """The measures together."""
        return self.success + self.header + self.records + self.cells


def score(case: Case, found: Outcome | Exception) -> Score:
    """How good an outcome is, by the reading of the file that is nearest to it."""
    if not case.expected:
        empty = isinstance(found, Refusal) or (isinstance(found, Outcome) and not found.rows)
        right = float(empty)
        return Score(right, right, right, right, 0, why="" if empty else str(found)[:200], typed=right)
    if isinstance(found, Exception):
        fine = case.expected[0].fine
        return Score(0, 0, 0, 0, len(fine), fine[0] if fine else (), f"{type(found).__name__}: {found}"[:200])
    return max((_against(each, found, case.style) for each in case.expected), key=lambda each: (each.total, -each.lost))


def _against(expected: Expected, found: Outcome, style: Style) -> Score:
    fine = Counter(_record(row, style) for row in expected.fine)
    read = [(_record(row, style), row) for row in found.rows]
    lost = fine - Counter(record for record, _ in read)
    rest = _without(read, fine - lost)
    matched = [*(fine - lost).elements()]
    cells = [cell for record in fine.elements() for cell in record if cell]
    cells_read: list[str] = [cell for record in matched for cell in record if cell]
    hits = 0
    for damage in expected.damages:
        at = next((at for at, (_, row) in enumerate(rest) if _is_reading(damage, row, expected, style)), None)
        if at is None:
            cells += [each for each in _record(damage.alternatives[0], style) if each]
            continue
        hits += 1
        cells += [each for each in rest[at][0] if each]
        cells_read += [each for each in rest.pop(at)[0] if each]
    rest = _without_optional(rest, expected, style)
    cells_read += [cell for record, _ in rest for cell in record if cell]
    header = max(_names_alike(each, found.header) for each in expected.headers)
    right = len(matched) + hits
    records = _f1(right, right + len(rest), sum(fine.values()) + len(expected.damages))
    common = sum((Counter(cells) & Counter(cells_read)).values())
    first = next(iter(lost), ())
    typed = _typed(expected, found)
    return Score(1, header, records, _f1(common, len(cells_read), len(cells)), sum(lost.values()), first, typed=typed)


def _typed(expected: Expected, found: Outcome) -> float:
    """The share of the columns of numbers and days in which no cell was left as text."""
    if not expected.numbers:
        return 1.0
    columns = list(zip_longest(*found.rows))
    read = [columns[at] for at in expected.numbers if at < len(columns)]
    return sum(not any(isinstance(cell, str) for cell in column) for column in read) / len(expected.numbers)


def _record(row: Sequence[Value], style: Style) -> Row:
    cells = [meaning(cell, style) for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _without(read: Iterable[tuple[Row, tuple[Value, ...]]], taken: Counter[Row]) -> list[tuple[Row, tuple[Value, ...]]]:
    left, rest = Counter(taken), []
    for record, row in read:
        if left[record]:
            left[record] -= 1
        else:
            rest.append((record, row))
    return rest


def _without_optional(
    rest: list[tuple[Row, tuple[Value, ...]]], expected: Expected, style: Style
) -> list[tuple[Row, tuple[Value, ...]]]:
    for row in expected.optional:
        possible = Damage(row, (row,), frozenset(range(len(row))), as_one_text=True)
        at = next((at for at, (_, read) in enumerate(rest) if _is_reading(possible, read, expected, style)), None)
        if at is not None:
            rest = rest[:at] + rest[at + 1 :]
    return rest


def _is_reading(damage: Damage, row: Sequence[Value], expected: Expected, style: Style) -> bool:
    read = [loose_meaning(cell, style) for cell in row]
    if any(_fits(damage, each, read, expected, style) for each in damage.alternatives):
        return True
    return damage.as_one_text and _is_all_text(damage, row, style)


def _fits(damage: Damage, cells: Row, read: list[str], expected: Expected, style: Style) -> bool:
    wide = max(len(cells), len(read), len(damage.original))
    filled = [(*each, *("" for _ in range(wide - len(each)))) for each in (cells, damage.original, read)]
    for at, (cell, original, there) in enumerate(zip(*filled, strict=True)):
        if loose_meaning(cell, style) == there:
            continue
        spoiled = at in damage.hurt or cell != original
        if there or not spoiled or at not in expected.numbers:
            return False
    return True


def _is_all_text(damage: Damage, row: Sequence[Value], style: Style) -> bool:
    """Whether every letter of the original is there, in whatever cells, and no other."""
    text = _letters("".join(damage.original))
    known = {meaning(cell, style): len(_letters(cell)) for cell in damage.original if cell}
    found = 0
    for cell in row:
        if isinstance(cell, str):
            if _letters(cell) not in text:
                return False
            found += len(_letters(cell))
        elif (meant := meaning(cell, style)) in known:
            found += known[meant]
        elif meant:
            return False
    return bool(found) and found == len(text)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _names_alike(expected: Row, found: Sequence[str]) -> float:
    """F1 of the names; an empty one counts, unless it is the last."""
    wanted, read = ([loose_name(name) for name in names] for names in (_trimmed(expected), found))
    if not wanted and not read:
        return 1.0
    return _f1(sum((Counter(wanted) & Counter(read)).values()), len(read), len(wanted))


def _trimmed(names: Row) -> Row:
    while names and not names[-1]:
        names = names[:-1]
    return names


def _f1(right: int, read: int, wanted: int) -> float:
    return 2 * right / (read + wanted) if read + wanted else 1.0


def mean(scores: Sequence[Score]) -> Score:
    """The mean of several, their losses together."""
    values = {name: sum(getattr(each, name) for each in scores) / len(scores) for name in (*MEASURES, "typed")}
    return Score(**values, lost=sum(each.lost for each in scores))
