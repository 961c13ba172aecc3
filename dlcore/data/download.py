"""Files that are fetched from where they were published: once, resumable, each held against its SHA-256.

A fetch that breaks off leaves `<file>.part`; the next one asks the server for the rest. A file that somebody put
into the folder is as good as one that was fetched, and is held against the same sum.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import platformdirs
from filelock import FileLock, Timeout

from dlcore.errors import DataError
from dlcore.i18n import N_, Text

Progress = Callable[[int, int], None]  # bytes that are there, bytes in all

CHUNK_BYTES = 1 << 14  # of a connection that breaks, at most so much is lost
TIMEOUT_SECONDS = 20
LOOK_SECONDS = 0.3  # how often who waits for somebody else's fetching looks how far it has come


@dataclass(frozen=True)
class Published:
    """A file of the catalogue: its name, its size in bytes, and the sum that tells that it is the one meant."""

    name: str
    size: int
    sha256: str


def folder(dataset: str) -> Path:
    """Where the files of a data set lie, under this installation's home."""
    home = os.environ.get("DLCORE_HOME") or platformdirs.user_data_path("dlcore", appauthor=False)
    return Path(home) / "datasets" / dataset


def lacking(files: Sequence[Published], place: Path) -> int:
    """How many bytes are still to be fetched; 0 where every file is there."""
    return sum(file.size - _size(place / f"{file.name}.part") for file in files if not (place / file.name).exists())


def fetch(address: str, files: Sequence[Published], place: Path, progress: Progress) -> None:
    """Bring every file that is not there. Raises DataError where the server cannot be reached, or a file is wrong."""
    place.mkdir(parents=True, exist_ok=True)
    total, done = sum(file.size for file in files), 0
    with _alone(place, lambda: progress(total - lacking(files, place), total)):
        for file in files:
            if not (place / file.name).exists():
                told = functools.partial(_told, progress, done, total)
                _fetch(address, file, place, told, _unreachable(address, files, place))
            done += file.size
            progress(done, total)


@contextmanager
def _alone(place: Path, tell: Callable[[], None]) -> Iterator[None]:
    """Nobody else fetches the same meanwhile. Whoever waits for that tells how far the other one has come."""
    lock = FileLock(place / ".lock")
    while not lock.is_locked:
        try:
            lock.acquire(timeout=LOOK_SECONDS)
        except Timeout:
            tell()
    try:
        yield
    finally:
        lock.release()


def _fetch(address: str, file: Published, place: Path, told: Callable[[int], None], unreachable: DataError) -> None:
    import pooch  # only who fetches waits for it

    pooch.get_logger().setLevel("WARNING")  # the progress says what it would
    resume = Resuming(place / f"{file.name}.part", file.size, told)
    try:
        pooch.retrieve(address + file.name, file.sha256, file.name, place, downloader=resume)
    except ValueError:
        raise _wrong(place / file.name) from None
    except OSError as error:  # of requests, too
        raise unreachable from error


def check(files: Sequence[Published], place: Path) -> None:
    """Hold the files against their sums. Raises DataError that names the one that is not as it was published."""
    for file in files:
        path = place / file.name
        if _sum(path, path.stat().st_mtime_ns) != file.sha256:
            raise _wrong(path)


@functools.lru_cache(maxsize=64)
def _sum(path: Path, _changed: int) -> str:
    import pooch

    made: str = pooch.file_hash(str(path))
    return made


class Resuming:
    """A downloader for pooch that goes on where an earlier one broke off."""

    def __init__(self, part: Path, size: int, told: Callable[[int], None]) -> None:
        self.part, self.size, self.told = part, size, told

    def __call__(self, url: str, output_file: str | Path, _pooch: Any, check_only: bool = False) -> None:
        """Download to `part`, then put it where pooch wants it, who checks it and deletes what is wrong.

        A connection that breaks off is taken up again at once, as long as each brings something.
        """
        while (have := _size(self.part)) < self.size:
            try:
                self._get(url, have)
            except OSError:  # of requests, too
                if _size(self.part) <= have:
                    raise
        os.replace(self.part, output_file)

    def _get(self, url: str, have: int) -> None:
        """Ask for what comes behind the first `have` bytes."""
        import requests

        asked = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=asked, stream=True, timeout=TIMEOUT_SECONDS) as response:
            response.raise_for_status()
            self._write(response, have if response.status_code == requests.codes.partial_content else 0)

    def _write(self, response: Any, have: int) -> None:
        """Append to what is there, or begin anew where the server sends everything; never more than was published."""
        with self.part.open("ab" if have else "wb") as file:
            for chunk in response.iter_content(CHUNK_BYTES):
                file.write(chunk)
                have += len(chunk)
                self.told(min(have, self.size))
                if have > self.size:
                    return
        if have < self.size:
            raise ConnectionError(f"{have} of {self.size} bytes")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _told(progress: Progress, before: int, total: int, have: int) -> None:
    progress(before + have, total)


def _unreachable(address: str, files: Sequence[Published], place: Path) -> DataError:
    return DataError(
        Text(
            N_("{host} could not be reached; put the files {files} from {address} into {folder} and try again."),
            host=urlsplit(address).netloc,
            files=", ".join(file.name for file in files),
            address=address,
            folder=str(place),
        )
    )


def _wrong(path: Path) -> DataError:
    return DataError(
        Text(
            N_("{file} is not the file that was published: its SHA-256 is another. Delete it and try again."),
            file=str(path),
        )
    )
