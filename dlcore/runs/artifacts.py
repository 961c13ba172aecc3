"""Weights and checkpoints on disk, or at any fsspec URL: whole or not at all, with their SHA-256."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from dlcore.errors import RunError
from dlcore.i18n import N_, Text
from dlcore.runs.remote_files import RemoteFiles
from dlcore.runs.settings import Settings

# The folders of what runs make, of what learners brought, and of what they handed in.
RUNS, UPLOADS, SUBMISSIONS = "runs", "uploads", "submissions"
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Artifact:
    """A file that was written: where (relative to the place of artifacts), how long, and its fingerprint."""

    file: str
    bytes: int
    sha256: str


class Place(Protocol):
    """Where artifacts are kept. Names are relative, made by the app, never by a user."""

    def write(self, name: str, content: bytes) -> None: ...
    def adopt(self, name: str, file: Path) -> None: ...
    def read(self, name: str) -> bytes: ...
    def open(self, name: str) -> BinaryIO: ...
    def remove(self, name: str) -> None: ...
    def remove_folder(self, name: str) -> None: ...


class Artifacts:
    """Writes and reads artifacts, and holds each against the fingerprint that was kept in the database.

    patience: for how many seconds a place elsewhere that does not answer is asked again, before FilesAway is raised.
    """

    def __init__(self, settings: Settings, patience: float = 0.0) -> None:
        url = settings.artifacts_url
        self.place: Place = Folder(settings.home / "artifacts") if url is None else RemoteFiles(url, patience)

    def write(self, run_id: str, name: str, content: bytes, folder: str = RUNS) -> Artifact:
        """Store a file of a run, or of what was handed in, under a name not used before: none is ever touched again."""
        file = f"{folder}/{run_id}/{name}-{secrets.token_hex(4)}"
        self.place.write(file, content)
        return Artifact(file, len(content), hashlib.sha256(content).hexdigest())

    def read(self, artifact: Artifact) -> bytes:
        """Raises RunError where the file is gone, torn or changed; its FilesAway where that cannot be seen."""
        try:
            content = self.place.read(artifact.file)
        except OSError:
            raise RunError(Text(N_("The file {file} is no longer there."), file=artifact.file)) from None
        if len(content) != artifact.bytes or hashlib.sha256(content).hexdigest() != artifact.sha256:
            raise RunError(Text(N_("The file {file} is damaged: it is not what was written."), file=artifact.file))
        return content

    def adopt(self, upload_id: str, file: Path) -> Artifact:
        """Store a file that lies on this machine as the rows of an upload, without holding it in memory."""
        name = f"{UPLOADS}/{upload_id}-{secrets.token_hex(4)}"
        sha256 = self.keep(name, file)
        return Artifact(name, file.stat().st_size, sha256)

    def keep(self, name: str, file: Path) -> str:
        """Store a file that lies on this machine under a name of its own. Returns the SHA-256 of its content."""
        with file.open("rb") as stream:
            sha256 = _fingerprint(stream)
        self.place.adopt(name, file)
        return sha256

    def open(self, artifact: Artifact, check: bool = False) -> BinaryIO:
        """A stored file, to be read in parts. Raises RunError where it is gone; or, checked, torn or changed."""
        try:
            stream = self.place.open(artifact.file)
        except OSError:
            raise RunError(Text(N_("The file {file} is no longer there."), file=artifact.file)) from None
        if check and _fingerprint(stream) != artifact.sha256:
            stream.close()
            raise RunError(Text(N_("The file {file} is damaged: it is not what was written."), file=artifact.file))
        stream.seek(0)
        return stream

    def remove(self, file: str) -> None:
        """Remove one file; it may be gone already."""
        self.place.remove(file)

    def remove_run(self, run_id: str) -> None:
        """Remove everything of a run."""
        self.place.remove_folder(f"{RUNS}/{run_id}")

    def remove_submission(self, submission_id: str) -> None:
        """Remove the weights that were handed in."""
        self.place.remove_folder(f"{SUBMISSIONS}/{submission_id}")

    def files(self, folder: str) -> list[str]:
        """What lies in `RUNS` or `UPLOADS`; nothing where that is no folder of this machine, which we alone fill."""
        return self.place.files(folder) if isinstance(self.place, Folder) else []

    def sweep(self, files: Collection[str], registered: Collection[str]) -> list[str]:
        """Remove those files that no database row names: a process died between writing and registering.

        Returns what was removed.
        """
        left = [file for file in files if file not in registered]
        for file in left:
            self.place.remove(file)
        return left


class Folder:
    """A folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, content: bytes) -> None:
        """Beside, fsynced, renamed: after a power cut the file is there whole, or not there."""
        self._write(name, [content])

    def adopt(self, name: str, file: Path) -> None:
        """The content of another file, in the same way."""
        with file.open("rb") as stream:
            self._write(name, iter(partial(stream.read, BLOCK_BYTES), b""))

    def _write(self, name: str, blocks: Iterable[bytes]) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}")
        try:
            with beside.open("xb") as file:
                for block in blocks:
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        _fsync_folder(path.parent)

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def open(self, name: str) -> BinaryIO:
        return (self.root / name).open("rb")

    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def remove_folder(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)

    def files(self, folder: str) -> list[str]:
        return sorted(str(path.relative_to(self.root)) for path in (self.root / folder).rglob("*") if path.is_file())


def upload_of(file: str) -> str:
    """The id of the upload whose rows a file holds, or was to hold when its writing broke off."""
    return file.rpartition("/")[2].lstrip(".").partition("-")[0]


def _fingerprint(stream: BinaryIO) -> str:
    found = hashlib.sha256()
    while block := stream.read(BLOCK_BYTES):
        found.update(block)
    return found.hexdigest()


def _fsync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
