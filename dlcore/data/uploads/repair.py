"""From the records of a file to rows of equal length: notes below the table left out, short and long rows fitted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from dlcore.data.uploads.description import DELIMITERS
from dlcore.data.uploads.kinds import look
from dlcore.data.uploads.ragged import laid
from dlcore.data.uploads.records import Dialect, Record, records, spaced
from dlcore.data.uploads.table_layout import Layout
from dlcore.data.uploads.tally import Tally


def fitted_rows(
    every: Iterable[Record], layout: Layout, dialect: Dialect, tally: Tally
) -> Iterator[tuple[int, list[str]]]:
    """(its number in the file, a cell for each column) of every row; whatever is mended is counted.

    every: all records of the file, from its first.
    """
    stream = iter(every)
    below = islice(stream, layout.skip + layout.header, layout.end)
    waiting: list[Record] = []  # what may be notes below the table, unless another row follows
    for each in below:
        if each.blank or _is_note(each, layout):
            waiting.append(each)
            continue
        yield from _released(waiting, layout, dialect, tally)
        waiting = []
        if layout.header and each.cells == layout.names:
            tally.add("header-again", each.line)
            continue
        yield each.line, _fitted(each, layout, dialect, tally)
    for held in waiting:
        if not held.blank:
            tally.add("text-after", held.line)
    if layout.end is not None:
        _count_second(stream, tally)


def _released(waiting: list[Record], layout: Layout, dialect: Dialect, tally: Tally) -> Iterator[tuple[int, list[str]]]:
    """Rows that might have been notes, and are none, for others follow."""
    for held in waiting:
        if not held.blank:
            yield held.line, _fitted(held, layout, dialect, tally)
        elif held.cells or layout.width > 1:
            tally.add("blank-lines", held.line)


def _count_second(stream: Iterator[Record], tally: Tally) -> None:
    below = [each.line for each in stream if not each.blank]
    if below:
        tally.add("second-table", below[0], len(below))


def _is_note(each: Record, layout: Layout) -> bool:
    """Whether a row may be a note: one text alone, where the table has several columns."""
    cells = [cell for cell in each.cells if cell]
    if layout.width < 2 or len(cells) != 1:
        return False
    return len(each.cells) == 1 or (layout.width > 2 and bool(each.cells[0]) and " " in cells[0])


def _fitted(each: Record, layout: Layout, dialect: Dialect, tally: Tally) -> list[str]:
    """A cell for each column."""
    if each.stray_quote:
        tally.add("quotes-stray", each.line)
        each = replace(each, cells=_without_quotes(each.cells, layout, dialect.quote))
    if len(each.cells) == layout.width:
        return each.cells
    cells = each.cells
    if layout.trailing and len(cells) == layout.width + 1 and not cells[-1]:
        return cells[:-1]
    if len(cells) < layout.width and (other := _otherwise(each, layout, dialect)) is not None:
        tally.add("rows-other-delimiter", each.line)
        return other
    row, lost = laid(cells, layout.looks, dialect.delimiter, spaced(each, dialect))
    if len(cells) < layout.width:
        tally.add("rows-short", each.line)
    elif lost:
        tally.add("rows-long", each.line)
    else:
        tally.add("rows-joined", each.line)
    return row


def _otherwise(each: Record, layout: Layout, dialect: Dialect) -> list[str] | None:
    """A short row divided by another mark into as many cells as the table has columns; None where none does it."""
    text = dialect.delimiter.join(each.cells)
    for mark in DELIMITERS:
        if mark == dialect.delimiter or (mark.isspace() and mark != "\t" and layout.width < 3) or mark not in text:
            continue
        cells = next(records([text], replace(dialect, delimiter=mark)), Record(0, [])).cells
        if len(cells) == layout.width:
            return cells
    return None


def _without_quotes(cells: list[str], layout: Layout, quote: str) -> list[str]:
    """Cells of numbers and days without a quotation mark that strayed into them."""
    if len(cells) != layout.width:
        return cells
    return [
        bare
        if kind in ("number", "moment") and quote in cell and look(bare := cell.replace(quote, "")) == kind
        else cell
        for cell, kind in zip(cells, layout.looks, strict=True)
    ]
