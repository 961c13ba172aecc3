"""The dispatcher: takes queued runs up in a fair order, hands them to workers, and settles what loses its worker.

    python -m dlcore.runs.dispatcher

Its own process, one a home. The app starts it and holds a pipe to it: when the app ends, however it ends, so does the
dispatcher, and everything it started.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import stat
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from distributed import Future, KilledWorker
from filelock import FileLock, Timeout

from dlcore.data.own import shelf
from dlcore.i18n import Text
from dlcore.runs import ballast, bringing, secret, trouble
from dlcore.runs.artifacts import RUNS, UPLOADS, Artifacts, upload_of
from dlcore.runs.cluster import Cluster, open_cluster
from dlcore.runs.embedded import LOCK
from dlcore.runs.queue import Waiting
from dlcore.runs.settings import Settings
from dlcore.runs.store.dispatch import Dispatch, Running
from dlcore.runs.store.engine import DiskFull, Unreachable, connect
from dlcore.runs.watchdog import set_watchdog

TICK_SECONDS = 0.05
REST_SECONDS = 1.5  # what trains gets this long to keep a checkpoint when the app ends
BUSY_SECONDS = 3.0  # a worker that hangs may hold the database; whoever would end it must not wait long for it
SILENT_SECONDS = 60.0  # a run of another home without heartbeat for this long has lost it
EXIT_SECONDS = 1.5  # how long the exit code of a worker may come after the end of its connection
ALREADY_SERVED = 3  # exit code
BUSY = -1  # in place of a GPU's number: all are taken

log = logging.getLogger("dlcore.runs")


@dataclass
class Trained:
    """A run that was given to a worker."""

    run_id: str
    token: str
    future: Future[Any]
    gpu: int | None
    heartbeat_at: float = 0.0  # the newest seen, by the database's clock
    heard_at: float = field(default_factory=time.monotonic)  # when it was seen, by this process's clock
    ended: bool = False  # by this process
    cause: Text | None = None  # why; None where its owner wished it
    lost_at: float | None = None  # when its task was seen to have failed


class Dispatcher:
    """The loop. `stop` ends it from any thread."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Dispatch(connect(settings, BUSY_SECONDS), secret.sign(secret.read_secret(settings.home), "home"))
        self._stopping = threading.Event()
        self._trained: dict[str, Trained] = {}  # by token
        self._running: dict[str, Running] = {}  # by token; as the database was at the last change
        self._queue: list[Waiting] = []
        self._stale = True  # whether these two must be read again
        self._begun = False
        self._next_look_elsewhere = 0.0
        self._measured: Future[Any] | None = None  # the speed of this machine, when there was time for it
        self._gpus: int | None = None

    def stop(self) -> None:
        """End the loop soon."""
        self._stopping.set()

    def serve(self, cluster: Cluster) -> None:
        """Dispatch until stopped, also through a time without database or without room on the disk."""
        while not self._stopping.wait(TICK_SECONDS):
            try:
                self._settle_abandoned()
                self._tick(cluster)
            except (Unreachable, DiskFull) as error:
                log.warning("%s", error)
                self._stale = True
                if isinstance(error, DiskFull):
                    ballast.release(self.settings.home)
                self._stopping.wait(1.0)

    def _settle_abandoned(self) -> None:
        """At the start, what this home left running when it last ended; later, what other homes have left."""
        if not self._begun:
            self.interrupt_all()
            self._sweep()
            self._begun = True
        if self.settings.database_url is not None and time.monotonic() > self._next_look_elsewhere:
            self._next_look_elsewhere = time.monotonic() + SILENT_SECONDS / 6
            for run_id, token in self.store.silent_elsewhere(SILENT_SECONDS):
                self.store.interrupted(run_id, token)

    def interrupt_all(self) -> None:
        """What this home has running goes on later, or ends as its owner wished."""
        for run in self.store.running():
            log.info("run %s: interrupted by the end of a dispatcher", run.id)
            self.store.interrupted(run.id, run.token)

    def _sweep(self) -> None:
        """Remove the files that a worker, or who brought data, wrote and did not live to register."""
        if self.settings.database_url is not None:
            return
        artifacts = Artifacts(self.settings)
        written = artifacts.files(UPLOADS)  # before it is asked who still lives, and only then what is registered
        held = bringing.held(self.settings.home)
        abandoned = [file for file in written if upload_of(file) not in held]
        removed = artifacts.sweep(abandoned, self.store.upload_files())
        removed += artifacts.sweep(artifacts.files(RUNS), self.store.files())
        for file in removed:
            log.info("removed %s, which nothing in the database names", file)

    def _tick(self, cluster: Cluster) -> None:
        self._stale |= self.store.watch.changed()
        if self._stale:
            self._running = {run.token: run for run in self.store.running()}
            self._queue = self.store.queue()
            self._stale = False
        for trained in list(self._trained.values()):
            run = self._running.get(trained.token)
            if trained.future.done() or _is_dead(cluster, run):
                self._settle(cluster, trained, run)
            else:
                self._watch(cluster, trained, run)
        self._admit(cluster)

    def _watch(self, cluster: Cluster, trained: Trained, run: Running | None) -> None:
        """End the process of a run that hangs, takes too much memory, or does not obey."""
        if run is not None and run.heartbeat_at != trained.heartbeat_at:
            trained.heartbeat_at, trained.heard_at = run.heartbeat_at, time.monotonic()
        if trained.ended:
            return
        limit = self.settings.run_memory_bytes
        if time.monotonic() - trained.heard_at > self.settings.hang_seconds:
            if run is not None and run.worker is None and cluster.waits(trained.future):
                trained.heard_at = time.monotonic()  # it has not begun: ending a process would end another run
                return
            self._end(cluster, trained, trouble.hung(self.settings.hang_seconds))
        elif run is None or run.worker is None:
            return
        elif run.wish == "kill" and time.time() - (run.wished_at or 0) > self.settings.grace_seconds:
            self._end(cluster, trained, None)
        elif cluster.memory_of(run.worker) > limit:
            self._end(cluster, trained, trouble.over_memory(limit))

    def _end(self, cluster: Cluster, trained: Trained, cause: Text | None) -> None:
        log.warning("run %s: its process is ended: %s", trained.run_id, cause or "its owner wished it")
        trained.ended, trained.cause = True, cause
        cluster.kill(trained.future)

    def _settle(self, cluster: Cluster, trained: Trained, run: Running | None) -> None:
        """A task is over, or its process is gone. Mostly the worker has said everything already."""
        if run is not None and not _has_told_how(cluster, trained, run):
            return
        if trained.future.done():
            del self._trained[trained.token]
        if run is None:
            return
        if trained.ended and (trained.cause is None or run.wish == "kill"):
            self.store.end_killed(run.id, run.token)
        else:
            self.store.fail(run.id, run.token, trained.cause or _cause(cluster, trained.future, run))

    def _admit(self, cluster: Cluster) -> None:
        """Give free workers to those whose turn it is."""
        measuring = self._measured is not None and not self._measured.done()
        free = cluster.slots() - len(self._trained) - measuring  # more, and a run could wait behind another for ever
        if free <= 0:
            return
        if not self._queue:
            if not self._trained and self._measured is None:
                self._measured = cluster.measure_speed(self.settings)
            return
        if self._gpus is None:
            self._gpus = cluster.count_gpus()
        for waiting in self._queue:
            gpu = self._gpu_for(waiting)
            if gpu is BUSY:
                continue
            token = self.store.claim(waiting.id)
            if token is None:
                continue
            log.info("run %s: given to a worker", waiting.id)
            future = cluster.train(self.settings, waiting.id, token, gpu)
            self._trained[token] = Trained(waiting.id, token, future, gpu)
            free -= 1
            if not free:
                return

    def _gpu_for(self, waiting: Waiting) -> int | None:
        """The number of a GPU with room for this run; None for a run that needs none, BUSY where all are taken."""
        if not self._gpus or waiting.device == "cpu":
            return None
        taken = Counter(trained.gpu for trained in self._trained.values())
        free = (gpu for gpu in range(self._gpus) if taken[gpu] < self.settings.runs_per_gpu)
        return next(free, BUSY)

    def rest(self) -> None:
        """The app ends: what trains keeps a checkpoint and goes back to the queue; what does not make it, too."""
        deadline = time.monotonic() + REST_SECONDS
        with suppress(Unreachable, DiskFull):  # then the next life of this home settles them
            self.store.ask_to_rest()
            while self.store.running() and time.monotonic() < deadline:
                time.sleep(TICK_SECONDS)
            self.interrupt_all()


def _is_dead(cluster: Cluster, run: Running | None) -> bool:
    return run is not None and run.worker is not None and cluster.exit_code(run.worker) is not None


def _has_told_how(cluster: Cluster, trained: Trained, run: Running) -> bool:
    """Whether a worker that died is known to have died of something: its connection may end before its process."""
    if trained.future.status != "error" or _is_dead(cluster, run):
        return True
    trained.lost_at = trained.lost_at or time.monotonic()
    return time.monotonic() - trained.lost_at > EXIT_SECONDS


def _cause(cluster: Cluster, future: Future[Any], run: Running) -> Text:
    """Why a run lost its worker."""
    exit_code = cluster.exit_code(run.worker) if run.worker is not None else None
    if exit_code is not None:
        return trouble.died(exit_code)
    error = future.exception(timeout=5) if future.status == "error" else None
    if error is None or isinstance(error, KilledWorker):
        return trouble.died(None)
    return trouble.sentence_for(error, run.id)


def main() -> int:
    """Serve this home until the app that started it ends."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(levelname)s %(message)s")
    log.setLevel(logging.INFO)
    shelf.forbid_local()
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(settings.home / LOCK)
    try:
        lock.acquire(timeout=1)  # an app that only looks whether the home is served holds it for a moment
    except Timeout:
        log.info("another dispatcher serves %s", settings.home)
        return ALREADY_SERVED
    _watchdog = set_watchdog()  # held to the end: its pipe must not close before
    shutil.rmtree(settings.home / "dask", ignore_errors=True)  # what workers of an earlier life left
    ballast.store(settings.home)
    dispatcher = Dispatcher(settings)
    _stop_with_parent(dispatcher)
    dispatcher.serve(open_cluster(settings))
    dispatcher.rest()
    log.info("the dispatcher of %s ends", settings.home)
    return 0


def _stop_with_parent(dispatcher: Dispatcher) -> None:
    """Stop when standard input ends, where that is a pipe, or at a signal; and soon, whatever hangs."""

    def stop(*_signal: object) -> None:
        dispatcher.stop()
        last_resort = threading.Timer(REST_SECONDS * 2, os._exit, (1,))
        last_resort.daemon = True
        last_resort.start()

    def read_to_the_end() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    mode = os.fstat(sys.stdin.fileno()).st_mode
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode):
        threading.Thread(target=read_to_the_end, name="parent", daemon=True).start()


if __name__ == "__main__":
    exit_code = main()
    logging.shutdown()
    os._exit(exit_code)  # the watchdog ends the workers; waiting for each would take longer than a closing app has
