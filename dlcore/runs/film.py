"""The film of a run as files: written a few frames at a time, read part by part."""

from __future__ import annotations

import os
import re
import secrets
import threading
from typing import Any

from dlcore.errors import RunError, no_room
from dlcore.i18n import N_, Text
from dlcore.probes import arrays
from dlcore.probes.frame import WEIGHTS, Frame
from dlcore.runs.artifacts import RUNS, Artifacts
from dlcore.runs.logs import RunLog
from dlcore.runs.remote_files import FilesAway
from dlcore.runs.store.work import FILM, Kept
from dlcore.runs.trouble import disk_full
from dlcore.training.events import Event, FilmEnded, Recorded

NAME = re.compile(rf"{FILM}[0-9a-f]{{12}}-[0-9a-f]{{8}}")  # of a file, within the folder of its run
TOO_LONG = N_("The film of this run has reached its {limit}; training goes on without it.")


class FilmWriter:
    """Writes the frames of one attempt, whatever came since the last time as one file, into so much room.

    Where a file cannot be written, or there is no more room, the film ends, and says so; training goes on.
    """

    def __init__(self, artifacts: Artifacts, run_id: str, room: int) -> None:
        self._artifacts, self._run_id, self._room, self._limit = artifacts, run_id, room, room
        self._lock = threading.Lock()
        self._frames: list[Frame] = []
        self._ended = False
        self._last = 0  # epoch that was recorded

    def add(self, frame: Frame) -> None:
        """Take a frame over."""
        with self._lock:
            if not self._ended:
                self._frames.append(frame)

    @property
    def waiting(self) -> bool:
        """Whether there is something to write."""
        return bool(self._frames)

    def write(self) -> tuple[list[Event], dict[str, Kept]]:
        """(what is to be told of the frames, the file in which they now are, by its name); nothing without frames."""
        with self._lock:
            frames, self._frames = self._frames, []
        if not frames:
            return [], {}
        content, places = _joined(frames)
        if len(content) > self._room:
            return self._end(Text(TOO_LONG, limit=f"{self._limit / 1e6:.0f} MB")), {}
        name = f"{FILM}{secrets.token_hex(6)}"
        try:
            artifact = self._artifacts.write(self._run_id, name, content)
        except (OSError, FilesAway) as error:
            RunLog(self._run_id).warning("its film ends: %s", error)
            return self._end(_reason(error)), {}
        self._room -= len(content)
        file = artifact.file.rpartition("/")[2]
        self._last = max(self._last, *(frame.epoch for frame in frames))
        told = [
            Recorded(frame.epoch, file, parts, dict(frame.numbers)) for frame, parts in zip(frames, places, strict=True)
        ]
        return list(told), {name: (artifact, self._last)}

    def _end(self, reason: Text) -> list[Event]:
        with self._lock:
            self._ended = True
        return [FilmEnded(self._last, reason)]


def _reason(error: OSError | FilesAway) -> Text:
    if isinstance(error, FilesAway):
        return error.text
    return disk_full() if no_room(error) else Text(str(error))


def _joined(frames: list[Frame]) -> tuple[bytes, list[dict[str, list[int]]]]:
    """(all parts one after the other, where in it each part of each frame lies)."""
    blocks: list[bytes] = []
    places: list[dict[str, list[int]]] = []
    start = 0
    for frame in frames:
        places.append({})
        for name, part in frame.parts.items():
            places[-1][name] = [start, len(part)]
            blocks.append(part)
            start += len(part)
    return b"".join(blocks), places


def read_part(artifacts: Artifacts, run_id: str, file: str, first: int, length: int) -> bytes:
    """A part of a film as it was written. Raises RunError where there is no such file, or it is shorter."""
    gone = RunError(Text(N_("This part of the film is no longer there.")))
    if not NAME.fullmatch(file) or first < 0 or length <= 0:
        raise gone
    try:
        with artifacts.place.open(f"{RUNS}/{run_id}/{file}") as stream:
            if first + length > stream.seek(0, os.SEEK_END):
                raise gone
            stream.seek(first)
            return stream.read(length)
    except OSError:
        raise gone from None


def nearest(film: dict[int, Recorded], part: str, epoch: int | None) -> Recorded | None:
    """The frame that shows a part at this epoch: the nearest that has it, the earlier of two; the newest for None."""
    having = [frame for frame in film.values() if part in frame.parts]
    if epoch is None:
        return max(having, key=lambda frame: frame.epoch, default=None)
    return min(having, key=lambda frame: (abs(frame.epoch - epoch), frame.epoch), default=None)


def seen(artifacts: Artifacts, run_id: str, film: dict[int, Recorded], epoch: int | None = None) -> dict[str, Any]:
    """By their names, what all probes saw at this epoch, or nearest to it; of a part that is gone, nothing."""
    found: dict[str, Any] = {}
    for name in sorted({part for frame in film.values() for part in frame.parts} - {WEIGHTS}):
        frame = nearest(film, name, epoch)
        assert frame is not None
        try:
            content = read_part(artifacts, run_id, frame.file, *frame.parts[name])
            found[name] = {"epoch": frame.epoch, **arrays.read(content)}
        except (RunError, ValueError):
            RunLog(run_id).warning("the film's %s of epoch %s is gone or damaged", name, frame.epoch)
    return found
