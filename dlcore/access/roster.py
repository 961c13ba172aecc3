"""The roster of a class as CSV: names, and words for those who have none of their own yet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from dlcore.access.words import clean_name, clean_word, new_word
from dlcore.errors import ClassError
from dlcore.i18n import N_, Text

MAX_BYTES, MAX_LINES = 1_000_000, 1_000
NAME, WORD = "name", "word"


@dataclass(frozen=True)
class Entry:
    """A student who is to be in a class."""

    called: str
    word: str


def read_roster(raw: bytes, there: Collection[str]) -> list[Entry]:
    """The students of a CSV file with the columns `name` and, where wanted, `word`; else each gets a new word.

    there: who is in the class already. Raises ClassError that names every line that is wrong.
    """
    rows, problems, entries = list(_rows(raw)), [], []
    called = {_folded(each): 0 for each in there}
    for number, row in rows:
        try:
            entry = Entry(clean_name(row.get(NAME) or ""), clean_word(row[WORD]) if row.get(WORD) else new_word())
            before = called.setdefault(_folded(entry.called), number)
            if before != number:
                raise ClassError(_again(entry.called, before))
        except ClassError as error:
            problems.append(str(Text(N_("Line {line}: {problem}"), line=number, problem=error.text)))
        else:
            entries.append(entry)
    if problems:
        raise ClassError(Text(N_("Nothing was imported. {problems}"), problems=" ".join(problems)))
    return entries


def _again(called: str, before: int) -> Text:
    if not before:
        return Text(N_("{name} is in the class already."), name=called)
    return Text(N_("{name} stands in line {line} already."), name=called, line=before)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _rows(raw: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(number of the line, its cells by their columns) of each line that is not empty."""
    lines = _text(raw).splitlines()
    if len(lines) > MAX_LINES + 1:
        raise ClassError(Text(N_("A roster has at most {most} lines, not {count}."), most=MAX_LINES,
                              count=len(lines) - 1))  # fmt: skip
    first = lines[0] if lines else ""
    separator = max(",;\t", key=first.count)
    columns = [each.strip().lower() for each in next(csv.reader([first], delimiter=separator), [])]
    if NAME not in columns or set(columns) - {NAME, WORD}:
        raise ClassError(Text(N_("The first line of a roster names its columns: name, or name and word. It is {line}."),
                              line=repr(first[:80])))  # fmt: skip
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            cells = next(csv.reader([line], delimiter=separator))
            yield number, dict(zip(columns, (*cells, ""), strict=False))


def _text(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise ClassError(Text(N_("A roster has at most {most} bytes, not {count}."), most=f"{MAX_BYTES:,}",
                              count=f"{len(raw):,}"))  # fmt: skip
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ClassError(Text(N_("A roster must be a text file in UTF-8."))) from None


def write_roster(names: Iterable[tuple[str, str]], heading: str = WORD) -> bytes:
    """(name, word or another cell) of each student as CSV; no spreadsheet computes what stands in it."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([NAME, heading])
    writer.writerows([[_cell(name), _cell(other)] for name, other in names])
    return written.getvalue().encode("utf-8-sig")


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
