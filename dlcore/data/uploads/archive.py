"""A small reader of zip files from outside: looks at every entry before any is unpacked, and counts what comes out.

Nothing is written to disk, so that no name in an archive is ever a path.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from dlcore.data.uploads.limits import MAX_MEMBERS, MAX_UNPACKED_BYTES, spoken
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

LOCAL_HEADER = struct.Struct("<4s5H3I2H")  # what stands before each entry's name
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
LISTED = b"PK\1\2"  # what stands before each entry in the list of all
END_BYTES = 22 + 0xFFFF  # at most that the end of a zip takes, after that list
BYTES_LISTED = 2_000  # of an entry: its name and what is said of it
UTF8_NAME, ENCRYPTED = 0x800, 0x1  # bits of an entry's flags


class DamagedMemberError(UploadError):
    """What is inside an archive under one name is torn; the others may be whole."""


class Archive:
    """An archive whose entries were looked at; `name` is for sentences.

    More than `most` entries, or reading more out of it than `limit` bytes, is an UploadError.
    """

    def __init__(
        self, file: Path | BinaryIO, name: str, limit: int = MAX_UNPACKED_BYTES, most: int = MAX_MEMBERS
    ) -> None:
        self.name, self.limit, self.most = name, limit, most
        self.unpacked = 0  # bytes that came out so far
        self._file: BinaryIO = file.open("rb") if isinstance(file, Path) else file
        try:
            self._zip = zipfile.ZipFile(cast("BinaryIO", _Looked(self._file, self._check_list, most * BYTES_LISTED)))
            self._zip.fp = self._file
            self.entries = [each for each in self._zip.infolist() if not each.filename.endswith("/")]
            self._check()
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
            self._file.close()
            raise self._damaged() from None
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()
        self._file.close()

    def _check_list(self, listed: bytes | None) -> None:
        """Raises UploadError for a list of entries that is too long to be read, which is None, or has too many."""
        if listed is None:
            most = spoken(self.most * BYTES_LISTED)
            raise UploadError(Text(N_("{file}: its list of files is longer than {limit}."), file=self.name, limit=most))
        self._check_count(listed.count(LISTED))

    def _check_count(self, received: int) -> None:
        if received > self.most:
            raise UploadError(
                Text(
                    N_("{file} holds {received} files; at most {limit} are allowed."),
                    file=self.name,
                    received=f"{received:,}",
                    limit=f"{self.most:,}",
                )
            )

    def _check(self) -> None:
        self._check_count(len(self._zip.infolist()))
        for entry in self.entries:
            if entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:
                raise self.refused(entry, N_("it is encrypted, or packed in an unusual way"))
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise self.refused(entry, N_("it is a link"))
        if sum(entry.file_size for entry in self.entries) > self.limit:
            raise self._too_much()
        self._check_overlaps()

    def _check_overlaps(self) -> None:
        """Each entry's bytes are its own: an archive whose entries share them unpacks to far more than it holds."""
        end = 0
        for entry in sorted(self._zip.infolist(), key=lambda each: each.header_offset):
            self._file.seek(entry.header_offset)
            header = self._file.read(LOCAL_HEADER.size)
            if len(header) < LOCAL_HEADER.size or not header.startswith(b"PK\3\4") or entry.header_offset < end:
                raise self.refused(entry, N_("it shares its bytes with another"))
            *_, name, extra = LOCAL_HEADER.unpack(header)
            end = entry.header_offset + LOCAL_HEADER.size + name + extra + entry.compress_size
        if end > self._zip.start_dir:
            raise self._damaged()

    @contextmanager
    def open(self, entry: zipfile.ZipInfo) -> Iterator[BinaryIO]:
        """An entry to be read in parts. Raises DamagedMemberError for one that is torn inside."""
        try:
            with self._zip.open(entry) as stream:
                yield cast("BinaryIO", _Counted(self, cast("BinaryIO", stream)))
        except (zipfile.BadZipFile, zipfile.zlib.error, EOFError, NotImplementedError, RuntimeError, OSError):  # type: ignore[attr-defined]
            raise DamagedMemberError(self.refused(entry, N_("it is damaged")).text) from None

    def read(self, entry: zipfile.ZipInfo, most: int) -> bytes:
        """A whole entry of at most so many bytes. Raises UploadError where it is more; DamagedMemberError."""
        if entry.file_size > most:  # more than it says it holds never comes out
            raise self.refused(entry, N_("it is too large"))
        with self.open(entry) as stream:
            return stream.read(most)

    def refused(self, entry: zipfile.ZipInfo, reason: str) -> UploadError:
        """«cats.zip, cat/1.png: it is damaged.»"""
        shown = {"file": self.name, "member": readable_name(entry)[:200], "reason": Text(reason)}
        return UploadError(Text(N_("{file}, {member}: {reason}."), **shown))

    def _too_much(self) -> UploadError:
        return UploadError(
            Text(
                N_("{file} unpacks to more than {limit}, the most that is allowed."),
                file=self.name,
                limit=spoken(self.limit),
            )
        )

    def _damaged(self) -> UploadError:
        return UploadError(Text(N_("{file} is not a zip file, or is damaged."), file=self.name))

    def count(self, received: int) -> None:
        """Note that so many bytes came out. Raises UploadError where it is too much in all."""
        self.unpacked += received
        if self.unpacked > self.limit:
            raise self._too_much()


class _Looked:
    """A file in which zipfile looks for the list of entries: the list is looked at before an object is made of each.

    zipfile reads it in one piece, of the length that the end of the file says, and every other piece is shorter.
    """

    def __init__(self, file: BinaryIO, check: Callable[[bytes | None], None], most: int) -> None:
        self._file, self._check, self._most = file, check, max(most, END_BYTES)
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable

    def read(self, size: int = -1) -> bytes:
        if size > self._most:
            self._check(None)
        content = self._file.read(size)
        if size > END_BYTES:
            self._check(content)
        return content


class _Counted:
    """A stream that tells its archive how much was read."""

    def __init__(self, archive: Archive, stream: BinaryIO) -> None:
        self._archive, self._stream = archive, stream

    def read(self, size: int = -1) -> bytes:
        content = self._stream.read(size if size >= 0 else self._archive.limit + 1)
        self._archive.count(len(content))
        return content


def readable_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name on one line. One that does not say its encoding is taken for GBK where it can be that."""
    name = entry.filename
    if not entry.flag_bits & UTF8_NAME and not name.isascii():
        try:
            name = name.encode("cp437").decode("gb18030")
        except UnicodeError:
            name = entry.filename
    return "".join(each if each.isprintable() else "?" for each in name)
