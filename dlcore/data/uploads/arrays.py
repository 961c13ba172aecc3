"""Examples that come as arrays x with answers y: read a block of rows at a time, kept as bytes a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from dlcore.data.base import About, Rows
from dlcore.data.uploads.description import AS_FOUND, Arrays, Reading, Repair
from dlcore.data.uploads.labels import labels, not_finite
from dlcore.data.uploads.limits import MAX_ARRAY_BYTES, MAX_ROWS, spoken
from dlcore.data.uploads.parts import TEST, TRAIN, VALIDATION
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

Array = np.ndarray[Any, Any]

BLOCK_BYTES = 4 << 20
CHANNELS = (1, 3, 4)  # so many are a picture's colours
MAX_ANSWER_BYTES = 200 << 20  # of y
EXACT = 1 << 24  # whole numbers up to here are kept as they are


@dataclass(frozen=True)
class Stream:
    """An array that is read row by row: its header said so, and was held against the size of what follows."""

    name: str  # as a sentence says it: «data.npz, x»
    shape: tuple[int, ...]
    kind: np.dtype[Any]
    file: BinaryIO

    def blocks(self, most_bytes: int = BLOCK_BYTES) -> Iterator[Array]:
        """The rows in their order, (N, *) at a time. Raises UploadError where the file ends too early."""
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
    Raises UploadError that names the array.
    """
    allowed = "buifUS" if texts else "buif"
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


@dataclass(frozen=True)
class Part:
    """Examples and their answers, of one of the parts that they came in."""

    part: int  # TRAIN, VALIDATION or TEST
    x: Stream
    y: Stream


def keep(
    format: str, parts: Sequence[Part], made: Path, repairs: Sequence[Repair] = (), told: Reading = AS_FOUND
) -> Arrays:
    """Write the arrays of all parts, one after the other, and say what they hold.

    repairs: what was decided before. told: what somebody said of parts and answers. Raises UploadError where
    they do not belong together.
    """
    _check_together(parts)
    x, shown = parts[0].x, parts[0].y.name
    found = labels(_together([np.concatenate(list(each.y.blocks())) for each in parts], parts), shown, told.answers)
    last = len(x.shape) == 4 and x.shape[-1] in CHANNELS and x.shape[1] not in CHANNELS
    shape, kinds = _shape(x.shape, last), {each.x.kind for each in parts}
    kept = np.dtype(np.uint8 if kinds == {np.dtype(np.uint8)} else np.float32)
    rounded: list[str] = []
    blocks = (block for each in parts for block in _plain(each.x, last, kept, rounded))
    _write(made, blocks, found.values, prod(shape) * kept.itemsize)
    sizes = [sum(each.x.shape[0] for each in parts if each.part == part) for part in (TRAIN, VALIDATION, TEST)]
    together = told.parts == "together"
    came = tuple(sizes) if len(parts) > 1 and not together else ()
    said = [*repairs, *_divided(parts, sizes, together), *found.repairs, *_rounded(rounded)]
    return Arrays(
        format, sum(sizes), shape, str(np.result_type(*kinds)), found.answers, found.classes, found.counts, last,
        repairs=tuple(said), numeric=found.numeric, parts=came,
    )  # fmt: skip


def _check_together(parts: Sequence[Part]) -> None:
    """As many answers as examples; the same sizes in every part; all of it within the limits."""
    for each in parts:
        if each.x.shape[0] != each.y.shape[0]:
            raise UploadError(
                Text(
                    N_("{first} has {rows} rows, but {second} has {others}: there must be one answer an example."),
                    first=each.x.name,
                    rows=f"{each.x.shape[0]:,}",
                    second=each.y.name,
                    others=f"{each.y.shape[0]:,}",
                )
            )
        if each.x.shape[1:] != parts[0].x.shape[1:]:
            raise UploadError(
                Text(
                    N_("{first} has the shape {shape}, but {second} {other}: all examples must have one size."),
                    first=parts[0].x.name,
                    shape=str(parts[0].x.shape),
                    second=each.x.name,
                    other=str(each.x.shape),
                )
            )
    rows = sum(each.x.shape[0] for each in parts)
    size = sum(prod(each.x.shape) * each.x.kind.itemsize for each in parts)
    if rows > MAX_ROWS or size > MAX_ARRAY_BYTES:
        raise UploadError(
            Text(
                N_("{array} and the other parts have {rows} rows, {size}; at most {most} rows and {limit} together."),
                array=parts[0].x.name,
                rows=f"{rows:,}",
                size=spoken(size),
                most=f"{MAX_ROWS:,}",
                limit=spoken(MAX_ARRAY_BYTES),
            )
        )


def _together(answers: Sequence[Array], parts: Sequence[Part]) -> Array:
    """The answers of all parts in one array, where they are of one kind."""
    plain = [each.reshape(len(each)) if each.size == len(each) else each for each in answers]
    for each, part in zip(plain, parts, strict=True):
        texts = (each.dtype.kind in "US") != (plain[0].dtype.kind in "US")
        if texts or each.shape[1:] != plain[0].shape[1:]:
            raise UploadError(
                Text(
                    N_("{first} holds {kind} of the shape {shape}, but {second} {other} of the shape {theirs}."),
                    first=parts[0].y.name,
                    kind=str(answers[0].dtype),
                    shape=str(answers[0].shape),
                    second=part.y.name,
                    other=str(each.dtype),
                    theirs=str(each.shape),
                )
            )
    return np.concatenate(plain)


def _divided(parts: Sequence[Part], sizes: Sequence[int], together: bool) -> Iterator[Repair]:
    if len(parts) > 1 and together:
        sentence = N_("The arrays came in parts; all their {rows} examples are one data set, as was asked.")
        yield Repair("arrays-are-parts", sum(sizes), Text(sentence, rows=f"{sum(sizes):,}"))
    elif len(parts) > 1:
        sentence = N_(
            "The arrays came in parts: {train} examples teach, {validation} judge, and {test} are the test part that "
            "stays sealed."
        )
        train, validation, test = (f"{each:,}" for each in sizes)
        yield Repair("arrays-are-parts", sum(sizes), Text(sentence, train=train, validation=validation, test=test))


def _rounded(names: Sequence[str]) -> Iterator[Repair]:
    if names:
        sentence = N_("{array} holds whole numbers beyond {limit}: they are kept to seven digits, rounded.")
        text = Text(sentence, array=names[0], limit=f"{EXACT:,}")
        yield Repair("whole-numbers-rounded", len(names), text)


def _shape(given: tuple[int, ...], last: bool) -> tuple[int, ...]:
    """One example's sizes: a plain picture has one channel; colours stand first."""
    if last:
        return (given[3], given[1], given[2])
    if len(given) == 1:
        return (1,)
    return (1, *given[1:]) if len(given) == 3 else given[1:]


def _plain(x: Stream, last: bool, kept: np.dtype[Any], rounded: list[str]) -> Iterator[Array]:
    """Blocks as they are kept. Raises UploadError for what is no finite number, naming the row.

    rounded: takes the name of the array where whole numbers are too large to be kept exactly.
    """
    before = 0
    for block in x.blocks():
        with np.errstate(over="ignore"):
            plain = block.astype(kept)
        turned = plain.transpose(0, 3, 1, 2) if last else plain
        flat = np.ascontiguousarray(turned).reshape(len(block), -1)
        finite = np.isfinite(flat).all(axis=1)
        if not finite.all():
            raise _no_number(x, block, before, int(np.argmin(finite)))
        if x.kind.kind in "iu" and x.name not in rounded and max(int(block.max()), -int(block.min())) > EXACT:
            rounded.append(x.name)
        before += len(block)
        yield flat


def _no_number(x: Stream, block: Array, before: int, row: int) -> UploadError:
    """NaN and infinity, told from a number that is too large for 32 bits."""
    if not np.isfinite(block[row]).all():
        return not_finite(x.name, before + row)
    return UploadError(
        Text(
            N_("{array}, row {row}: there is a number beyond {limit}, the largest of 32 bits."),
            array=x.name,
            row=f"{before + row + 1:,}",
            limit=f"{float(np.finfo(np.float32).max):.1e}",
        )
    )


def _write(made: Path, blocks: Iterator[Array], values: Array, a_row: int) -> None:
    answers = pa.float64() if values.dtype.kind == "f" and values.ndim == 1 else pa.int64()
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
    """y as the task asks: numbers of classes (N,) int64, numbers (N,) float64, labels (N, classes) float32."""
    column = kept.read(columns=["y"], use_threads=False)["y"].combine_chunks()
    if arrays.answers == "several":
        return _numbers(column, np.dtype(np.uint8)).astype(np.float32)
    if about.task != "regression":
        return np.asarray(column).astype(np.int64)
    if arrays.answers == "classes":  # whole numbers that are amounts
        amounts = np.array([float(each) for each in arrays.classes])
        return np.asarray(amounts[np.asarray(column)])
    return np.asarray(column).astype(np.float64)


def _kept_kind(arrays: Arrays) -> np.dtype[Any]:
    return np.dtype(np.uint8 if arrays.numbers == "uint8" else np.float32)


def _numbers(column: pa.Array, kind: np.dtype[Any]) -> Array:
    a_row = column.type.byte_width
    raw = column.buffers()[1].slice(column.offset * a_row, len(column) * a_row)
    return np.frombuffer(raw, kind).reshape(len(column), -1)
