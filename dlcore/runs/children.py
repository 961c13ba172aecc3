"""Processes that make one export each; beside an open question one waits, with everything loaded, for the next.

Loading torch and scikit-learn takes seconds, answering takes milliseconds. A child that waits has seen nothing of any
run: it is told its one job when there is one, and ends after it like any other. The job may be to stay with one run
(`dlcore.runs.resident`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

from dlcore.runs.settings import Settings

WAIT_SECONDS = 120.0  # then nobody seems to ask any more, and its memory is given back


class Child:
    """One process of `dlcore.runs.export_child`. It ends with this one: its standard input closes then."""

    def __init__(self, settings: Settings) -> None:
        self.environment = environment_of(settings)
        self.waited = False  # for its job: if it is gone without a word, that need not be the job's fault
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 (as long as the child)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dlcore.runs.export_child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=self._log, env=self.environment, start_new_session=True,
        )  # fmt: skip

    def begin(self, job: Mapping[str, str]) -> None:
        """Tell it what to do. Raises OSError where it has ended."""
        self.tell(json.dumps(job).encode() + b"\n")

    def tell(self, line: bytes) -> None:
        """Send it a line. Raises OSError where it has ended."""
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    @property
    def answers(self) -> int:
        """The file descriptor of what it answers; nothing else is written there."""
        assert self.process.stdout is not None
        return self.process.stdout.fileno()

    def end(self) -> None:
        """End it, and what it has started."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, 9)
        self.process.wait()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdout.close()
        with suppress(BrokenPipeError):  # it ended before it had read its job
            self.process.stdin.close()

    @property
    def said(self) -> str:
        """The end of what it wrote while it worked: why it broke."""
        self._log.seek(0)
        return self._log.read().decode("utf-8", "replace")[-4000:]


class Spare:
    """At most one child that waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Child | None = None
        self._until: threading.Timer | None = None

    def begun(self, settings: Settings, job: Mapping[str, str]) -> Child:
        """A child at work: the one that waits, or else a new one."""
        child = self._taken()
        if child is not None and child.environment == environment_of(settings):
            with suppress(OSError):  # something has ended it meanwhile
                child.waited = True
                child.begin(job)
                return child
        if child is not None:
            child.end()
        child = Child(settings)
        child.begin(job)
        return child

    def keep(self, settings: Settings) -> None:
        """Let one wait for the next job, for a while."""
        with self._lock:
            if self._waiting is None:
                self._waiting = Child(settings)
            if self._until is not None:
                self._until.cancel()
            self._until = threading.Timer(WAIT_SECONDS, self.drop)
            self._until.daemon = True
            self._until.start()

    def drop(self) -> None:
        """End the one that waits."""
        child = self._taken()
        if child is not None:
            child.end()

    def _taken(self) -> Child | None:
        with self._lock:
            child, self._waiting = self._waiting, None
        return child


spare = Spare()


def memory_of(pid: int) -> int:
    """Bytes that a process and its children take; 0 where it is gone."""
    try:
        process = psutil.Process(pid)
        return sum(each.memory_info().rss for each in [process, *process.children(recursive=True)])
    except psutil.Error:
        return 0


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment of a process that works for a home with these settings."""
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
    return {**os.environ, **settings.environment(), "OMP_NUM_THREADS": "1", "PYTHONPATH": path}
