"""Runs of other homes, over a database that several share: which of them have lost their worker.

Their heartbeats are times of other machines' clocks. So they are compared with nothing but themselves: one that does
not change for long, by this process's own clock, has stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dlcore.runs.store.dispatch import Elsewhere

SILENT_SECONDS = 60.0


class SilentRuns:
    """To be asked again and again; it remembers what it saw."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[float, float]] = {}  # by token: (heartbeat, when it was first seen)

    def among(self, runs: Iterable[Elsewhere]) -> list[Elsewhere]:
        """Those whose heartbeat has been the same for so long."""
        seen, now, silent = {}, self._clock(), []
        for run in runs:
            heartbeat_at, since = self._seen.get(run.token, (run.heartbeat_at, now))
            since = since if heartbeat_at == run.heartbeat_at else now
            seen[run.token] = (run.heartbeat_at, since)
            if now - since > SILENT_SECONDS:
                silent.append(run)
        self._seen = seen
        return silent
