"""Rows that sum a table up and are none of its own: a closing balance, a total, an average below it or above.

Such a row is told by its word (Total, Saldo, 合计) together with cells that do not fit the columns: a text where
numbers or days stand, or gaps where all other rows are full. A row that fits is one only if its numbers are the sums,
or the means, of those above: «Total» is also the name of a firm.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from math import isclose

from dlcore.data.uploads.description import ColumnReading
from dlcore.data.uploads.kinds import Look, look
from dlcore.data.uploads.parsing import number
from dlcore.data.uploads.records import Record

SUMMARY, NOTE = "summary-rows", "text-after"  # kinds of repairs
MOST = 5  # rows at the end of a table that may be such
MOST_CELLS = 500_000  # of a table whose sums are looked at
LEAST_ROWS = 2  # that a table has besides
FULL = 0.05  # of the rows may lack a cell of a column that is always filled
SHORT = 4  # rows that show little: of a word that stands twice in them nothing follows
STYLES = (ColumnReading(decimal=".", thousands=","), ColumnReading(decimal=",", thousands="."))

_WORDS = (
    r"(?:grand|overall|running|sub|net|gross)?[ -]?totals?|total (?:général|generale?|geral)|sum|sums|subtotale?s?|all|"
    r"(?:(?:closing|ending|end|final|opening|beginning|starting|start|previous|new|old|current|available|account) )?"
    r"balance(?: (?:brought|carried) (?:forward|down|over))?|average|averages|mean|avg\.?|"
    r"(?:zwischen|end|gesamt)?summe|gesamt(?:betrag|ergebnis)?|insgesamt|"
    r"(?:(?:alter|neuer) )?(?:end|anfangs|schluss)?saldo|(?:(?:alter|neuer) )?kontostand|(?:end|anfangs)bestand|"
    r"durchschnitt|mittelwert|sous-total|somme|(?:ancien |nouveau )?solde|moyenne|suma|saldo|promedio|totale|somma|"
    r"media|totaal|(?:eind|begin)saldo|gemiddelde|soma|média|итого|всего|сумма|остаток|"
    r"合计|总计|小计|共计|总和|合計|小計|総計|總計|(?:期末|期初|上期|本期)?(?:余额|結餘|餘額|残高)|平均值?|均值"
)
_BEGINS = re.compile(rf"(?:{_WORDS})(?!\w)|(?:合计|总计|小计|共计|期末余额|期初余额)", re.IGNORECASE)


@dataclass(frozen=True)
class Usual:
    """What the rows of a table usually are. Each of the first two has an entry for each column."""

    looks: Sequence[Look] = ()
    full: Sequence[bool] = ()  # whether hardly any row lacks this cell
    names: Collection[str] = field(default_factory=frozenset)  # words of summaries that are a category of this table


def usual(rows: Sequence[Sequence[str]], looks: Sequence[Look]) -> Usual:
    """What these rows are, those left aside that sum up."""
    words = Counter(cell.casefold() for row in rows for cell in row if _BEGINS.match(cell))
    plain = [row for row in rows[:-1] if not any(_BEGINS.match(cell) for cell in row)] or rows[:-1]
    empty = [sum(place >= len(row) or look(row[place]) == "empty" for row in plain) for place in range(len(looks))]
    full = [bool(plain) and lacking <= FULL * len(plain) for lacking in empty]
    return Usual(looks, full, {word for word, count in words.items() if count > 1 and len(rows) > SHORT})


def is_note(each: Record, width: int) -> bool:
    """Whether a row may be a note: one text alone, where the table has several columns."""
    cells = [cell for cell in each.cells if cell]
    if width < 2 or len(cells) != 1:
        return False
    return len(each.cells) == 1 or (width > 2 and bool(each.cells[0]) and " " in cells[0])


def candidates(last: Sequence[Record], table: Usual) -> dict[int, tuple[str, bool]]:
    """Of the last records of a table, by their places, those that sum it up or do not fit it.

    (the kind of repair, whether that is sure: else they are summaries only if their numbers add up).
    """
    found: dict[int, tuple[str, bool]] = {}
    for place in range(len(last) - 1, -1, -1):
        if last[place].blank or is_note(last[place], len(table.looks)):
            continue
        kind, sure = _judged(last[place], table)
        if kind is None:
            break
        found[place] = kind, sure
    return found


def summaries(last: Sequence[Record], before: Sequence[Sequence[str]] | None, table: Usual) -> dict[int, str]:
    """Those of the candidates that are summaries or notes indeed: the kind of repair by the place.

    before: the cells of the rows above the last; None where they are too many to be looked at: what could be a sum of
    them is none then.
    """
    found = candidates(last, table)
    doubtful = [place for place, (_kind, sure) in found.items() if not sure]
    if doubtful:
        rows = [*(before or ()), *(each.cells for place, each in enumerate(last) if place < min(found))]
        wrong = [place for place in doubtful if before is None or not _adds_up(last[place].cells, rows, table.looks)]
        found = {place: each for place, each in found.items() if place > max(wrong, default=-1)}
    return {place: kind for place, (kind, _sure) in found.items()}


def opens(first: Record, table: Usual) -> bool:
    """Whether the first row of a table is a summary: the balance of the time before."""
    kind, sure = _judged(first, table)
    return sure and kind == SUMMARY


def _judged(row: Record, table: Usual) -> tuple[str | None, bool]:
    """(the kind of repair that a row is, whether that is sure: else its numbers must add up)."""
    width, cells = len(table.looks), row.cells
    if row.stray_quote or width < 2:
        return None, False
    looks = [look(cell) for cell in cells[:width]]
    odd = [place for place, own in enumerate(looks) if own == "text" and table.looks[place] in ("number", "moment")]
    gaps = sum(full and (place >= len(looks) or looks[place] == "empty") for place, full in enumerate(table.full))
    many = gaps > 0 and 2 * gaps >= sum(table.full) - 1
    words = [cell for cell in cells if _BEGINS.match(cell) and cell.casefold() not in table.names]
    if any(_is_whole(cell) for cell in words):
        sure = bool(gaps) or any(_is_whole(cells[place]) for place in odd)
        return SUMMARY, sure
    if words and (many or (gaps and odd)):
        return SUMMARY, True
    return (NOTE, True) if odd and many and len(cells) >= width else (None, False)


def _is_whole(cell: str) -> bool:
    """Whether a cell is nothing but such a word, and perhaps a day, a number or marks."""
    found = _BEGINS.match(cell)
    return found is not None and not any(map(str.isalpha, cell[found.end() :]))


def _adds_up(cells: Sequence[str], rows: Sequence[Sequence[str]], looks: Sequence[Look]) -> bool:
    """Whether at least half of the numbers of a row are sums or means of those above them."""
    numeric = [place for place, kind in enumerate(looks) if kind == "number" and place < len(cells)]
    fitting = [_is_of(cells[place], [row[place] for row in rows if place < len(row)]) for place in numeric]
    known = [each for each in fitting if each is not None]
    return bool(known) and 2 * sum(known) >= len(known)


def _is_of(cell: str, column: Sequence[str]) -> bool | None:
    """Whether a number is the sum or the mean of a column; None where there is none."""
    answer: bool | None = None
    for style in STYLES:
        own = number(cell, style)
        others = [value for each in column if (value := number(each, style)) is not None]
        if own is None or len(others) < LEAST_ROWS:
            continue
        total, digits = sum(others), len(re.split(r"[.,]", cell)[-1]) if re.search("[.,]", cell) else 0
        rounding = 0.51 * 10.0**-digits
        answer = isclose(own, total, rel_tol=1e-9, abs_tol=rounding) or (
            total != 0 and isclose(own, total / len(others), rel_tol=1e-9, abs_tol=rounding)
        )
        if answer:
            return True
    return answer
