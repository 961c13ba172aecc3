"""The dispatcher as a child of the app: started if none serves this home, and started again should it die."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

from filelock import FileLock, Timeout

from dlcore.runs.settings import Settings

LOCK = "dispatcher.lock"
LOOK_SECONDS = 0.5  # how often this process looks whether a dispatcher serves the home
MOST_SECONDS_BETWEEN_STARTS = 30.0
MOST_LOG_BYTES = 5_000_000
CLOSE_SECONDS = 5.0

log = logging.getLogger("dlcore.runs")


class EmbeddedDispatcher:
    """Keeps one dispatcher running for a home as long as this process lives, and ends the one it started."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="dispatcher", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the dispatcher, if this process started it: what trains keeps a checkpoint."""
        self._closed.set()
        self._thread.join()
        if self._process is None:
            return
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _keep(self) -> None:
        pause = LOOK_SECONDS
        while True:
            if not self._alive() and is_free(self._settings.home):
                self._process = start(self._settings)
                pause = min(pause * 2, MOST_SECONDS_BETWEEN_STARTS)  # one that dies at once is not started in a rush
            if self._closed.wait(pause if not self._alive() else LOOK_SECONDS):
                return

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None


def start(settings: Settings) -> subprocess.Popen[bytes]:
    """Start a dispatcher in a session of its own; it ends when the pipe to its standard input does."""
    with _log_file(settings.home).open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "dlcore.runs.dispatcher"],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            env={**os.environ, **settings.environment(), "PYTHONPATH": _python_path()},
            start_new_session=True,
        )


def is_free(home: Path) -> bool:
    """Whether no dispatcher serves this home."""
    try:
        with FileLock(home / LOCK, timeout=0):
            return True
    except Timeout:
        return False


def _log_file(home: Path) -> Path:
    """The log of dispatcher and workers; a long one is put aside, in place of the one put aside before."""
    path = home / "log" / "dispatcher.log"
    path.parent.mkdir(exist_ok=True)
    if path.exists() and path.stat().st_size > MOST_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path


def _python_path() -> str:
    """So that the child finds this very dlcore, wherever it runs."""
    root = str(Path(__file__).parents[2])
    return os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
