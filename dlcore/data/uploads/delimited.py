"""CSV and its kin: how the file is written is found by looking, and every row that is there is read.

A file that is regular goes to arrow as it is. Whatever else there is (titles, notes, rows of another length, stray
quotation marks, space as a delimiter) is written out as a regular file first, and what was mended is counted.
"""

from __future__ import annotations

import csv
import itertools
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from dlcore.data.uploads.description import DECIMALS, DELIMITERS, ENCODINGS, QUOTES, THOUSANDS, Reading, Table
from dlcore.data.uploads.dialect import find_dialect
from dlcore.data.uploads.encoding import codec, decodes, find_encoding
from dlcore.data.uploads.limits import MAX_RECORD_BYTES
from dlcore.data.uploads.marks import find_marks
from dlcore.data.uploads.records import SPACES, Dialect, Record, filled, records
from dlcore.data.uploads.repair import fitted_rows
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.data.uploads.table import Cells, check_width, keep, names_of
from dlcore.data.uploads.table_layout import Layout, comment_of, find_layout
from dlcore.data.uploads.tally import Tally
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

LOOK_CHARACTERS = 1 << 20  # at the beginning of a file, to find how it is written
LOOK_LINES = 1_000  # of a file that is longer than that; a shorter one is looked at whole
SEPARATOR = "sep="  # Excel's own line that says what divides the cells
_SPACED = re.compile(rf'[,;|\t][{SPACES}]+"|"[{SPACES}]+(?:[,;|\t]|$)')  # arrow takes the space for a part of the cell


@dataclass(frozen=True)
class Plan:
    """How one text file is read."""

    file: UploadedFile
    encoding: str
    broken: int  # letters that are no UTF-8
    dialect: Dialect
    layout: Layout
    separated: bool  # its first line says what divides the cells
    tidy: bool  # nothing needs mending at its beginning

    def lines(self) -> Iterator[str]:
        """Its lines; notes to the reader are empty ones, so that the others keep their numbers."""
        for number, line in enumerate(_lines(self.file, self.encoding), start=1):
            apart = number == 1 and self.separated
            yield "" if apart or self.is_comment(line) else line

    def is_comment(self, line: str) -> bool:
        """Whether a line is a note to the reader."""
        return bool(self.layout.comment) and line.lstrip().startswith(self.layout.comment)


def read(files: Sequence[UploadedFile], made: Path) -> Table:
    """Read one text file of rows into a Parquet file. Raises UploadError where no table can be found in it."""
    file = files[0]
    found = plan(file)
    format = "tsv" if file.name.lower().endswith((".tsv", ".tab")) else "csv"
    if found.tidy and found.broken == 0:
        try:
            return _kept(found, made, format)
        except (pa.ArrowInvalid, _IrregularError):
            pass
    return _mended(found, found.lines(), made, format)


def rows_of(file: UploadedFile) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """(names of the columns, number and cells of each row) of a file that is asked about; see `formats.rows_of`."""
    stored = file.reading
    found, _ = find_encoding(file.path)
    same = stored.encoding and not found.startswith("utf") and decodes(file.path, stored.encoding)
    told = Reading(
        encoding=stored.encoding if same else found, header=stored.header, decimal=stored.decimal,
        delimiter=_still_divides(file, stored.encoding if same else found, stored.delimiter),
        skip=None if stored.header else 0,
    )  # fmt: skip
    asked = plan(replace(file, reading=told))
    return _names(asked), rows(asked, asked.lines(), Tally())


def _still_divides(file: UploadedFile, encoding: str | None, delimiter: str | None) -> str | None:
    """The delimiter of the training data, where it divides this file, too."""
    shown = [line for line in _beginning(file, encoding or "utf-8") if line.strip()]
    if not delimiter or delimiter.isspace() or delimiter.startswith("\\s"):
        return None
    return delimiter if sum(delimiter in line for line in shown) > 0.8 * len(shown) else None


def plan(file: UploadedFile) -> Plan:
    """Find how a file is written, but for what is told. Raises UploadError for what cannot be meant."""
    told = file.reading
    encoding, broken = (told.encoding, 0) if told.encoding else find_encoding(file.path)
    check_told(told)
    if told.encoding is not None and not decodes(file.path, encoding):
        raise UploadError(Text(N_("{file} is not written in {encoding}."), file=file.name, encoding=encoding))
    shown = _beginning(file, encoding)
    separated = bool(shown) and shown[0].lower().startswith(SEPARATOR) and len(shown[0].strip()) in (4, 5)
    if separated:
        mark = shown[0].rstrip("\r\n")[4:5]
        told = replace(told, delimiter=told.delimiter or (mark if mark in DELIMITERS and mark else None))
        shown = ["", *shown[1:]]
    comment = told.comment if told.comment is not None else comment_of(shown)
    plain = ["" if comment and line.lstrip().startswith(comment) else line for line in shown]
    tabs = file.name.lower().endswith((".tsv", ".tab")) and any("\t" in line for line in plain)
    dialect = find_dialect(plain, told.delimiter or ("\t" if tabs else None), told.quote)
    layout = _layout(plain, dialect, told)
    layout.comment = comment
    if comment and not layout.header and told.header is None:
        plain, layout = _named_in_comment(shown, plain, dialect, told, layout)
    check_width(layout.width, file.name)
    if not layout.width:
        raise UploadError(Text(N_("{file} holds no rows."), file=file.name))
    tidy = not comment and _is_tidy(plain, dialect, layout)
    return Plan(file, encoding, broken, dialect, layout, separated, tidy)


def check_told(told: Reading) -> None:
    """Raises UploadError for what nobody can read by."""
    for name, received, allowed in (
        ("delimiter", told.delimiter, (*DELIMITERS, "")),
        ("decimal", told.decimal, DECIMALS),
        ("thousands", told.thousands, THOUSANDS),
        ("quote", told.quote, QUOTES),
        ("encoding", told.encoding, ENCODINGS),
        ("header", told.header, (0, 1, 2)),
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


def _lines(file: UploadedFile, encoding: str) -> Iterator[str]:
    """Line after line. Raises UploadError for one that is longer than any row may be."""
    with file.path.open(encoding=codec(encoding), errors="replace", newline=None) as stream:
        while line := stream.readline(MAX_RECORD_BYTES + 1):
            if len(line) > MAX_RECORD_BYTES:
                raise _too_long(file)
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
        raise UploadError(Text(N_("{file} holds zero bytes: it is not a text file."), file=file.name))
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


def _layout(lines: Sequence[str], dialect: Dialect, told: Reading) -> Layout:
    """The layout, seen twice: how wide the table is decides how doubtful lines are divided."""
    first = find_layout(list(records(lines, dialect)), told.header, told.skip)
    return find_layout(list(records(lines, dialect, first.width)), told.header, told.skip)


def _named_in_comment(
    shown: Sequence[str], plain: list[str], dialect: Dialect, told: Reading, layout: Layout
) -> tuple[list[str], Layout]:
    """The last note above a table without names may hold them: «# a, b, c»."""
    for place in range(min(layout.skip, len(shown)) - 1, -1, -1):
        line = shown[place].lstrip()
        if not line.startswith(layout.comment):
            continue
        bare = line[len(layout.comment) :].strip()
        cells = next(iter(records([bare], dialect)), Record(0, [])).cells
        if len(cells) != layout.width or filled(cells) < len(cells):
            break
        found = find_layout(
            list(records([*plain[:place], bare, *plain[place + 1 :]], dialect, layout.width)), None, None
        )
        if not found.header:
            break
        layout.names, layout.named_in_comment = found.names, True
        break
    return plain, layout


def _is_tidy(lines: Sequence[str], dialect: Dialect, layout: Layout) -> bool:
    """Whether arrow reads these lines as they are."""
    if dialect.quote != '"' or dialect.escape or dialect.runs or layout.end is not None or layout.named_in_comment:
        return False
    if dialect.quote and any(_SPACED.search(line) for line in lines):
        return False
    found = list(records(lines, dialect, layout.width))
    body = found[layout.skip + layout.header :]
    names = layout.names if layout.header else None
    even = all(len(each.cells) == layout.width and not each.blank and not each.stray_quote and each.cells != names
               for each in body)  # fmt: skip
    single = len(found) == len(lines)
    return even and single and bool(body) and layout.width > 1


class _IrregularError(Exception):
    """Further down, the file is not as regular as at its beginning."""


def _direct(found: Plan, skipped: int, quoted: bool, lines: int) -> Iterator[pa.RecordBatch]:
    """The rows as text, block by block, as arrow reads them. Raises ArrowInvalid or _IrregularError."""
    rows = 0
    for batch in _batches(found.file.path, found.encoding, found.dialect.delimiter, _names(found), skipped, quoted):
        rows += len(batch)
        yield batch
    if lines != rows + skipped:
        raise _IrregularError  # a quotation mark took in rows, or rows are empty


def _quoted_and_lines(path: Path, mark: str) -> tuple[bool, int]:
    """(whether there is any quotation mark, how many lines there are)."""
    quote, quoted, lines = mark.encode(), False, 0
    with path.open("rb") as stream:
        end = b"\n"
        while block := stream.read(1 << 22):
            quoted = quoted or (bool(quote) and quote in block)
            lines += block.count(b"\n")
            if b"\r" in block and block.count(b"\r\n") + block.endswith(b"\r") < block.count(b"\r"):
                raise _IrregularError
            end = block[-1:]
    return quoted, lines + (end != b"\n")


def _batches(
    path: Path, encoding: str, delimiter: str, names: list[str], skipped: int, quoted: bool
) -> Iterator[pa.RecordBatch]:
    reading = arrow_csv.ReadOptions(
        use_threads=False,
        block_size=MAX_RECORD_BYTES,
        column_names=names,
        skip_rows=skipped,
        encoding={"utf-8": "utf8", "utf-8-sig": "utf8"}.get(encoding, codec(encoding)),
    )
    parsing = arrow_csv.ParseOptions(
        delimiter=delimiter, quote_char='"' if quoted else False, newlines_in_values=quoted,
        ignore_empty_lines=False,
    )  # fmt: skip
    kinds = dict.fromkeys(names, pa.string())
    converting = arrow_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False, check_utf8=True)
    try:
        yield from arrow_csv.open_csv(str(path), reading, parsing, converting)
    except UnicodeError as error:
        raise pa.ArrowInvalid(str(error)) from None


def _names(found: Plan) -> list[str]:
    return names_of(found.layout.names, found.file.name)


def _first_line(found: Plan) -> int:
    """The line of the first row below the names."""
    body = itertools.islice(_below(found, found.lines()), 1)
    return next((each.line for each in body), 1)


def _below(found: Plan, lines: Iterable[str]) -> Iterator[Record]:
    """The records below the names, down to where another table begins."""
    layout = found.layout
    every = records(lines, found.dialect, layout.width)
    return itertools.islice(every, layout.skip + layout.header, layout.end)


def _kept(found: Plan, made: Path, format: str) -> Table:
    """Hand a regular file to whoever finds what its columns hold. It is gone through more than once."""
    quoted, lines = _quoted_and_lines(found.file.path, found.dialect.quote)
    first, told = _first_line(found), found.file.reading

    def again() -> Iterator[pa.RecordBatch]:
        return _direct(found, first - 1, quoted, lines)

    names = _names(found)
    cells = Cells(found.file.name, names, again, _reading(found), found.layout.names, told, lambda row: first + row)
    return keep(cells, made, format, _told_above(found))


def _reading(found: Plan) -> Reading:
    """What was found so far; what each column is follows from its cells."""
    told, layout = found.file.reading, found.layout
    decimal, thousands = told.decimal, told.thousands
    if decimal is None:
        sample = itertools.islice(_below(found, found.lines()), 500)
        decimal = find_marks((cell for each in sample for cell in each.cells), found.dialect.delimiter)
    return Reading(
        delimiter=found.dialect.delimiter, encoding=found.encoding, decimal=decimal, header=layout.header,
        quote=found.dialect.quote, thousands=thousands, skip=layout.skip, comment=layout.comment, sheet="",
        index=told.index, missing=told.missing, columns=told.columns,
    )  # fmt: skip


def _mended(found: Plan, lines: Iterable[str], made: Path, format: str) -> Table:
    """Write the rows out as a regular file, and hand that on."""
    tally = _told_above(found)
    if found.broken:
        tally.add("letters-broken", "", found.broken)
    reading = _reading(found)
    return keep_rows(found.file, rows(found, lines, tally), found.layout.names, reading, made, format, tally)


def keep_rows(
    file: UploadedFile, given: Iterable[tuple[int, list[str]]], heading: Sequence[str], reading: Reading, made: Path,
    format: str, tally: Tally,
) -> Table:  # fmt: skip
    """Keep rows of equal length, each with its number in the file.

    Raises UploadError where there are none, or they cannot be read.
    """
    plain, numbers = made.with_suffix(".plain"), array("q")
    names = names_of(heading, file.name)
    try:
        with plain.open("w", encoding="utf-8", newline="", errors="replace") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_MINIMAL)
            for number, cells in given:
                numbers.append(number)
                writer.writerow(cells)
        if not numbers:
            raise UploadError(Text(N_("{file} holds no rows."), file=file.name))

        def again() -> Iterator[pa.RecordBatch]:
            return _batches(plain, "utf-8", ",", names, 0, quoted=True)

        return keep(
            Cells(file.name, names, again, reading, heading, file.reading, numbers.__getitem__), made, format, tally
        )
    except pa.ArrowInvalid as error:
        raise _explained(file, error) from None
    finally:
        plain.unlink(missing_ok=True)


def _too_long(file: UploadedFile) -> UploadError:
    return UploadError(
        Text(N_("{file}: a row is longer than {limit} bytes."), file=file.name, limit=f"{MAX_RECORD_BYTES:,}")
    )


def _explained(file: UploadedFile, error: Exception) -> UploadError:
    if "straddling" in str(error) or "block" in str(error):
        return _too_long(file)
    return UploadError(Text(N_("{file} cannot be read as rows of cells: {reason}."), file=file.name, reason=str(error)))


def _told_above(found: Plan) -> Tally:
    """A tally of what stands above the rows: titles, notes to the reader, names in two rows."""
    layout, tally = found.layout, Tally()
    if layout.header == 2:
        tally.add("header-two", "")
    if layout.comment:
        for number, line in enumerate(_lines(found.file, found.encoding), start=1):
            if found.is_comment(line):
                tally.add("comments", number)
    for each in itertools.islice(records(found.lines(), found.dialect, layout.width), layout.skip):
        if not each.blank:
            tally.add("title", each.line)
    return tally


def rows(found: Plan, lines: Iterable[str], tally: Tally) -> Iterator[tuple[int, list[str]]]:
    """(number of the line, a cell for each column) of every row; what is mended is counted."""
    every = records(lines, found.dialect, found.layout.width)
    return fitted_rows(every, found.layout, found.dialect, tally)
