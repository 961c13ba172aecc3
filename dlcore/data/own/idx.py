"""IDX: the format of MNIST, images in one file and labels in another, packed with gzip or not."""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from dlcore.data.own import arrays
from dlcore.data.own.arrays import Stream
from dlcore.data.own.description import Arrays
from dlcore.data.own.formats import Given
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

KINDS = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read(files: Sequence[Given], made: Path) -> Arrays:
    """Read a pair: the file with more dimensions is x. Raises UploadError that names the file."""
    if len(files) != 2:
        raise UploadError(
            Text(
                N_("{file}: IDX comes as a pair. Bring the images and the labels together; {count} file came."),
                file=files[0].name,
                count=len(files),
            )
        )
    with ExitStack() as stack:
        streams = [_stream(file, stack.enter_context(_opened(file))) for file in files]
        y, x = sorted(streams, key=lambda stream: len(stream.shape))
        if len(y.shape) != 1 or y.kind.kind == "f":
            raise UploadError(Text(N_("{file} is not a file of labels: they are whole numbers in a row."), file=y.name))
        made_of = arrays.keep("idx", x, y, made)
        for stream in streams:
            if stream.file.read(1):
                raise UploadError(Text(N_("{file} goes on after its last row."), file=stream.name))
    return made_of


def array(file: Given) -> np.ndarray[Any, Any]:
    """The whole of one file. Raises UploadError that names it."""
    with _opened(file) as opened:
        stream = _stream(file, opened)
        return np.concatenate([block.astype(stream.kind.newbyteorder("=")) for block in stream.blocks()])


@contextmanager
def _opened(file: Given) -> Iterator[BinaryIO]:
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


def _stream(file: Given, opened: BinaryIO) -> Stream:
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
