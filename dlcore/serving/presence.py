"""Who has a page open: noted by what browsers of students ask, and written for all of them together."""

from __future__ import annotations

import contextlib
import threading
import time

from dlcore.errors import DlcoreError
from dlcore.serving.store import runs

EVERY_SECONDS = 15.0  # between two writes: thirty students cost four a minute


class Presence:
    """Learners who were seen since the last write."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self._written_at = 0.0  # by a clock that is never set back
        self._lock = threading.Lock()

    def note(self, name: str) -> None:
        """A page of this learner is open."""
        with self._lock:
            self._seen[name] = time.time()
            if time.monotonic() - self._written_at < EVERY_SECONDS:
                return
            seen, self._seen, self._written_at = self._seen, {}, time.monotonic()
        with contextlib.suppress(DlcoreError):  # a database that does not answer: the next write tells the same
            runs().note_seen(seen)


presence = Presence()
