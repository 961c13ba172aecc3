"""The dispatcher's sign of life: a file of the home that it touches, and that whoever keeps it alive looks at.

It is no row of the database: it must beat while the database is held by another process, or the disk is full. It
names the dispatcher that serves; one that was stopped, replaced and continued finds another name there, and ends.
Times in it are never compared with a clock: that it changed is what counts.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from dlcore.runs.awake_clock import AwakeClock

FILE = "dispatcher.heartbeat"
BEAT_SECONDS = 1.0
HUNG_SECONDS = 20.0  # without a beat
START_SECONDS = 90.0  # … before its workers are there: importing and listening takes as long as the disk needs


class Replaced(Exception):  # noqa: N818 (a signal to the dispatcher, not an error anybody sees)
    """Another dispatcher serves this home by now."""


class Heartbeat:
    """The dispatcher's side. `beat` as often as one likes: it beats once a second."""

    def __init__(self, home: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._clock = home / FILE, clock
        self._name = f"{os.getpid()} {secrets.token_hex(8)}"
        self._beaten_at = clock()
        self._stage = ""  # what was last written; nothing where there was no room even for that
        with suppress(OSError):
            self._write("starting")

    def beat(self) -> None:
        """Show that this dispatcher works. Raises Replaced where another one has begun to serve meanwhile."""
        if self._clock() - self._beaten_at < BEAT_SECONDS:
            return
        self._beaten_at = self._clock()
        with suppress(OSError):  # as when no file handle is free: it is tried again in a second
            if self._stage and not self._path.read_text().startswith(self._name):
                raise Replaced
            if self._stage == "serving":
                os.utime(self._path)
            else:
                self._write("serving")

    def _write(self, stage: str) -> None:
        try:
            self._path.write_text(f"{self._name} {stage}\n")
            self._stage = stage
        except OSError:  # no room even for this: then its age is all it tells
            self._path.touch()


@dataclass(frozen=True)
class Beat:
    """What the file says: who serves, whether it has begun to, and a mark that every beat changes."""

    pid: int | None
    starting: bool
    mark: tuple[int, int]


class HeartbeatWatch:
    """The keeper's side: for how long the same dispatcher has given no sign of life."""

    def __init__(self, home: Path, clock: Callable[[], float] | None = None) -> None:
        self._path, self._clock = home / FILE, clock or AwakeClock()
        self._seen: Beat | None = None
        self._seen_at = self._clock()

    def look(self) -> Beat | None:
        """The newest beat; None where nobody ever served. To be asked for several times a second."""
        found = self._read()
        if found != self._seen:
            self._seen, self._seen_at = found, self._clock()
        return found

    def expect(self) -> None:
        """Another one begins: what was seen so far says nothing about it."""
        self._seen_at = self._clock()

    @property
    def silent_seconds(self) -> float:
        """Since the beat that `look` saw last."""
        return self._clock() - self._seen_at

    @property
    def is_hung(self) -> bool:
        """Whether it has been silent for longer than anything it does may take."""
        starting = self._seen is None or self._seen.starting
        return self.silent_seconds > (START_SECONDS if starting else HUNG_SECONDS)

    def _read(self) -> Beat | None:
        try:
            told, content = self._path.stat(), self._path.read_text().split()
        except FileNotFoundError:
            return None
        pid = int(content[0]) if content and content[0].isdigit() else None
        return Beat(pid, content[2:] != ["serving"], (told.st_mtime_ns, told.st_ino))


def holds(pid: int, file: Path) -> bool:
    """Whether a process has a file open: numbers of processes come again, a lock is held by one."""
    try:
        return any(Path(each.path) == file.resolve() for each in psutil.Process(pid).open_files())
    except psutil.Error:
        return False
