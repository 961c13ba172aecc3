"""Children that stay with one run for a while: its data and networks are loaded once, and a question costs a moment.

Only for analyses that say they are `resident`: short ones, asked many times over, such as while somebody draws. What
they answer is not kept. A child is given to one run, and so to one owner, and ends when nobody has asked for a while.
"""

from __future__ import annotations

import json
import os
import select
import struct
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from dlcore.errors import ExportError
from dlcore.i18n import N_, Text
from dlcore.runs.children import WAIT_SECONDS, Child, memory_of, spare
from dlcore.runs.logs import RunLog
from dlcore.runs.settings import Settings

MOST = 2  # at a time: another one takes the place of the one that was asked longest ago
MOST_SECONDS = 60.0  # for one answer
LOOK_SECONDS = 0.25

HEAD = struct.Struct("<?Q")  # of an answer: whether it is one, and how many bytes follow


class EndedError(Exception):
    """The child has gone away while it was asked."""


class Resident:
    """A child that has loaded a run, and answers one question after the other."""

    def __init__(self, settings: Settings, run_id: str) -> None:
        self._most_bytes = settings.run_memory_bytes
        self._child: Child = spare.begun(settings, {"run_id": run_id, "kind": "resident"})
        self._lock = threading.Lock()

    def ask(self, question: bytes) -> bytes:
        """What it answers to a line of JSON. Raises ExportError with its sentence, EndedError where it is gone."""
        with self._lock:
            try:
                self._child.tell(question)
                right, length = HEAD.unpack(self._read(HEAD.size))
                content = self._read(length)
            except (OSError, ValueError):  # its pipe is broken, or closed here because it was ended
                raise EndedError from None
        if not right:
            raise ExportError(Text.from_json(json.loads(content)))
        return content

    def _read(self, length: int) -> bytes:
        found, until = bytearray(), time.monotonic() + MOST_SECONDS
        while len(found) < length:
            if not select.select([self._child.answers], [], [], LOOK_SECONDS)[0]:
                self._check(until)
                continue
            some = os.read(self._child.answers, length - len(found))
            if not some:
                raise EndedError
            found += some
        return bytes(found)

    def _check(self, until: float) -> None:
        """Raise ExportError where it takes too long or too much; it is ended then."""
        if time.monotonic() > until:
            self.end()
            raise ExportError(Text(N_("The answer took too long, and was given up.")))
        if memory_of(self._child.process.pid) > self._most_bytes:
            self.end()
            raise ExportError(
                Text(N_("The answer took more than {limit} of memory, and was given up."),
                     limit=f"{self._most_bytes / 1e9:.1f} GB")
            )  # fmt: skip

    def end(self) -> str:
        """End it: what it wrote on standard error."""
        self._child.end()
        return self._child.said


class Residents:
    """At most two of them, by run; each ends two minutes after its last answer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: OrderedDict[tuple[str, str], Resident] = OrderedDict()
        self._timers: dict[tuple[str, str], threading.Timer] = {}

    def ask(self, settings: Settings, run_id: str, asked: Mapping[str, Any]) -> bytes:
        """What the child of a run answers; one that has gone away meanwhile is asked for anew, once.

        Raises ExportError with its sentence, or where it ends again and again.
        """
        question = json.dumps(asked).encode() + b"\n"
        try:
            for _try in range(2):
                try:
                    return self._of_run(settings, run_id).ask(question)
                except EndedError:
                    said = self.end(settings, run_id)
        finally:
            self._wait(settings, run_id)
        RunLog(run_id).error("the process that answers has ended: %s", said)
        raise ExportError(Text(N_("The process that answers has ended; the log of the server says more.")))

    def _of_run(self, settings: Settings, run_id: str) -> Resident:
        key = (str(settings.home), run_id)
        with self._lock:
            self._cancel(key)
            while len(self._of) >= MOST and key not in self._of:
                self._end(next(iter(self._of)))
            resident = self._of.get(key) or Resident(settings, run_id)
            self._of[key] = resident
            self._of.move_to_end(key)
            return resident

    def _wait(self, settings: Settings, run_id: str) -> None:
        """Let the child of a run wait for the next question, for a while."""
        key = (str(settings.home), run_id)
        with self._lock:
            self._cancel(key)
            if key in self._of:
                timer = threading.Timer(WAIT_SECONDS, self.end, (settings, run_id))
                timer.daemon = True
                timer.start()
                self._timers[key] = timer

    def _cancel(self, key: tuple[str, str]) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    def end(self, settings: Settings, run_id: str) -> str:
        """End the child of a run, if it has one: what it wrote on standard error."""
        with self._lock:
            return self._end((str(settings.home), run_id))

    def _end(self, key: tuple[str, str]) -> str:
        self._cancel(key)
        resident = self._of.pop(key, None)
        return "" if resident is None else resident.end()


residents = Residents()
