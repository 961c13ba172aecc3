"""A class that presses Train at once costs a few commits, not one for each: what waits meanwhile is written together.

A commit waits for the disk several times, whatever is in it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from dlcore.runs.store.engine import Unreachable, writing

T = TypeVar("T")


@dataclass(eq=False)
class _Job:
    """Something to be written, and what came of it."""

    write: Callable[[sa.Connection], Any]
    done: bool = False
    result: Any = field(default=None, repr=False)
    error: Exception | None = None


class GroupCommit:
    """Small writes of many threads in one transaction: who comes first writes for all who wait."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()  # of what waits
        self._turn = threading.Lock()  # to write it
        self._waiting: list[_Job] = []

    def write(self, write: Callable[[sa.Connection], T]) -> T:
        """What `write` returns, once that is committed. It may be called again where the first time came to nothing.

        Raises what it raised, DiskFull or Unreachable; then nothing of it was written.
        """
        job = _Job(write)
        with self._lock:
            self._waiting.append(job)
        with self._turn:
            if not job.done:
                with self._lock:
                    jobs, self._waiting = self._waiting, []
                try:
                    self._write(jobs)
                except BaseException:  # this thread is broken off: the others still want to be written
                    with self._lock:
                        self._waiting += [each for each in jobs if not each.done and each is not job]
                    raise
        if job.error is not None:
            raise job.error
        result: T = job.result
        return result

    def _write(self, jobs: list[_Job]) -> None:
        try:
            with writing(self._engine) as connection:
                results = [job.write(connection) for job in jobs]
        except Exception as error:
            if len(jobs) > 1 and not isinstance(error, Unreachable):
                for job in jobs:  # one of them is wrong, or there is no room for all: each for itself
                    self._write([job])
                return
            for job in jobs:
                job.error = error
        else:
            for job, result in zip(jobs, results, strict=True):
                job.result = result
        for job in jobs:
            job.done = True
