"""Lines of text as rows of cells, whatever their quotation marks do: a stray one never swallows the rows below it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

RUN, WIDE = r"\s+", r"\s{2,}"  # delimiters: any white space; two spaces or more, or a tab
SPACES = " \u00a0\u3000\u202f"  # that may stand around a quotation mark
MOST_LINES = 200  # that one quoted cell may go over
MOST_CHARACTERS = 200_000  # that it may have


@dataclass(frozen=True)
class Dialect:
    """How cells are divided. delimiter: one character, RUN or WIDE, or "" for one column."""

    delimiter: str = ","
    quote: str = '"'  # "" where quotation marks mean nothing
    escape: str = ""  # what stands before a quotation mark inside a quoted cell, where it is not written twice

    @property
    def runs(self) -> bool:
        """Whether a run of white space divides."""
        return self.delimiter.startswith("\\s")


@dataclass
class Record:
    """A row as it stands in the file. `line` is the first of its lines, as editors count."""

    line: int
    cells: list[str]
    stray_quote: bool = False  # a quotation mark in it opens or closes nothing
    raw: str = ""  # its line, where it has one

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return not any(self.cells)


def records(lines: Iterable[str], dialect: Dialect, width: int | None = None) -> Iterator[Record]:
    """Every line, or the lines of a quoted cell together, as a record. Blank lines are records without cells.

    width: how many cells a row of the table has, where that is known; it decides between two ways to read a line.
    """
    split = _splitter(dialect)
    numbered = _Ahead(lines)
    for number, line in numbered:
        if not line or line.isspace():
            yield Record(number, [])
        elif not dialect.quote or dialect.quote not in line:
            yield Record(number, split.plain(line), raw=line)
        else:
            yield _quoted(number, line, numbered, split, width)


class _Ahead(Iterator[tuple[int, str]]):
    """Numbered lines; some can be looked at before they are taken."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._waiting: list[str] = []
        self._number = 0

    def __next__(self) -> tuple[int, str]:
        line = self._waiting.pop(0) if self._waiting else next(self._lines)
        self._number += 1
        return self._number, line.rstrip("\r\n")

    def look(self, place: int) -> str | None:
        """The line that is `place` lines ahead; None behind the end."""
        while len(self._waiting) <= place:
            line = next(self._lines, None)
            if line is None:
                return None
            self._waiting.append(line.rstrip("\r\n"))
        return self._waiting[place]

    def take(self, count: int) -> None:
        """Go over so many lines that were looked at."""
        del self._waiting[:count]
        self._number += count


def _quoted(number: int, line: str, ahead: _Ahead, split: _Splitter, width: int | None) -> Record:
    cells, proper = split.strict(line)
    if proper:
        return Record(number, cells, raw=line)
    if split.is_open(line):
        joined = _joined(line, ahead, split, width)
        if joined is not None:
            return Record(number, joined)
    ways = (cells, split.lenient(line), split.bare(line))
    chosen = next((each for each in ways if len(each) == width), cells)
    return Record(number, chosen, stray_quote=True)


def _joined(line: str, ahead: _Ahead, split: _Splitter, width: int | None) -> list[str] | None:
    """The record that begins in this line and ends in a later one; None where its last cell never ends properly.

    It is not believed where it would take in lines that are whole rows by themselves.
    """
    text, rows = line, 0
    for place in range(MOST_LINES):
        following = ahead.look(place)
        if following is None or len(text) > MOST_CHARACTERS:
            return None
        text += "\n" + following
        if split.dialect.quote not in following:
            rows += width is not None and width > 1 and len(split.plain(following)) == width
            continue
        cells, proper = split.strict(text)
        if proper:
            believed = width is None or (abs(len(cells) - width) <= 1 and 2 * rows <= place)
            if not believed:
                return None
            ahead.take(place + 1)
            return cells
        if width is not None and width > 1 and len(split.strict(following)[0]) == width and split.strict(following)[1]:
            rows += 1
    return None


class _Splitter:
    """One line, or several joined, divided by the rules, nearly by the rules, or by delimiters alone."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        quote, mark = re.escape(dialect.quote), re.escape(dialect.delimiter)
        around, between, rest = rf"[{SPACES}\t]*", mark, rf"[^{mark}\n]*"
        if dialect.delimiter == "\t":
            around = rf"[{SPACES}]*"
        elif dialect.delimiter == RUN:
            around, between, rest = "", r"[ \t]+", r"[^ \t\n]*"
        elif dialect.delimiter == WIDE:
            around, between, rest = "", r"(?: {2,}| *\t[ \t]*)", r"(?:[^ \t\n]| (?! |\t|$))*"
        elif dialect.delimiter == " ":
            around = ""
        elif not dialect.delimiter:
            rest = r"[^\n]*"
        inside = rf"(?:[^{quote}]|{quote}{quote})*"
        if dialect.escape:
            inside = rf"(?:[^{quote}\\]|\\.|{quote}{quote})*"
            rest = rf"(?:[^{mark}\n\\]|\\.)*" if not dialect.runs and dialect.delimiter else rest
        end = rf"(?:{between}|$)" if dialect.delimiter else "$"
        if dialect.quote:
            self._strict = re.compile(rf"{around}{quote}({inside}){quote}{around}{end}|({rest}){end}", re.DOTALL)
            self._lenient = re.compile(rf"{around}{quote}(.*?){quote}{around}{end}|({rest}){end}")
        self._bare = re.compile(rf"()({rest}){end}")
        self._open = re.compile(rf"^\s*{quote}")

    def plain(self, line: str) -> list[str]:
        """A line without quotation marks."""
        mark = self.dialect.delimiter
        if mark == RUN:
            return line.split()
        if mark == WIDE or (self.dialect.escape and self.dialect.escape in line):
            return self._cells(self._bare, line)[0]
        return [each.strip() for each in line.split(mark)] if mark else [line.strip()]

    def strict(self, text: str) -> tuple[list[str], bool]:
        """The cells by the rules of CSV; whether every quotation mark follows them."""
        return self._cells(self._strict, text)

    def lenient(self, text: str) -> list[str]:
        """The same, where quotation marks inside a cell may stand alone."""
        return self._cells(self._lenient, text)[0]

    def bare(self, text: str) -> list[str]:
        """What stands between delimiters, quotation marks or not."""
        return self._cells(self._bare, text)[0]

    def spaced(self, text: str) -> frozenset[int]:
        """The places of cells without quotation marks that a space begins."""
        way = self._strict if self.dialect.quote else self._bare
        found = enumerate(each.group(2) for each in self._found(way, text))
        return frozenset(place for place, rest in found if rest and rest[0] == " " and rest.strip())

    def is_open(self, line: str) -> bool:
        """Whether a cell of this line begins with a quotation mark that no other ends."""
        place, proper = 0, True
        for found in self._found(self._strict, line):
            place, proper = found.start(), found.group(1) is not None
            if not proper and self._open.match(line[place:]):
                return True
        return False

    def _found(self, way: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
        text = text.strip(" \t") if self.dialect.runs else text
        place = 0
        while True:
            found = way.match(text, place)
            if found is None:  # a line break in a cell without quotation marks: what is left is one cell
                return
            yield found
            if found.end() >= len(text):
                if (found.end() > found.end(2) and found.group(2) is not None and self._ends_in_mark(found)) or (
                    found.group(1) is not None and self._ends_in_mark(found)
                ):
                    yield from (each for each in [way.match(text, len(text))] if each is not None)
                return
            place = found.end()

    def _ends_in_mark(self, found: re.Match[str]) -> bool:
        mark = self.dialect.delimiter
        return bool(mark) and not self.dialect.runs and found.group().endswith(mark) and found.end() > found.start()

    def _cells(self, way: re.Pattern[str], text: str) -> tuple[list[str], bool]:
        cells, proper, end = [], True, 0
        quote = self.dialect.quote
        for found in self._found(way, text):
            end = found.end()
            inner, rest = found.group(1), found.group(2)
            if rest is None:
                cells.append(self._unescaped(inner))
                continue
            bare = rest.strip()
            if self.dialect.escape:
                bare = re.sub(r"\\(.)", r"\1", bare)
            if quote and quote in bare:
                kept = _without_strays(bare, quote)
                proper = proper and not bare.startswith(quote) and kept == bare
                bare = kept
            cells.append(bare)
        stripped = text.strip(" \t") if self.dialect.runs else text
        if end < len(stripped):
            proper = False
            cells.append(stripped[end:].strip())
        return cells, proper

    def _unescaped(self, inner: str) -> str:
        quote, escape = self.dialect.quote, self.dialect.escape
        if escape:
            inner = re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL)
        return inner.replace(quote * 2, quote)


def spaced(each: Record, dialect: Dialect) -> frozenset[int]:
    """The places of cells that a space begins, as what follows a comma in a sentence does; none where all do."""
    if not each.raw or dialect.delimiter.isspace() or dialect.runs or not dialect.delimiter:
        return frozenset()
    found = _splitter(dialect).spaced(each.raw)
    return found if len(found) < len(each.cells) - 1 else frozenset()


@functools.lru_cache(maxsize=32)
def _splitter(dialect: Dialect) -> _Splitter:
    return _Splitter(dialect)


def _without_strays(cell: str, quote: str) -> str:
    """A cell without the quotation marks at its ends that do not belong to it; those inside stay."""
    begins, ends = cell.startswith(quote), cell.endswith(quote) and len(cell) > 1
    inner = cell[begins : len(cell) - ends]
    if begins and ends:
        return inner.replace(quote * 2, quote)
    return inner if quote not in inner else cell


def filled(cells: Sequence[str]) -> int:
    """How many cells hold something."""
    return sum(bool(each) for each in cells)
