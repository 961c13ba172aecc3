"""How a text file of rows is written, found by looking at its beginning once; then its rows, whatever is in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dlcore.data.uploads.description import (
    DECIMALS,
    DELIMITERS,
    ENCODINGS,
    QUOTES,
    RAGGED,
    THOUSANDS,
    UNMENDED,
    Reading,
)
from dlcore.data.uploads.dialect import find_dialect
from dlcore.data.uploads.encoding import codec, decodes, find_encoding
from dlcore.data.uploads.headings import check_width, names_of
from dlcore.data.uploads.limits import MAX_RECORD_BYTES
from dlcore.data.uploads.records import Dialect, Record, filled, records
from dlcore.data.uploads.repair import fitted_rows
from dlcore.data.uploads.source_file import AskedRows, UploadedFile
from dlcore.data.uploads.table_layout import Layout, comment_of, find_layout, find_table
from dlcore.data.uploads.tally import Tally
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

LOOK_CHARACTERS = 1 << 20  # at the beginning of a file, to find how it is written
LOOK_LINES = 1_000  # of a file that is longer than that; a shorter one is looked at whole
SEPARATOR = re.compile(r'("?)sep=([^\r\n"]?)\1\s*', re.IGNORECASE)  # Excel's own line: what divides the cells
TWO_BYTES = ("gbk", "big5", "shift_jis", "euc_kr")  # encodings in which most letters take two


@dataclass(frozen=True)
class Plan:
    """How one text file is read."""

    file: UploadedFile
    encoding: str
    broken: int  # letters that are no UTF-8
    dialect: Dialect
    layout: Layout
    separated: bool  # its first line says what divides the cells
    shown: Sequence[str]  # the lines at its beginning, comments left empty
    beginning: Sequence[Record]  # what they hold

    def lines(self) -> Iterator[str]:
        """Its lines; notes to the reader are empty ones, so that the others keep their numbers."""
        for number, line in enumerate(lines_of(self.file, self.encoding), start=1):
            apart = number == 1 and self.separated
            yield "" if apart or self.is_comment(line) else line

    def is_comment(self, line: str) -> bool:
        """Whether a line is a note to the reader."""
        return bool(self.layout.comment) and line.lstrip().startswith(self.layout.comment)


def rows(found: Plan, tally: Tally) -> Iterator[tuple[int, list[str]]]:
    """(number of the line, a cell for each column) of every row; what is mended is counted."""
    every = records(found.lines(), found.dialect, found.layout.width)
    return fitted_rows(every, found.layout, found.dialect, tally, found.file.reading)


def names(found: Plan) -> list[str]:
    """The names of its columns, which can be told apart."""
    return names_of(found.layout.names, found.file.name)


def plan(file: UploadedFile) -> Plan:
    """Find how a file is written, but for what is told. Raises UploadError for what cannot be meant."""
    told = file.reading
    encoding, broken = (told.encoding, 0) if told.encoding else find_encoding(file.path)
    check_told(told)
    if told.encoding is not None and not decodes(file.path, encoding):
        raise UploadError(Text(N_("{file} is not written in {encoding}."), file=file.name, encoding=encoding))
    shown = _beginning(file, encoding)
    separator = SEPARATOR.fullmatch(shown[0]) if shown else None
    if separator is not None:
        mark = separator[2]
        told = replace(told, delimiter=told.delimiter or (mark if mark in DELIMITERS and mark else None))
        shown = ["", *shown[1:]]
    comment = told.comment if told.comment is not None else comment_of(shown)
    plain = ["" if comment and line.lstrip().startswith(comment) else line for line in shown]
    tabs = file.name.lower().endswith((".tsv", ".tab")) and any("\t" in line for line in plain)
    dialect = find_dialect(plain, told.delimiter or ("\t" if tabs else None), told.quote)
    layout, beginning = _laid_out(plain, dialect, told, file)
    layout.comment = comment
    if comment and not layout.header and told.header is None:
        _name_by_comment(shown, plain, dialect, layout)
    check_width(layout.width, file.name)
    if not layout.width:
        raise UploadError(Text(N_("{file} holds no rows."), file=file.name))
    return Plan(file, encoding, broken, dialect, layout, separator is not None, plain, beginning)


def _laid_out(lines: Sequence[str], dialect: Dialect, told: Reading, file: UploadedFile) -> tuple[Layout, list[Record]]:
    """(the layout, the records): where quotation marks leave a doubt, how wide the table is decides it."""
    found = list(records(lines, dialect))
    layout = find_table(found, told.header, told.skip, told.as_written, told.table)
    if layout is not None and dialect.quote and any(dialect.quote in line for line in lines):
        found = list(records(lines, dialect, layout.width))
        layout = find_table(found, told.header, told.skip, told.as_written, told.table)
    if layout is None:
        raise no_such_table(file)
    return layout, found


def no_such_table(file: UploadedFile) -> UploadError:
    """There are fewer tables in a file than the number that was told."""
    return UploadError(
        Text(N_("{file} holds no table number {number} that could be read."), file=file.name, number=file.reading.table)
    )


def check_told(told: Reading) -> None:
    """Raises UploadError for what nobody can read by."""
    for name, received, allowed in (
        ("delimiter", told.delimiter, (*DELIMITERS, "")),
        ("decimal", told.decimal, DECIMALS),
        ("thousands", told.thousands, THOUSANDS),
        ("quote", told.quote, QUOTES),
        ("encoding", told.encoding or None, ENCODINGS),
        ("header", told.header, (0, 1, 2)),
        ("ragged", told.ragged, RAGGED),
        *(("as_written", each, UNMENDED) for each in told.as_written),
    ):
        if received is not None and received not in allowed:
            raise UploadError(
                Text(
                    N_("{field}: {received} is not allowed. Allowed: {allowed}."),
                    field=name,
                    received=repr(received),
                    allowed=", ".join(map(repr, allowed)),
                )
            )


def lines_of(file: UploadedFile, encoding: str) -> Iterator[str]:
    """Line after line. Raises UploadError for one that is longer than any row may be."""
    with file.path.open(encoding=codec(encoding), errors="replace", newline=None) as stream:
        while line := stream.readline(MAX_RECORD_BYTES + 1):
            if len(line) > MAX_RECORD_BYTES:
                raise too_long(file)
            yield line


def _beginning(file: UploadedFile, encoding: str) -> list[str]:
    """The first whole lines. Raises UploadError where not even one ends, or the file is no text."""
    shown: list[str] = []
    characters = 0
    with file.path.open(encoding=codec(encoding), errors="replace", newline=None) as stream:
        while characters < LOOK_CHARACTERS and (line := stream.readline(LOOK_CHARACTERS + 1)):
            characters += len(line)
            shown.append(line)
        more = bool(stream.read(1))
    if any("\0" in line for line in shown):
        raise _no_text(file)
    if more and not shown[-1].endswith("\n"):
        shown.pop()
        if not shown:
            raise UploadError(
                Text(
                    N_("{file}: its first row is longer than {limit} bytes."),
                    file=file.name,
                    limit=f"{LOOK_CHARACTERS:,}",
                )
            )
    if more:
        shown = shown[:LOOK_LINES]
    heading = next((line for line in shown if line.strip()), "")
    check_width(max(map(heading.count, ",;\t|")) + 1, file.name)
    return [line.rstrip("\n") for line in shown]


def _name_by_comment(shown: Sequence[str], plain: Sequence[str], dialect: Dialect, layout: Layout) -> None:
    """The last note above a table without names may hold them: «# a, b, c»."""
    for place in range(min(layout.skip, len(shown)) - 1, -1, -1):
        line = shown[place].lstrip()
        if not line.startswith(layout.comment):
            continue
        bare = line[len(layout.comment) :].strip()
        cells = next(iter(records([bare], dialect)), Record(0, [])).cells
        if len(cells) != layout.width or filled(cells) < len(cells):
            return
        found = find_layout(list(records([*plain[:place], bare, *plain[place + 1 :]], dialect, layout.width)))
        if found.header:
            layout.names, layout.named_in_comment = found.names, True
        return


def too_long(file: UploadedFile) -> UploadError:
    """A row is longer than any may be."""
    return UploadError(
        Text(N_("{file}: a row is longer than {limit} bytes."), file=file.name, limit=f"{MAX_RECORD_BYTES:,}")
    )


# A file that is asked about


def rows_of(file: UploadedFile, wanted: Sequence[str]) -> AskedRows:
    """The rows of a file that is asked about; see `asked.rows_of`."""
    stored, encoding = file.reading, _encoding_now(file)
    found = _as_stored(replace(file, reading=replace(stored, encoding=encoding)), wanted) if stored.header else None
    if found is None:
        told = replace(
            stored, encoding=encoding, delimiter=_still_divides(file, encoding, stored.delimiter), quote=None,
            comment=None, table=None, skip=None if stored.header or stored.skip else 0,
        )  # fmt: skip
        found = plan(replace(file, reading=told))
    tally = Tally()
    if found.broken:
        tally.add("letters-broken", "", found.broken)
    return AskedRows(names(found), rows(found, tally), tally)


def texts_of(file: UploadedFile) -> Iterator[str]:
    """The lines of a file of texts, without those in which nothing stands. Raises UploadError for no text."""
    for line in lines_of(file, _encoding_now(file)):
        if "\0" in line:
            raise _no_text(file)
        if line.strip():
            yield line.rstrip("\n")


def _no_text(file: UploadedFile) -> UploadError:
    return UploadError(Text(N_("{file} holds zero bytes: it is not a text file."), file=file.name))


def _as_stored(file: UploadedFile, wanted: Sequence[str]) -> Plan | None:
    """The file read exactly as the training data were; None where that does not give the columns that are wanted."""
    try:
        found = plan(file)
        return found if wanted and set(wanted) <= set(names(found)) else None
    except UploadError:
        return None


def _encoding_now(file: UploadedFile) -> str:
    """The encoding of the training data where it can be this file's, too; else the one that is found."""
    stored = file.reading.encoding
    found, broken = find_encoding(file.path)
    if not stored or stored == found or not decodes(file.path, stored):
        return found
    if not found.startswith("utf") or broken:
        return stored
    # Bytes of two-byte encodings are now and then also UTF-8, but hardly ever of letters that take three bytes there.
    short = found == "utf-8" and not any(each >= "\u0800" for line in _beginning(file, found) for each in line)
    return stored if short and stored in TWO_BYTES else found


def _still_divides(file: UploadedFile, encoding: str, delimiter: str | None) -> str | None:
    """The delimiter of the training data, where it divides this file, too."""
    shown = [line for line in _beginning(file, encoding) if line.strip()]
    if not delimiter or delimiter.isspace() or delimiter.startswith("\\s"):
        return None
    return delimiter if sum(delimiter in line for line in shown) > 0.8 * len(shown) else None
