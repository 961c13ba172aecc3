"""A clock that runs only while training computes, not while its caller draws, writes or waits."""

from __future__ import annotations

from time import perf_counter


class Clock:
    """Seconds of one's own work, summed over `start` … `stop`."""

    def __init__(self) -> None:
        self._before = 0.0
        self._started: float | None = None

    def start(self) -> None:
        self._started = perf_counter()

    def stop(self) -> None:
        self._before = self.seconds
        self._started = None

    @property
    def seconds(self) -> float:
        """So far."""
        return self._before if self._started is None else self._before + perf_counter() - self._started

    def go_on(self, seconds: float) -> None:
        """As if it had run for so long, and stood still now."""
        self._before, self._started = seconds, None
