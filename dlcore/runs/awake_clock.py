"""A clock for judging whether somebody else is silent."""

from __future__ import annotations

import time
from collections.abc import Callable

MOST_SECONDS = 1.0  # between two looks; whoever looked less often was stopped, asleep or held up itself


class AwakeClock:
    """Seconds in which this process itself was awake: for how long somebody has been silent *while one listened*.

    The wall clock may be set, and a process may be stopped, or its whole machine suspended; neither is the silence of
    others. So time comes from a clock that only goes forward, and a long gap between two looks counts as a short one.
    Starts where `clock` stands.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen = self._now = clock()

    def __call__(self) -> float:
        """The time now, in seconds; to be looked at several times a second."""
        seen = self._clock()
        self._now += min(max(seen - self._seen, 0.0), MOST_SECONDS)
        self._seen = seen
        return self._now
