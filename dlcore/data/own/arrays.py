"""Examples that come as one array x and one array y: read a block of rows at a time, kept as bytes a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from dlcore.data.base import About, Rows
from dlcore.data.own.choice import CLASSES_OF_NUMBERS
from dlcore.data.own.description import Arrays
from dlcore.data.own.limits import MAX_ARRAY_BYTES, MAX_NAME_CHARACTERS, MAX_ROWS, MAX_VALUES, spoken
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]
Answers = Literal["classes", "numbers", "several"]

BLOCK_BYTES = 4 << 20
CHANNELS = (1, 3, 4)  # so many are a picture's colours
MAX_ANSWER_BYTES = 200 << 20  # of y


@dataclass(frozen=True)
class Stream:
    """An array that is read row by row: its header said so, and was held against the size of what follows."""

    name: str  # as a sentence says it: «data.npz, x»
    shape: tuple[int, ...]
    kind: np.dtype[Any]
    file: BinaryIO

    def blocks(self, most_bytes: int = BLOCK_BYTES) -> Iterator[Array]:
        """The rows in their order, some at a time. Raises UploadError where the file ends too early."""
        a_row = prod(self.shape[1:]) * self.kind.itemsize
        left = self.shape[0]
        while left:
            rows = min(left, max(1, most_bytes // max(1, a_row)))
            raw = _exactly(self.file, rows * a_row)
            if len(raw) < rows * a_row:
                raise UploadError(Text(N_("{array} ends before its last row."), array=self.name))
            yield np.frombuffer(raw, self.kind).reshape(rows, *self.shape[1:])
            left -= rows


def _exactly(file: BinaryIO, size: int) -> bytes:
    parts: list[bytes] = []
    while size and (part := file.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def check(name: str, shape: tuple[int, ...], kind: np.dtype[Any], size: int | None, texts: bool = False) -> None:
    """Hold a header against what may come: kinds of numbers, rows, bytes, and the size of the data it speaks of.

    size: how many bytes follow; None where that shows only while they are read.
    """
    allowed = "buifU" if texts else "buif"
    if kind.hasobject or kind.kind not in allowed or not kind.itemsize:
        raise UploadError(
            Text(N_("{array} holds {received}; numbers are allowed, and texts in y."), array=name, received=str(kind))
        )
    needed = prod(shape) * kind.itemsize
    if not shape or shape[0] < 1 or min(shape) < 1:
        raise UploadError(Text(N_("{array} holds no rows: its shape is {shape}."), array=name, shape=str(shape)))
    limit = MAX_ANSWER_BYTES if texts else MAX_ARRAY_BYTES
    if needed > limit or shape[0] > MAX_ROWS or len(shape) > 5:
        raise UploadError(
            Text(
                N_("{array} says that it has the shape {shape}, {size}; at most {limit} and {rows} rows."),
                array=name,
                shape=str(shape)[:100],
                size=spoken(needed),
                limit=spoken(limit),
                rows=f"{MAX_ROWS:,}",
            )
        )
    if size is not None and needed != size:
        raise UploadError(
            Text(
                N_("{array} says that it has {expected} bytes of numbers, but {received} are there."),
                array=name,
                expected=f"{needed:,}",
                received=f"{size:,}",
            )
        )


def keep(format: str, x: Stream, y: Stream, made: Path) -> Arrays:
    """Write both arrays, and say what they hold. Raises UploadError where they do not belong together."""
    if x.shape[0] != y.shape[0]:
        raise UploadError(
            Text(
                N_("{first} has {rows} rows, but {second} has {others}: there must be one answer an example."),
                first=x.name,
                rows=f"{x.shape[0]:,}",
                second=y.name,
                others=f"{y.shape[0]:,}",
            )
        )
    answers, values, classes = _answers(np.concatenate(list(y.blocks())), y.name)
    last = len(x.shape) == 4 and x.shape[-1] in CHANNELS and x.shape[1] not in CHANNELS
    shape = _shape(x.shape, last)
    kept = np.dtype(np.uint8 if x.kind == np.uint8 else np.float32)
    _write(made, _plain(x, last, kept), values, prod(shape) * kept.itemsize)
    counts: tuple[int, ...] = ()
    if answers == "classes":
        counts = tuple(np.bincount(values, minlength=len(classes)).tolist())
    elif answers == "several":
        counts = tuple(values.sum(axis=0).astype(int).tolist())
    return Arrays(format, x.shape[0], shape, str(x.kind), answers, classes, counts, last)


def _shape(given: tuple[int, ...], last: bool) -> tuple[int, ...]:
    """One example's sizes: a plain picture has one channel; colours stand first."""
    if last:
        return (given[3], given[1], given[2])
    if len(given) == 1:
        return (1,)
    return (1, *given[1:]) if len(given) == 3 else given[1:]


def _plain(x: Stream, last: bool, kept: np.dtype[Any]) -> Iterator[Array]:
    """Blocks as they are kept. Raises UploadError for what is no finite number, naming the row."""
    before = 0
    for block in x.blocks():
        with np.errstate(over="ignore"):
            plain = block.astype(kept)
        turned = plain.transpose(0, 3, 1, 2) if last else plain
        flat = np.ascontiguousarray(turned).reshape(len(block), -1)
        finite = np.isfinite(flat).all(axis=1)
        if not finite.all():
            raise _not_finite(x.name, before + int(np.argmin(finite)))
        before += len(block)
        yield flat


def _not_finite(name: str, row: int) -> UploadError:
    return UploadError(
        Text(N_("{array}, row {row}: there is a value that is not a finite number."), array=name, row=f"{row + 1:,}")
    )


def _write(made: Path, blocks: Iterator[Array], values: Array, a_row: int) -> None:
    answers = pa.float32() if values.dtype.kind == "f" and values.ndim == 1 else pa.int64()
    wide = values.ndim == 2
    kind = pa.binary(values.shape[1]) if wide else answers
    schema = pa.schema([("x", pa.binary(a_row)), ("y", kind)])
    before = 0
    with parquet.ParquetWriter(made, schema, compression="zstd", use_dictionary=False) as writer:
        for block in blocks:
            some = values[before : before + len(block)]
            before += len(block)
            y = _bytes(some.astype(np.uint8), values.shape[1]) if wide else pa.array(some, answers)
            writer.write_batch(pa.record_batch([_bytes(block, a_row), y], schema=schema))


def _bytes(rows: Array, a_row: int) -> pa.Array:
    flat = np.ascontiguousarray(rows)
    return pa.FixedSizeBinaryArray.from_buffers(pa.binary(a_row), len(rows), [None, pa.py_buffer(flat)])


def _answers(y: Array, name: str) -> tuple[Answers, Array, tuple[str, ...]]:
    """(what y holds, its values or the numbers of its classes, the names of the classes)."""
    y = y[:, 0] if y.ndim == 2 and y.shape[1] == 1 else y
    if y.ndim == 2 and y.shape[1] <= MAX_VALUES and y.dtype.kind != "U" and np.isin(y, (0, 1)).all():
        names = tuple(map(str, range(y.shape[1])))
        if (y.sum(axis=1) == 1).all():  # one-hot: exactly one class an example
            return "classes", y.argmax(axis=1), names
        return "several", y.astype(np.uint8), names
    if y.ndim != 1:
        raise UploadError(
            Text(
                N_("{array} must hold one answer a row, or 0 and 1 for each class; its shape is {shape}."),
                array=name,
                shape=str(y.shape),
            )
        )
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise _not_finite(name, int(np.argmin(np.isfinite(y))))
    values, number = np.unique(y, return_inverse=True)
    whole = y.dtype.kind != "f" or bool((values == np.floor(values)).all())
    few = len(values) <= (CLASSES_OF_NUMBERS if y.dtype.kind == "f" else MAX_VALUES)
    if whole and few and len(values) > 1:
        return "classes", number.astype(np.int64), _class_names(values)
    if y.dtype.kind == "U" or len(values) < 2:
        raise UploadError(
            Text(N_("{array} must hold 2 to {limit} different answers."), array=name, limit=f"{MAX_VALUES:,}")
        )
    return "numbers", y.astype(np.float32), ()


def _class_names(values: Sequence[Any] | Array) -> tuple[str, ...]:
    plain = [f"{each:g}" if isinstance(each, np.floating) else str(each) for each in values]
    return tuple("".join(c if c.isprintable() else "?" for c in each)[:MAX_NAME_CHARACTERS] for each in plain)


def rows(arrays: Arrays, about: About, kept: parquet.ParquetFile) -> Rows:
    """Both arrays, whole. Shapes: x (N, *shape) uint8 or float32; y as the task asks."""
    x = np.empty((arrays.rows, *arrays.shape), _kept_kind(arrays))
    before = 0
    for batch in kept.iter_batches(max(1, BLOCK_BYTES // max(1, x[:1].nbytes)), columns=["x"]):
        x[before : before + len(batch)] = examples(arrays, batch)
        before += len(batch)
    return Rows(x, answers(arrays, about, kept))


def examples(arrays: Arrays, kept: pa.Table | pa.RecordBatch) -> Array:
    """Kept examples as an array. Shapes: (N, *shape)."""
    column = kept["x"]
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return _numbers(whole, _kept_kind(arrays)).reshape(-1, *arrays.shape)


def answers(arrays: Arrays, about: About, kept: parquet.ParquetFile) -> Array:
    """y as the task asks: numbers of classes (N,) int64, numbers (N,) float32, labels (N, classes) float32."""
    column = kept.read(columns=["y"], use_threads=False)["y"].combine_chunks()
    if arrays.answers == "several":
        return _numbers(column, np.dtype(np.uint8)).astype(np.float32)
    return np.asarray(column).astype(np.float32 if about.task == "regression" else np.int64)


def _kept_kind(arrays: Arrays) -> np.dtype[Any]:
    return np.dtype(np.uint8 if arrays.numbers == "uint8" else np.float32)


def _numbers(column: pa.Array, kind: np.dtype[Any]) -> Array:
    a_row = column.type.byte_width
    raw = column.buffers()[1].slice(column.offset * a_row, len(column) * a_row)
    return np.frombuffer(raw, kind).reshape(len(column), -1)
