"""What the nanny of a worker elsewhere tells when that worker ends: its exit code, and how much memory it had taken.

A nanny is the process beside a worker, on the worker's own machine; nobody else sees either. This is sent to every
nanny of the cluster, also to those that come later, and needs nothing there but the app's own package.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil
from distributed import Nanny, Status
from distributed.diagnostics.plugin import NannyPlugin

TOPIC = "dlcore-exits"  # of events, as Dask calls them
LOOK_SECONDS = 0.5
_ENDING = (Status.closing, Status.closed, Status.closing_gracefully)


@dataclass(frozen=True)
class WorkerExit:
    """How a worker ended. memory: bytes that it took when it was last looked at; limit: that it may take, if any."""

    code: int
    memory: int
    limit: int | None


class NannyWatch(NannyPlugin):
    """Tells who listens to `TOPIC` of every worker that ends."""

    name = "dlcore-nanny-watch"

    def setup(self, nanny: Nanny) -> None:
        """Dask calls this in the process of each nanny."""
        watched = _Watched(nanny, nanny._on_worker_exit_sync)
        nanny._on_worker_exit_sync = watched.on_exit  # type: ignore[method-assign]
        if nanny.process is not None:
            nanny.process.on_exit = watched.on_exit  # of the worker that is there already
        watched.looking = asyncio.create_task(watched.look_on())


class _Watched:
    """A worker, seen from its nanny."""

    def __init__(self, nanny: Nanny, after: Callable[[int], Any]) -> None:
        self._nanny, self._after = nanny, after
        self._pid, self._memory = 0, 0
        self.looking: asyncio.Task[None] | None = None  # held here: a loop holds its tasks but weakly

    async def look_on(self) -> None:
        """Note how much memory it takes, again and again, until the nanny ends."""
        while self._nanny.status not in _ENDING:
            self._look()
            await asyncio.sleep(LOOK_SECONDS)

    def _look(self) -> None:
        pid = self._nanny.pid
        if pid:
            with suppress(psutil.Error):
                self._pid = pid
                self._memory = int(psutil.Process(pid).memory_info().rss) or self._memory  # none, once it has died

    def on_exit(self, code: int) -> Any:
        """It ended: tell, unless the whole nanny leaves as it was asked to; then let the nanny do what it does."""
        if self._nanny.status not in _ENDING:
            self._tell(code)
        return self._after(code)

    def _tell(self, code: int) -> None:
        limit = self._nanny.memory_manager.memory_limit
        worker = f"{socket.gethostname()}:{self._pid}"
        told = {"worker": worker, "code": int(code), "memory": self._memory, "limit": limit and int(limit)}
        with suppress(Exception):  # a nanny that is ending itself cannot tell any more
            self._nanny.log_event(TOPIC, told)
