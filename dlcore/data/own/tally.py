"""What is mended while rows go by: counted by kind, with the first places, and said in a sentence each."""

from __future__ import annotations

from collections import Counter

from dlcore.data.own.description import MOST_PLACES, Repair
from dlcore.i18n import N_, Text

SENTENCES = {
    "letters-broken": N_("{count} letters are no UTF-8 and stand as �: choose the encoding if that is another one."),
    "header-two": N_("Two rows name the columns; each name was put together of both."),
    "title": N_("{count} rows above the names of the columns were left out as a title (row {places})."),
    "comments": N_("{count} lines that begin with a comment mark were left out (row {places})."),
    "blank-lines": N_("{count} rows in which nothing stands were left out (row {places})."),
    "rows-short": N_("{count} rows have fewer cells than there are columns; what is lacking is missing (row {places})."),
    "rows-long": N_("{count} rows have more cells than there are columns; what found no place was cut off (row {places})."),
    "rows-joined": N_("{count} rows have more cells than there are columns; they were fitted to them (row {places})."),
    "rows-other-delimiter": N_("{count} rows are divided by another mark than the rest, and were read by it (row {places})."),
    "quotes-stray": N_("{count} rows have a quotation mark that opens or closes nothing; it was left out (row {places})."),
    "header-again": N_("{count} rows repeat the names of the columns and were left out (row {places})."),
    "text-after": N_("{count} rows below the table were left out: they are notes, not data (row {places})."),
    "second-table": N_("A second table of {count} rows, from row {places} on, was left out; save it as a file of its own."),
    "columns-empty": N_("{count} columns without a name and without a value were left out."),
    "index": N_("The column {places} has no name and numbers the rows: it is no input, unless it is chosen."),
    "sheets": N_("Of several sheets, {sheet} was read; another one can be chosen. Left aside: {places}."),
    "dates-impossible": N_("Column {column}: {count} cells are no day of the calendar, and count as missing (row {places})."),
    "dates-ambiguous": N_("Column {column}: day and month cannot be told apart; it was read as {form}. Say so if it is otherwise."),
    "numbers-ambiguous": N_(
        "Column {column}: «{cell}» was read as {value}; if the mark in it means the other thing, say which mark is decimal."
    ),
    "numbers-beyond": N_("Column {column}: {count} numbers are larger than can be computed with, and count as missing (row {places})."),
    "names-joined": N_("Column {column}: spellings of one truth value were taken together: {places}."),
    "columns-text": N_(
        "Neither numbers, dates nor categories, so that only a network for text can read them: {places}."
    ),
}  # fmt: skip


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
