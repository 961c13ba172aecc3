"""A regular CSV file as arrow reads it, block by block, all cells as text.

For every column of a block arrow sets aside as many bytes as the block has: with blocks of 4 MB, a table of a thousand
columns would take 4 GB, however short it is. Wide tables are read in smaller blocks, as long as the longest row allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from pyarrow import csv as arrow_csv

from dlcore.data.uploads.encoding import codec
from dlcore.data.uploads.limits import MAX_RECORD_BYTES

SET_ASIDE = 512 << 20  # bytes, of all columns together


class MixedLineEndsError(Exception):
    """Some lines end by a carriage return alone, which arrow takes for a part of the cell."""


@dataclass(frozen=True)
class Lines:
    """What a look through a file shows: whether there is a quotation mark, how many lines, and bytes of the longest.

    longest: 0 where the table is not wide: nobody asks, and to look for it takes eight times as long.
    """

    quoted: bool
    count: int
    longest: int


def look_through(path: Path, mark: str, columns: int) -> Lines:
    """The lines of a file; `mark` is its quotation mark. Raises MixedLineEndsError."""
    wide = columns * MAX_RECORD_BYTES > SET_ASIDE
    quote, quoted, count, longest, open_line = mark.encode(), False, 0, 0, 0
    with path.open("rb") as stream:
        end = b"\n"
        while block := stream.read(1 << 22):
            quoted = quoted or (bool(quote) and quote in block)
            if b"\r" in block and block.count(b"\r\n") + block.endswith(b"\r") < block.count(b"\r"):
                raise MixedLineEndsError
            count += block.count(b"\n")
            if wide:
                first, *others = block.split(b"\n")
                longest = max(longest, open_line + len(first), *map(len, others[:-1]))
                open_line = len(others[-1]) if others else open_line + len(first)
            end = block[-1:]
    return Lines(quoted, count + (end != b"\n"), max(longest, open_line))


def batches(
    path: Path, encoding: str, delimiter: str, names: list[str], *, skipped: int, quoted: bool, longest: int
) -> Iterator[pa.RecordBatch]:
    """The rows. longest: bytes of the longest one. Raises ArrowInvalid for what is not regular."""
    block = min(MAX_RECORD_BYTES, max(SET_ASIDE // len(names), 2 * longest))
    reading = arrow_csv.ReadOptions(
        use_threads=False,
        block_size=block,
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
        found = arrow_csv.open_csv(str(path), reading, parsing, converting)
        yield from found if block == MAX_RECORD_BYTES else _together(found)
    except UnicodeError as error:
        raise pa.ArrowInvalid(str(error)) from None


def _together(few: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of at least the usual size: whoever reads them asks every column of every batch."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in few:
        waiting.append(batch.take(pa.array(range(len(batch)))))  # a copy has no more set aside than it needs
        size += batch.nbytes
        if size >= MAX_RECORD_BYTES:
            yield pa.concat_batches(waiting)
            waiting, size = [], 0
    if waiting:
        yield pa.concat_batches(waiting)
