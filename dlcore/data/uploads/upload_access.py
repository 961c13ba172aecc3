"""The uploads that may be seen at this moment: laid out by whoever knows the owner, as the language is set.

A page lays out its visitor's, a worker those of the run's owner, the command line those of this machine. Where nobody
has laid out any, as in a notebook, a script or a shell, they are this machine's own ("me"), and `file:PATH` is read,
too. A process that serves others forbids that for good when it starts (`forbid_local`), in all its threads: what it has
not laid out is not there.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

from dlcore.data.uploads.description import Description
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text


class UploadAccess(Protocol):
    """The uploads of one owner, or of all. Each raises UploadError for what is not among them.

    Of one that was deleted after runs learned from it, there is a description, but there are no rows.
    """

    def describe(self, upload_id: str) -> Description: ...
    def check_rows(self, upload_id: str) -> None: ...
    def open(self, upload_id: str) -> BinaryIO: ...
    def called(self, upload_id: str) -> str: ...
    def target(self, upload_id: str) -> str | None: ...


LOCAL = "dlcore.runs.local"  # the module that knows this machine's own uploads; imported when one is asked for

_access: ContextVar[UploadAccess | None] = ContextVar("upload_access", default=None)
_folder: ContextVar[Path | Literal["none"] | None] = ContextVar("folder", default=None)
_forbidden = False  # of the whole process, whatever thread asks


def forbid_local() -> None:
    """Never fall back to this machine's own uploads and files from now on: for servers and workers, at their start."""
    global _forbidden
    _forbidden = True


def use(shelf: UploadAccess | None) -> None:
    """Show these uploads from now on, in this thread (or task)."""
    _access.set(shelf)


@contextmanager
def using(shelf: UploadAccess | None) -> Iterator[None]:
    """Show these uploads inside a `with` block."""
    before = _access.set(shelf)
    try:
        yield
    finally:
        _access.reset(before)


def current(upload_id: str) -> UploadAccess:
    """The shelf to look for an upload on. Raises UploadError where none is laid out and this machine's is forbidden."""
    shelf = _access.get()
    if shelf is not None:
        return shelf
    if _forbidden:
        raise gone(upload_id)
    local: UploadAccess = importlib.import_module(LOCAL).LocalUploads()
    return local


def gone(upload_id: str) -> UploadError:
    """Somebody else's upload is answered as one that does not exist, or was deleted."""
    return UploadError(
        Text(
            N_("There is no data set upload:{id} here: it was deleted, or is somebody else's. Choose another one."),
            id=upload_id[:40],
        )
    )


def allow_files(folder: Path | None) -> None:
    """Let `file:PATH` read files of this machine, relative to `folder`, whatever shelf is laid out: as a command does.

    None takes that back.
    """
    _folder.set(folder)


@contextmanager
def no_files() -> Iterator[None]:
    """Read no file of this machine inside a `with` block: what another process will train on is an upload."""
    before = _folder.set("none")
    try:
        yield
    finally:
        _folder.reset(before)


def folder_of_files(beside: Path | None = None) -> Path:
    """What paths of `file:PATH` are relative to: where the experiment that names one lies (`beside`), else the folder
    that was allowed, else the current one.

    Raises UploadError where files of this machine are not to be read, as in the app.
    """
    folder = _folder.get()
    if _forbidden or folder == "none" or (folder is None and _access.get() is not None):
        raise UploadError(
            Text(
                N_(
                    "file: names a file of this machine, which only the command line and notebooks read. "
                    "Bring it on the page Data."
                )
            )
        )
    return beside or folder or Path.cwd()
