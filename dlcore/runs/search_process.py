"""The process that goes on with searches, as its dispatcher has it: started where one is open, and again if it dies."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

from dlcore.runs.children import environment_of
from dlcore.runs.settings import Settings

AGAIN_SECONDS = 5.0  # between two starts


class SearchProcess:
    """At most one `dlcore.runs.search_driver`. It belongs to the dispatcher's process group, and ends with it."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings, self._clock = settings, clock
        self._process: subprocess.Popen[bytes] | None = None
        self._next_start = clock()

    @property
    def at_work(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    def ensure(self) -> None:
        """Have one at work; soon, where the last was started a moment ago."""
        if self.at_work or self._clock() < self._next_start:
            return
        self._next_start = self._clock() + AGAIN_SECONDS
        self.end()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "dlcore.runs.search_driver"],
            stdin=subprocess.PIPE,
            env=environment_of(self._settings),
        )

    def end(self) -> None:
        """End it. What it was about to do, the next one does."""
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process = None
