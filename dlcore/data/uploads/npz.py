"""NPZ: the arrays of `np.savez`, also in parts. Headers are held against sizes before any number is read."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from dlcore.data.uploads import arrays
from dlcore.data.uploads.archive import Archive, DamagedMemberError, readable_name
from dlcore.data.uploads.arrays import Part, Stream
from dlcore.data.uploads.description import MOST_CHARACTERS, Arrays, Repair, first, listed
from dlcore.data.uploads.roles import Roles, RolesError, roles
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

MAX_HEADER_CHARACTERS = 10_000
MOST_ARRAYS = 1000
NO_HEADER = (ValueError, KeyError, TypeError, OverflowError, RecursionError, MemoryError, SyntaxError)
MOST_NAMED = 12  # arrays in a sentence


def read(files: Sequence[UploadedFile], made: Path) -> Arrays:
    """Read x and y, of each part that there is. Raises UploadError that names the array."""
    file = files[0]
    with Archive(file.path, file.name, most=MOST_ARRAYS) as archive, ExitStack() as opened:
        entries = {readable_name(each).removesuffix(".npy"): each for each in archive.entries}
        found = _roles(file, {name: _shape(archive, each) for name, each in entries.items()})

        def stream(name: str, answers: bool) -> Stream:
            return _stream(file, name, entries[name], opened.enter_context(archive.open(entries[name])), answers)

        parts = [Part(each.part, stream(each.x, False), stream(each.y, True)) for each in found.pairs]
        return arrays.keep("npz", parts, made, [*_told(found)], file.reading)


def _roles(file: UploadedFile, shapes: dict[str, tuple[int, ...]]) -> Roles:
    """Which array is which. Raises UploadError that names those that were found."""
    try:
        return roles(shapes)
    except RolesError as error:
        sentence = N_(
            "{file} must hold the arrays x and y, as np.savez(file, x=…, y=…) does, or x_train, y_train, x_test and "
            "y_test; it holds {found}."
        )
        if error.ambiguous:
            sentence = N_(
                "{file}: which arrays are the examples and which their answers cannot be told from {found}. Call them "
                "x and y, as np.savez(file, x=…, y=…) does, or x_train, y_train, x_test and y_test."
            )
    named = [f"{name} {'×'.join(map(str, shape))}".strip() for name, shape in sorted(shapes.items())]
    shown = ", ".join([each[:MOST_CHARACTERS] for each in named[:MOST_NAMED]] + ["…"] * (len(named) > MOST_NAMED))
    raise UploadError(Text(sentence, file=file.name, found=shown or "—"))


def _told(found: Roles) -> Iterator[Repair]:
    """What was decided by shapes, and what was left aside."""
    if found.by_shape:
        names = [f"{each.x} → {each.y}" for each in found.pairs]
        sentence = N_("Names did not say which array is which. By order and shape, answers to examples: {names}.")
        yield Repair("arrays-by-shape", len(names), Text(sentence, names=listed(names)), first(names))
    if found.aside:
        sentence = N_("Arrays that are neither examples nor their answers, and were left aside ({count}): {names}.")
        text = Text(sentence, count=f"{len(found.aside):,}", names=listed(found.aside))
        yield Repair("arrays-left-aside", len(found.aside), text, first(found.aside))


def _shape(archive: Archive, entry: zipfile.ZipInfo) -> tuple[int, ...]:
    """The shape that an array's header speaks of; () where that is none."""
    try:
        with archive.open(entry) as opened:
            return _header(opened)[0]
    except (*NO_HEADER, DamagedMemberError):
        return ()


def _header(opened: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """(shape, whether it is stored column by column, the type of its numbers). Raises one of NO_HEADER."""
    version = np.lib.format.read_magic(opened)
    header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
    shape, by_column, kind = header(opened, max_header_size=MAX_HEADER_CHARACTERS)
    return tuple(map(int, shape)), by_column, kind


def _stream(file: UploadedFile, name: str, entry: zipfile.ZipInfo, opened: BinaryIO, answers: bool) -> Stream:
    """The array behind its header. Raises UploadError where they do not fit."""
    shown = f"{file.name}, {name}"
    counted = _Position(opened)
    try:
        shape, by_column, kind = _header(cast("BinaryIO", counted))
    except NO_HEADER:
        raise UploadError(Text(N_("{array} is not an array as NumPy writes it."), array=shown)) from None
    arrays.check(shown, shape, kind, entry.file_size - counted.position, texts=answers)
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
