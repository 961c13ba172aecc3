"""What is mended while rows go by: counted by kind, with the first places, and said in a sentence each."""

from __future__ import annotations

from collections import Counter

from dlcore.data.uploads.description import MOST_PLACES, Repair
from dlcore.i18n import N_, Text

SENTENCES = {
    "letters-broken": N_(
        "Letters that are no UTF-8 and stand as �: {count}. Choose the encoding if it is another one."
    ),
    "header-two": N_("Two rows name the columns; each name was put together of both."),
    "title": N_("Left out as a title above the names of the columns: {count} (row {places})."),
    "comments": N_("Left out as notes, for they begin with a comment mark: {count} (row {places})."),
    "blank-lines": N_("Left out because nothing stands in them: {count} (row {places})."),
    "rows-short": N_(
        "Rows with fewer cells than there are columns; what they lack is missing: {count} (row {places})."
    ),
    "rows-long": N_(
        "Rows with more cells than there are columns; what found no place was cut off: {count} (row {places})."
    ),
    "rows-joined": N_("Rows with more cells than there are columns, fitted to them: {count} (row {places})."),
    "rows-other-delimiter": N_("Rows divided by another mark than the rest, and read by it: {count} (row {places})."),
    "quotes-stray": N_("Quotation marks that open or close nothing, left out: {count} (row {places})."),
    "header-again": N_("Left out because they repeat the names of the columns: {count} (row {places})."),
    "text-after": N_("Left out as notes below the table: {count} (row {places})."),
    "summary-rows": N_(
        "Left out as a balance, a sum or a mean of the rows, for it is none of them: {count} (row {places})."
    ),
    "rows-dropped": N_(
        "Left out, for they have fewer or more cells than there are columns, as was asked: {count} (row {places})."
    ),
    "rows-about": N_(
        "Left out as notes on the columns, between their names and the first row: {count} (row {places})."
    ),
    "second-table": N_(
        "Of several tables in the file one was read; others begin at row {places} and were left out, {count} rows. "
        "Another one can be chosen."
    ),
    "columns-empty": N_("Columns without a name and without a value, left out: {count}."),
    "index": N_("The column {places} has no name and numbers the rows: it is no input, unless it is chosen."),
    "sheets": N_("Of several sheets, {sheet} was read; another one can be chosen. Left aside: {places}."),
    "dates-impossible": N_(
        "Column {column}: cells that are no day of the calendar count as missing: {count} (row {places})."
    ),
    "dates-ambiguous": N_(
        "Column {column}: day and month cannot be told apart; it was read as {form}. Say so if it is otherwise."
    ),
    "numbers-ambiguous": N_(
        "Column {column}: «{cell}» was read as {value}. If the mark in it means the other, say which one is decimal."
    ),
    "numbers-beyond": N_(
        "Column {column}: numbers larger than can be computed with count as missing: {count} (row {places})."
    ),
    "numbers-flagged": N_("Column {column}: notes behind numbers, left out: {count} (row {places})."),
    "sentinels": N_(
        "Column {column}: {cell} stands in {count} cells (row {places}), far from all other numbers. It was kept as a "
        "number; if it says that there is no value, count it as missing."
    ),
    "cells-unfit": N_("Column {column}: cells that are not what it holds count as missing: {count} (row {places})."),
    "names-joined": N_("Column {column}: spellings of one truth value were taken together: {places}."),
    "columns-nothing": N_("Columns in which nothing stands: {places}."),
    "columns-text": N_("Neither numbers, dates nor categories, so that only a network for text reads them: {places}."),
}

# What says otherwise, of each kind: fields of Reading, or of the ColumnReading of its column.
OTHERWISE: dict[str, tuple[str, ...]] = {
    "letters-broken": ("encoding",),
    "header-two": ("header",),
    "title": ("skip",),
    "comments": ("comment",),
    "blank-lines": ("as_written",),
    "rows-short": ("ragged",),
    "rows-long": ("ragged",),
    "rows-joined": ("ragged",),
    "rows-other-delimiter": ("ragged",),
    "quotes-stray": ("quote",),
    "header-again": ("as_written",),
    "text-after": ("as_written",),
    "summary-rows": ("as_written",),
    "rows-dropped": ("ragged",),
    "rows-about": ("as_written",),
    "second-table": ("table",),
    "columns-empty": ("as_written",),
    "index": ("index",),
    "sheets": ("sheet",),
    "dates-impossible": ("kind", "day"),
    "dates-ambiguous": ("day",),
    "numbers-ambiguous": ("decimal", "thousands"),
    "numbers-beyond": ("kind",),
    "numbers-flagged": ("kind",),
    "sentinels": ("missing",),
    "cells-unfit": ("kind", "missing"),
    "names-joined": ("as_written",),
    "columns-nothing": ("present",),
    "columns-text": ("kind",),
}


class Tally:
    """Counts while rows go by."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._places: dict[str, list[str]] = {}

    def add(self, kind: str, place: int | str, count: int = 1) -> None:
        """One more of a kind, and where."""
        self.counts[kind] += count
        places = self._places.setdefault(kind, [])
        if len(places) < MOST_PLACES:
            places.append(f"{place:,}" if isinstance(place, int) else place)

    def repairs(self) -> list[Repair]:
        """What was counted, in the order of SENTENCES."""
        order = list(SENTENCES)
        found = sorted(self.counts, key=lambda key: order.index(key.partition(":")[0]))
        return [self._repair(key) for key in found if self.counts[key]]

    def _repair(self, key: str) -> Repair:
        """`key` is a kind, or a kind and the column that it is about: «dates-impossible:day»."""
        kind, _, column = key.partition(":")
        return repair(kind, self.counts[key], self._places[key], **({"column": column} if column else {}))


def repair(kind: str, count: int, places: list[str], **values: str) -> Repair:
    """One repair with its sentence."""
    named = ", ".join(places) + (" …" if count > len(places) and len(places) == MOST_PLACES else "")
    sentence = Text(SENTENCES[kind], **values, count=f"{count:,}", places=named)
    return Repair(kind, count, sentence, tuple(places))
