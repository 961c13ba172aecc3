"""IDX: the format of MNIST, images in one file and labels in another, packed with gzip or not."""

from __future__ import annotations

import gzip
import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from dlcore.data.uploads import arrays
from dlcore.data.uploads.arrays import Part, Stream
from dlcore.data.uploads.description import Arrays
from dlcore.data.uploads.parts import TEST, TRAIN, part_of
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

KINDS = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read(files: Sequence[UploadedFile], made: Path) -> Arrays:
    """Read a pair, or one for each part: the file with more dimensions is x. Raises UploadError that names the file."""
    with ExitStack() as stack:
        parts = [
            _pair(part, [_stream(file, stack.enter_context(_opened(file))) for file in pair])
            for part, pair in _pairs(files)
        ]
        made_of = arrays.keep("idx", parts, made, told=files[0].reading)
        for stream in (each for part in parts for each in (part.x, part.y)):
            if stream.file.read(1):
                raise UploadError(Text(N_("{file} goes on after its last row."), file=stream.name))
    return made_of


def _pairs(files: Sequence[UploadedFile]) -> list[tuple[int, list[UploadedFile]]]:
    """Images and labels of each part, told by their names where there are several: train-…, t10k-…"""
    if len(files) == 2:
        return [(TRAIN, list(files))]
    pairs: dict[int, list[UploadedFile]] = {}
    for file in files:
        words = re.split(r"[^a-z0-9]+", file.name.lower())
        found = [part for word in words if (part := TEST if word == "t10k" else part_of(word)) is not None]
        pairs.setdefault(found[0] if found else TRAIN, []).append(file)
    if TRAIN not in pairs or any(len(each) != 2 for each in pairs.values()):
        raise UploadError(
            Text(
                N_("{file}: IDX comes as a pair. Bring the images and the labels together; {count} file came."),
                file=files[0].name,
                count=len(files),
            )
        )
    return sorted(pairs.items())


def _pair(part: int, streams: Sequence[Stream]) -> Part:
    y, x = sorted(streams, key=lambda stream: len(stream.shape))
    if len(y.shape) == len(x.shape):
        raise UploadError(
            Text(N_("{file} is not a file of labels: it has as many dimensions as {other}."), file=y.name, other=x.name)
        )
    return Part(part, x, y)


def array(file: UploadedFile) -> np.ndarray[Any, Any]:
    """The whole of one file, in its own shape (N, *) and type. Raises UploadError that names it."""
    with _opened(file) as opened:
        stream = _stream(file, opened)
        return np.concatenate([block.astype(stream.kind.newbyteorder("=")) for block in stream.blocks()])


@contextmanager
def _opened(file: UploadedFile) -> Iterator[BinaryIO]:
    """The file, unpacked while it is read: never more of it than its header speaks of."""
    try:
        if file.name.lower().endswith(".gz"):
            with gzip.open(file.path) as stream:
                yield cast("BinaryIO", stream)
        else:
            with file.path.open("rb") as plain:
                yield plain
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise UploadError(Text(N_("{file} is not packed with gzip, or is damaged."), file=file.name)) from None


def _stream(file: UploadedFile, opened: BinaryIO) -> Stream:
    magic = opened.read(4)
    dimensions = magic[3] if len(magic) == 4 else 0
    sizes = opened.read(4 * dimensions)
    if magic[:2] != b"\0\0" or magic[2] not in KINDS or not 1 <= dimensions <= 5 or len(sizes) < 4 * dimensions:
        raise UploadError(Text(N_("{file} is not an IDX file."), file=file.name))
    shape, kind = struct.unpack(f">{dimensions}I", sizes), np.dtype(KINDS[magic[2]])
    packed = file.name.lower().endswith(".gz")
    size = None if packed else file.path.stat().st_size - 4 - 4 * dimensions
    arrays.check(file.name, shape, kind, size, texts=dimensions == 1)
    return Stream(file.name, shape, kind, opened)
