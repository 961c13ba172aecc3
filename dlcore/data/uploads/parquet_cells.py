"""The columns of a Parquet file as cells of text, as a CSV would hold them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from dlcore.data.uploads.headings import names_of
from dlcore.data.uploads.limits import MAX_CELL_CHARACTERS, MAX_UNPACKED_BYTES, spoken
from dlcore.data.uploads.source_file import AskedRows, UploadedFile
from dlcore.data.uploads.tally import Tally
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

ROWS_AT_ONCE = 4_096
PLAIN = (
    pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean,
    pa.types.is_date, pa.types.is_timestamp, pa.types.is_decimal, pa.types.is_null,
)  # fmt: skip
DAY, SECOND = "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"


def rows_of(file: UploadedFile) -> AskedRows:
    """The rows of a file that is asked about; see `asked.rows_of`."""
    names, places = columns_of(file)
    return AskedRows(names, enumerate(_rows(file, names, places), start=1), Tally())


def _rows(file: UploadedFile, names: list[str], places: list[int]) -> Iterator[list[str]]:
    for batch in batches_of(file, names, places):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [cell or "" for cell in row]


def columns_of(file: UploadedFile) -> tuple[list[str], list[int]]:
    """The names of the columns, and where they stand; pandas' own index is none of them.

    Raises UploadError for a file that is damaged, or has no columns that can be read.
    """
    try:
        given = parquet.ParquetFile(file.path)
        schema = given.schema_arrow
    except (pa.ArrowException, OSError, ValueError):
        raise _damaged(file) from None
    places = [number for number, name in enumerate(schema.names) if not name.startswith("__index_level_")]
    _check(file, given, [schema.field(number) for number in places])
    return names_of([schema.names[number] for number in places], file.name), places


def batches_of(file: UploadedFile, names: list[str], places: list[int]) -> Iterator[pa.RecordBatch]:
    """The rows as cells of text, as a CSV would hold them. Raises UploadError where one cannot be read."""
    schema = parquet.ParquetFile(file.path).schema_arrow
    texts = [name for name in schema.names if pa.types.is_string(schema.field(name).type)]
    opened = parquet.ParquetFile(file.path, read_dictionary=texts)
    try:
        for batch in opened.iter_batches(ROWS_AT_ONCE, use_threads=False):
            columns = [_texts(file, name, batch.column(number)) for name, number in zip(names, places, strict=True)]
            yield pa.record_batch(columns, names=names)
    except (pa.ArrowException, OSError):
        raise _damaged(file) from None


def _check(file: UploadedFile, given: parquet.ParquetFile, fields: Sequence[pa.Field]) -> None:
    groups = (given.metadata.row_group(number) for number in range(given.metadata.num_row_groups))
    if sum(group.total_byte_size for group in groups) > MAX_UNPACKED_BYTES:
        raise UploadError(
            Text(
                N_("{file} unpacks to more than {limit}, the most that is allowed."),
                file=file.name,
                limit=spoken(MAX_UNPACKED_BYTES),
            )
        )
    for field in fields:
        if not _is_plain(field.type):
            raise UploadError(
                Text(
                    N_("{file}, column {column}: cells of the type {received} are not read."),
                    file=file.name,
                    column=field.name[:100],
                    received=str(field.type)[:100],
                )
            )


def _is_plain(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return any(test(kind) for test in PLAIN)


def _texts(file: UploadedFile, name: str, column: pa.Array) -> pa.Array:
    """Cells as text, as a CSV would hold them. A text that stands in a dictionary is measured before it is copied."""
    if pa.types.is_dictionary(column.type):
        words = _texts(file, name, column.dictionary)
        if (longest := pc.max(pc.utf8_length(words)).as_py() or 0) > MAX_CELL_CHARACTERS:
            raise UploadError(
                Text(
                    N_("{file}, column {column}: a cell has {received} characters; at most {limit}."),
                    file=file.name,
                    column=name,
                    received=f"{longest:,}",
                    limit=f"{MAX_CELL_CHARACTERS:,}",
                )
            )
        return words.take(column.indices)
    if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
        days = pa.types.is_date(column.type)
        return pc.strftime(pc.cast(column, pa.timestamp("s"), safe=False), format=DAY if days else SECOND)
    return pc.cast(column, pa.string())


def _damaged(file: UploadedFile) -> UploadError:
    return UploadError(Text(N_("{file} is damaged, or not what its name says: it could not be read."), file=file.name))
