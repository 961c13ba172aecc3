"""The dispatcher as a child of the app: started if none serves this home, and started again should it die or hang."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

from dlcore.i18n import N_, Text
from dlcore.runs.heartbeat import Beat, HeartbeatWatch, holds
from dlcore.runs.settings import Settings

LOCK = "dispatcher.lock"
LOG = "log/dispatcher.log"  # of dispatcher and workers, in the home
LOOK_SECONDS = 0.5  # how often this process looks whether a dispatcher serves the home
MOST_SECONDS_BETWEEN_STARTS = 30.0
STARTING_SECONDS = 20.0  # how long nobody may serve before that is called trouble
LATE_SECONDS = 5.0  # a beat older than this is no sign that a dispatcher works
MOST_LOG_BYTES = 5_000_000
CLOSE_SECONDS = 5.0

log = logging.getLogger("dlcore.runs")


class EmbeddedDispatcher:
    """Keeps one dispatcher running for a home as long as this process lives, and ends the one it started.

    One that hangs is ended, whoever started it: workers train on, but nobody gives them anything, or obeys a wish.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._heartbeat = HeartbeatWatch(settings.home)
        self._pause = LOOK_SECONDS  # before the next try to start one
        self._next_start = self._started_at = self._served_at = time.monotonic()
        self._said = ""
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

    def trouble(self) -> Text | None:
        """Why nobody trains what is queued; None where a dispatcher serves, or has just been asked to."""
        if time.monotonic() - self._served_at < STARTING_SECONDS and self._thread.is_alive():
            return None
        return Text(N_("No dispatcher serves {home}: runs wait. Its log says why."), home=str(self._settings.home))

    def _keep(self) -> None:
        while not self._closed.is_set():
            try:
                self._look()
            except Exception as error:  # without file handles, processes or memory for a moment: it must go on
                self._wait_longer()
                self._say(f"{type(error).__name__}: {error}")
            self._closed.wait(LOOK_SECONDS)

    def _look(self) -> None:
        """Start a dispatcher where none serves, end one that hangs."""
        beat = self._heartbeat.look()
        served = self._alive() or not is_free(self._settings.home)
        if served:
            self._watch(beat)
        elif time.monotonic() >= self._next_start:
            self._wait_longer()  # one that dies at once is not started in a rush
            self._heartbeat.expect()
            self._process = start(self._settings)
            self._started_at = time.monotonic()

    def _watch(self, beat: Beat | None) -> None:
        if self._heartbeat.is_hung:
            self._end_hung(beat)
        elif beat is not None and not beat.starting and self._heartbeat.silent_seconds < LATE_SECONDS:
            self._served_at = time.monotonic()
            self._said = ""
            if time.monotonic() - self._started_at > MOST_SECONDS_BETWEEN_STARTS:
                self._pause = LOOK_SECONDS

    def _end_hung(self, beat: Beat | None) -> None:
        """End the dispatcher that serves; its watchdog then ends its workers, and another one is started."""
        if self._alive():
            assert self._process is not None
            pid = self._process.pid
        elif beat is not None and beat.pid is not None and holds(beat.pid, self._settings.home / LOCK):
            pid = beat.pid
        else:
            self._say("who serves this home gives no sign of life, and cannot be told")
            return
        log.warning("the dispatcher %d has given no sign of life for %.0f s and is ended", pid,
                    self._heartbeat.silent_seconds)  # fmt: skip
        self._heartbeat.expect()
        os.kill(pid, signal.SIGKILL)
        if self._process is not None and self._process.pid == pid:
            self._process.wait()

    def _wait_longer(self) -> None:
        self._next_start = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, MOST_SECONDS_BETWEEN_STARTS)

    def _say(self, what: str) -> None:
        """Once, however long it lasts."""
        if what != self._said:
            log.warning("the dispatcher of %s: %s", self._settings.home, what)
        self._said = what

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
    path = home / LOG
    path.parent.mkdir(exist_ok=True, mode=0o700)
    if path.exists() and path.stat().st_size > MOST_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path


def _python_path() -> str:
    """So that the child finds this very dlcore, wherever it runs."""
    root = str(Path(__file__).parents[2])
    return os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH")])])
