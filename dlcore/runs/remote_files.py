"""Files at any place that fsspec knows: an object store, another machine."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from dlcore.errors import RunError, no_room
from dlcore.i18n import N_, Text

T = TypeVar("T")
RETRY_SECONDS = 0.5


class FilesAway(RunError):  # noqa: N818
    """The place of the files does not answer, or refuses; it may do so again later."""

    def __init__(self, address: str, reason: str) -> None:
        said = N_("The place where files are kept, {address}, does not answer: {reason}")
        super().__init__(Text(said, address=address, reason=reason))
        self._said = (address, reason)

    def __reduce__(self) -> tuple[Any, ...]:
        return FilesAway, self._said


class RemoteFiles:
    """Files under a URL. Stores there show a file when it is whole.

    Methods raise FileNotFoundError for what is not there, OSError where a disk is full, and FilesAway for whatever else
    a store may say: each has exceptions of its own.

    patience: for how many seconds it is asked again.
    """

    def __init__(self, url: str, patience: float = 0.0) -> None:
        import fsspec

        self._url, self._patience = url, patience
        # Others write there, too: what was listed once is no longer what is there.
        self._system, self._root = self._asked(lambda: fsspec.core.url_to_fs(url, use_listings_cache=False))

    def write(self, name: str, content: bytes) -> None:
        self._asked(lambda: self._system.pipe_file(self._made(name), content))

    def adopt(self, name: str, file: Path) -> None:
        self._asked(lambda: self._system.put_file(str(file), self._made(name)))

    def open(self, name: str) -> BinaryIO:
        opened: BinaryIO = self._asked(lambda: self._system.open(self._path(name), "rb"))
        return opened

    def read(self, name: str) -> bytes:
        return bytes(self._asked(lambda: self._system.cat_file(self._path(name))))

    def remove(self, name: str) -> None:
        self._asked(lambda: self._system.exists(self._path(name)) and self._system.rm_file(self._path(name)))

    def remove_folder(self, name: str) -> None:
        self._asked(lambda: self._system.exists(self._path(name)) and self._system.rm(self._path(name), recursive=True))

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"

    def _made(self, name: str) -> str:
        """The path of a name, its folder made."""
        path = self._path(name)
        self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
        return path

    def _asked(self, access: Callable[[], T]) -> T:
        until = time.monotonic() + self._patience
        while True:
            try:
                return access()
            except Exception as error:
                if isinstance(error, FileNotFoundError) or no_room(error):
                    raise
                if time.monotonic() >= until:
                    raise FilesAway(self._url, str(error) or type(error).__name__) from error
            time.sleep(RETRY_SECONDS)
