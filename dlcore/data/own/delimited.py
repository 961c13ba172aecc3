"""CSV and TSV: delimiter, encoding, decimal mark and header are found by looking; rows are read block by block."""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv as arrow_csv

from dlcore.data.own.description import DECIMALS, DELIMITERS, ENCODINGS, Detected, Table
from dlcore.data.own.formats import Given
from dlcore.data.own.limits import MAX_RECORD_BYTES
from dlcore.data.own.table import Cells, check_width, keep, names_of
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

LOOK_BYTES = 1 << 20  # at the beginning of a file, to find delimiter, decimal mark and header
LOOK_ROWS = 200
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_COMMA_NUMBER = re.compile(r"\s*[-+]?\d+,\d+(?:[eE][-+]?\d+)?\s*")
_POINT_NUMBER = re.compile(r"\s*[-+]?\d*\.\d+(?:[eE][-+]?\d+)?\s*")


def read(files: Sequence[Given], made: Path) -> Table:
    """Read one text file of rows into a Parquet file. Raises UploadError that names the row and the limit."""
    file = files[0]
    encoding = file.reading.encoding or find_encoding(file)
    _check_reading(file, encoding)
    return read_as(file, made, encoding, "tsv" if file.name.lower().endswith((".tsv", ".tab")) else "csv")


def _check_reading(file: Given, encoding: str) -> None:
    """Raises UploadError for what nobody can read by, and for an encoding in which the file says nothing."""
    for name, received, allowed in (
        ("delimiter", file.reading.delimiter, DELIMITERS),
        ("decimal", file.reading.decimal, DECIMALS),
        ("encoding", encoding, ENCODINGS),
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
    if file.reading.encoding is not None and not _decodes(file, _codec(encoding)):
        raise UploadError(Text(N_("{file} is not written in {encoding}."), file=file.name, encoding=encoding))


def _codec(encoding: str) -> str:
    """The whole of GBK's family, of which the name is the best known."""
    return "gb18030" if encoding == "gbk" else encoding


def read_as(file: Given, made: Path, encoding: str, format: str, sheet: str = "") -> Table:
    """The same, where the encoding is known."""
    first = _first_rows(file, encoding)
    told = file.reading
    tabs = format == "tsv" and "\t" in first.split("\n", 1)[0]
    delimiter = told.delimiter or ("\t" if tabs else find_delimiter(first))
    rows = _cells(first, delimiter)
    if not rows:
        raise UploadError(Text(N_("{file} holds no rows."), file=file.name))
    decimal = told.decimal or find_decimal(rows, delimiter)
    header = has_header(rows, decimal) if told.header is None else told.header
    names = names_of(rows[0] if header else ["" for _ in rows[0]], file.name)
    detected = Detected(delimiter, encoding, decimal, header, sheet)

    def batches() -> Iterator[pa.RecordBatch]:
        return _batches(file, names, detected)

    return keep(Cells(file.name, names, batches, decimal, first_row=2 if header else 1), made, format, detected)


def _batches(file: Given, names: list[str], detected: Detected) -> Iterator[pa.RecordBatch]:
    """The rows as text, block by block; a row longer than a block is refused by the reader itself."""
    wrong: list[Any] = []

    def remember(row: Any) -> str:
        wrong.append(row)
        return "error"

    reading = arrow_csv.ReadOptions(
        use_threads=False,
        block_size=MAX_RECORD_BYTES,
        column_names=names,
        skip_rows_after_names=int(detected.header),
        encoding={"utf-8": "utf8", "utf-8-sig": "utf8"}.get(detected.encoding, _codec(detected.encoding)),
    )
    parsing = arrow_csv.ParseOptions(
        delimiter=detected.delimiter, newlines_in_values=True, invalid_row_handler=remember
    )
    kinds = dict.fromkeys(names, pa.string())
    converting = arrow_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False, check_utf8=True)
    try:
        yield from arrow_csv.open_csv(str(file.path), reading, parsing, converting)
    except (pa.ArrowInvalid, UnicodeError) as error:
        raise _explained(file, error, wrong[0] if wrong else None, len(names)) from None


def _explained(file: Given, error: Exception, row: Any, columns: int) -> UploadError:
    if row is not None:
        return UploadError(
            Text(
                N_("{file}, row {row}: there are {received} cells, but {expected} columns."),
                file=file.name,
                row="?" if row.number is None else f"{row.number:,}",
                received=row.actual_columns,
                expected=columns,
            )
        )
    if "straddling" in str(error) or "block" in str(error):
        return UploadError(
            Text(
                N_("{file}: a row is longer than {limit} bytes; perhaps a quotation mark is never closed."),
                file=file.name,
                limit=f"{MAX_RECORD_BYTES:,}",
            )
        )
    return UploadError(Text(N_("{file} cannot be read as rows of cells: {reason}."), file=file.name, reason=str(error)))


def _first_rows(file: Given, encoding: str) -> str:
    """Whole lines from the beginning of the file. Raises UploadError where not even one ends."""
    with file.path.open("rb") as stream:
        raw = stream.read(LOOK_BYTES)
        complete = not stream.read(1)
    text = codecs.getincrementaldecoder(_codec(encoding))().decode(raw, final=complete)
    if not complete and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    heading = text.split("\n", 1)[0]
    check_width(max(map(heading.count, DELIMITERS)) + 1, file.name)
    if "\0" in text:
        raise UploadError(Text(N_("{file} holds zero bytes: it is not a text file."), file=file.name))
    if not complete and len(heading) == len(text):
        raise UploadError(
            Text(N_("{file}: its first row is longer than {limit} bytes."), file=file.name, limit=f"{LOOK_BYTES:,}")
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _cells(text: str, delimiter: str) -> list[list[str]]:
    """The first rows that hold something, as far as they can be read."""
    found: list[list[str]] = []
    with suppress(csv.Error):
        for row in itertools.islice(csv.reader(io.StringIO(text), delimiter=delimiter), LOOK_ROWS):
            found += [row] if row else []
    return found


def find_encoding(file: Given) -> str:
    """utf-8 with or without its mark, utf-16 with it, else gbk where it reads like Chinese, else cp1252 or latin-1."""
    with file.path.open("rb") as stream:
        start = stream.read(4)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if start.startswith(mark):
            return encoding
    if _decodes(file, "utf-8"):
        return "utf-8"
    if _looks_chinese(file) and _decodes(file, "gb18030"):
        return "gbk"
    return "cp1252" if _decodes(file, "cp1252") else "latin-1"


def _decodes(file: Given, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with file.path.open("rb") as stream:
        try:
            while block := stream.read(1 << 20):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _looks_chinese(file: Given) -> bool:
    """Whether bytes above 127 come in pairs, as GBK's characters do; accents of the West stand alone."""
    with file.path.open("rb") as stream:
        raw = stream.read(LOOK_BYTES)
    high = sum(byte > 127 for byte in raw)
    paired = sum(len(pair) for pair in re.findall(rb"(?:[\xa1-\xf7][\xa1-\xfe])+", raw))
    return high > 0 and paired / high > 0.8


def find_delimiter(text: str) -> str:
    """The mark that divides the first rows into the same number of cells, more than one; a comma where none does."""
    best, most = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        widths = [len(row) for row in _cells(text, delimiter)]
        if not widths or widths[0] < 2:
            continue
        agreeing = sum(width == widths[0] for width in widths) / len(widths)
        if (agreeing, widths[0]) > most:
            best, most = delimiter, (agreeing, widths[0])
    return best


def find_decimal(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    """A comma where numbers have one and none has a point; a point otherwise."""
    if delimiter == ",":
        quoted = [cell for row in rows[1:] for cell in row if "," in cell]
        if not quoted or not all(_COMMA_NUMBER.fullmatch(cell) for cell in quoted):
            return "."
    cells = [cell for row in rows for cell in row]
    commas, points = (sum(bool(each.fullmatch(cell)) for cell in cells) for each in (_COMMA_NUMBER, _POINT_NUMBER))
    return "," if commas and not points else "."


def has_header(rows: Sequence[Sequence[str]], decimal: str) -> bool:
    """Whether the first row names the columns: none of its cells is a number, as some below are; or all are texts."""
    return not any(_is_number(cell, decimal) for cell in rows[0])


def _is_number(cell: str, decimal: str) -> bool:
    try:
        float(cell.strip().replace(decimal, "."))
    except ValueError:
        return False
    return True
