"""Writers of one process come one after another, in the order in which they came.

SQLite lets one writer in, and those who wait look again after up to a tenth of a second: the lock lies idle between,
and whoever looks at the wrong moments waits for seconds while others who come later go first. Here they queue instead;
only processes still meet at SQLite's own lock.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """Whose turn it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._taken = False

    @contextmanager
    def turn(self, seconds: float) -> Iterator[bool]:
        """Whether it came within so many seconds; it lasts as long as the block."""
        come = threading.Event()
        with self._lock:
            if self._taken:
                self._waiting.append(come)
            else:
                self._taken = True
                come.set()
        came = come.wait(seconds) or not self._leave(come)
        try:
            yield came
        finally:
            if came:
                self._pass_on()

    def _leave(self, come: threading.Event) -> bool:
        """Wait no longer. False where the turn came at the last moment."""
        with self._lock:
            if come.is_set():
                return False
            self._waiting.remove(come)
            return True

    def _pass_on(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
