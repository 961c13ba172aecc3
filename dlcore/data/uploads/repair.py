"""From the records of a file to rows of equal length: notes below the table left out, short and long rows fitted."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from dlcore.data.uploads.description import AS_FOUND, DELIMITERS, Reading
from dlcore.data.uploads.kinds import look
from dlcore.data.uploads.ragged import laid
from dlcore.data.uploads.records import Dialect, Record, records, spaced
from dlcore.data.uploads.summary_rows import LEAST_ROWS, MOST, MOST_CELLS, SUMMARY, is_note, opens, summaries
from dlcore.data.uploads.table_layout import Layout
from dlcore.data.uploads.tally import Tally


def fitted_rows(
    every: Iterable[Record], layout: Layout, dialect: Dialect, tally: Tally, told: Reading = AS_FOUND
) -> Iterator[tuple[int, list[str]]]:
    """(its number in the file, a cell for each column) of every row; whatever is mended is counted.

    every: all records of the file, from its first. told: what shall not be mended, and how rows of another length are.
    """
    stream = iter(every)
    rows = _Rows(layout, dialect, tally, told)
    waiting: list[Record] = []  # what may be notes below the table, unless another row follows
    aside = _Aside(layout, told)
    for each, kind in aside.marked(islice(stream, layout.first_row, layout.end)):
        if kind is not None:
            tally.add(kind, each.line)
            continue
        if each.blank or is_note(each, layout.width):
            waiting.append(each)
            continue
        yield from rows.released(waiting)
        waiting = []
        if layout.header and each.cells == layout.names and "header-again" not in told.as_written:
            tally.add("header-again", each.line)
            continue
        yield from rows.fitted(each)
    notes = [held for held in waiting if not held.blank]
    if "text-after" in told.as_written:
        last = max((place for place, held in enumerate(waiting) if not held.blank), default=-1)
        yield from rows.released(waiting[: last + 1])
    else:
        for held in notes:
            tally.add("text-after", held.line)
    _count_below(stream, layout, tally)


class _Aside:
    """Finds the rows at the beginning and the end of a table that sum it up, while its records go by."""

    def __init__(self, layout: Layout, told: Reading) -> None:
        self.layout, self.told = layout, told
        self._before: list[list[str]] | None = []  # the cells of the rows that went by, where they are not too many
        self._rows = 0

    def marked(self, every: Iterable[Record]) -> Iterator[tuple[Record, str | None]]:
        """Each record, with the kind of repair where it is left out."""
        held: deque[Record] = deque()
        for each in every:
            held.append(each)
            if len(held) > MOST:
                yield self._passed(held.popleft())
        found = summaries(held, self._before, self.layout.usual)
        more = sum(not each.blank for place, each in enumerate(held) if place not in found)
        if self._rows + more < LEAST_ROWS:
            found = {}
        for place, each in enumerate(held):
            kind = found.get(place)
            yield (each, kind) if kind is not None and kind not in self.told.as_written else self._passed(each)

    def _passed(self, each: Record) -> tuple[Record, str | None]:
        """A record that is none of those at the end; the first of all may be one of those at the beginning."""
        first = not self._rows and not each.blank
        self._rows += not each.blank
        if first and SUMMARY not in self.told.as_written and opens(each, self.layout.usual):
            return each, SUMMARY
        if self._before is not None:
            self._before.append(each.cells)
            if len(self._before) * self.layout.width > MOST_CELLS:
                self._before = None
        return each, None


def _count_below(stream: Iterator[Record], layout: Layout, tally: Tally) -> None:
    """The tables below, with what stands around them."""
    lines = [] if layout.end is None else [each.line for each in stream if not each.blank]
    for number, line in enumerate(layout.below or lines[:1]):
        tally.add("second-table", line, 0 if number else len(lines))


def count_above(beginning: Sequence[Record], layout: Layout, tally: Tally) -> None:
    """What stands above the rows of a table, and is none of them."""
    for line, count in layout.above:
        tally.add("second-table", line, count)
    if layout.header == 2:
        tally.add("header-two", "")
    for each in beginning[layout.start : layout.skip]:
        if not each.blank:
            tally.add("title", each.line)
    for each in beginning[layout.skip + layout.header : layout.first_row]:
        tally.add("rows-about", each.line)


class _Rows:
    """Rows as wide as the table."""

    def __init__(self, layout: Layout, dialect: Dialect, tally: Tally, told: Reading) -> None:
        self.layout, self.dialect, self.tally, self.told = layout, dialect, tally, told

    def released(self, waiting: Iterable[Record]) -> Iterator[tuple[int, list[str]]]:
        """Rows that might have been notes, and are none, for others follow."""
        for held in waiting:
            if not held.blank:
                yield from self.fitted(held)
            elif "blank-lines" in self.told.as_written:
                yield held.line, [""] * self.layout.width
            elif held.cells or self.layout.width > 1:
                self.tally.add("blank-lines", held.line)

    def fitted(self, each: Record) -> Iterator[tuple[int, list[str]]]:
        """A cell for each column; nothing where rows of another length shall be left out."""
        width = self.layout.width
        if each.stray_quote:
            self.tally.add("quotes-stray", each.line)
            each = replace(each, cells=_without_quotes(each.cells, self.layout, self.dialect.quote))
        cells = each.cells
        if self.layout.trailing and len(cells) == width + 1 and not cells[-1]:
            cells = cells[:-1]
        if len(cells) == width:
            yield each.line, cells
        elif self.told.ragged == "drop":
            self.tally.add("rows-dropped", each.line)
        else:
            kind, row = self._at_the_end(cells) if self.told.ragged == "end" else self._laid(each)
            self.tally.add(kind, each.line)
            yield each.line, row

    def _at_the_end(self, cells: list[str]) -> tuple[str, list[str]]:
        """As it is written: filled up, or cut off, at its end."""
        width = self.layout.width
        lost = any(cells[width:])
        return ("rows-short" if len(cells) < width else "rows-long" if lost else "rows-joined",
                [*cells[:width], *[""] * (width - len(cells))])  # fmt: skip

    def _laid(self, each: Record) -> tuple[str, list[str]]:
        """Laid on the columns, so that numbers stand under numbers."""
        short = len(each.cells) < self.layout.width
        if short and (other := _otherwise(each, self.layout, self.dialect)) is not None:
            return "rows-other-delimiter", other
        row, lost = laid(each.cells, self.layout.looks, self.dialect.delimiter, spaced(each, self.dialect))
        return "rows-short" if short else "rows-long" if lost else "rows-joined", row


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
