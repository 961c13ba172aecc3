"""NPZ: the arrays x and y of `np.savez`. Headers are held against sizes before any number is read."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from dlcore.data.own import arrays
from dlcore.data.own.archive import Archive, readable_name
from dlcore.data.own.arrays import Stream
from dlcore.data.own.description import Arrays
from dlcore.data.own.formats import Given
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

MAX_HEADER_CHARACTERS = 10_000


def read(files: Sequence[Given], made: Path) -> Arrays:
    """Read x and y. Raises UploadError that names the array."""
    file = files[0]
    with Archive(file.path, file.name) as archive:
        found = {readable_name(each).removesuffix(".npy").lower(): each for each in archive.entries}
        if not {"x", "y"} <= set(found):
            raise UploadError(
                Text(
                    N_("{file} must hold the arrays x and y, as np.savez(file, x=…, y=…) does; it holds {found}."),
                    file=file.name,
                    found=", ".join(sorted(found)[:10]) or "—",
                )
            )
        with archive.open(found["x"]) as x, archive.open(found["y"]) as y:
            first, second = (_stream(file, name, found[name], each) for name, each in (("x", x), ("y", y)))
            return arrays.keep("npz", first, second, made)


def _stream(file: Given, name: str, entry: zipfile.ZipInfo, opened: BinaryIO) -> Stream:
    """The array behind its header. Raises UploadError where they do not fit."""
    shown = f"{file.name}, {name}"
    counted = _Position(opened)
    try:
        version = np.lib.format.read_magic(cast("BinaryIO", counted))
        header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, by_column, kind = header(cast("BinaryIO", counted), max_header_size=MAX_HEADER_CHARACTERS)
        shape = tuple(map(int, shape))
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError, MemoryError, SyntaxError):
        raise UploadError(Text(N_("{array} is not an array as NumPy writes it."), array=shown)) from None
    arrays.check(shown, shape, kind, entry.file_size - counted.position, texts=name == "y")
    if by_column and len(shape) > 1:
        raise UploadError(Text(N_("{array} is stored column by column; save np.ascontiguousarray of it."), array=shown))
    return Stream(shown, shape, kind, opened)


class _Position:
    """A stream that knows how far it was read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.position = stream, 0

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size)
        self.position += len(content)
        return content
