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
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from distributed import Future, KilledWorker
from filelock import FileLock, Timeout

from dlcore.data.uploads import upload_access
from dlcore.errors import RunError, no_room
from dlcore.i18n import Text
from dlcore.runs import disk_reserve, home, logs, secret, trouble, upload_staging, workforce
from dlcore.runs.artifacts import RUNS, UPLOADS, Artifacts, upload_of
from dlcore.runs.awake_clock import AwakeClock
from dlcore.runs.cluster import Cluster
from dlcore.runs.embedded import LOCK
from dlcore.runs.heartbeat import Heartbeat, Replaced
from dlcore.runs.open_cluster import open_cluster
from dlcore.runs.queue import Waiting
from dlcore.runs.search_process import SearchProcess
from dlcore.runs.settings import Settings, read_settings
from dlcore.runs.silence import SilentRuns
from dlcore.runs.store.dispatch import Dispatch, Running
from dlcore.runs.store.engine import DiskFull, Unreachable, connect
from dlcore.runs.store.notification import Listener
from dlcore.runs.store.transition import LOST
from dlcore.runs.watchdog import set_watchdog

TICK_SECONDS = 0.05  # between two looks while a run trains or waits
REST_SECONDS = 0.5  # … while none does: as often as a beat and a clock want to be looked at
LOOK_SECONDS = 2.0  # … at the database, then, where no word came that a run waits
CLOSING_SECONDS = 1.5  # what trains gets this long to keep a checkpoint when the app ends
BUSY_SECONDS = 3.0  # a worker that hangs may hold the database; whoever would end it must not wait long for it
EXIT_SECONDS = 1.5  # how long the exit code of a worker may come after the end of its connection
PROOF_SECONDS = 2.0  # a silent run is ended only when it had this long to write into a database that answers
LAST_BATCH_SECONDS = 10.0  # how long a run that must end may take over its batch, in addition to its grace
READING_SECONDS = 1.0  # … at heartbeats, of which no server tells: a run has that long for one
UPKEEP_SECONDS = 5.0  # between two looks at what is looked at from time to time
BROKEN, ALREADY_SERVED, REPLACED = 2, 3, 4  # exit codes
UNKNOWN = ("cancelled", "lost")  # of a task whose scheduler went away: what became of its worker is not known
BUSY = -1  # in place of a GPU's number: all are taken

log = logging.getLogger("dlcore.runs")


@dataclass
class Trained:
    """A run that was given to a worker."""

    run_id: str
    token: str
    future: Future[Any]
    gpu: int | None
    heard_at: float  # when a heartbeat was seen that differs from the one before, by this process's clock
    heartbeat_at: float = 0.0  # the newest seen, by the database's clock
    proven_at: float | None = None  # since when it is silent though the database could be written
    begun_at: float | None = None  # when it would have begun, had one attempt done all its training
    commanded_at: float | None = None  # when it was seen that its owner wants it killed
    ended: bool = False  # by this process
    over_time: bool = False  # … because it had trained for as long as a run may
    cause: Text | None = None  # why it ended, once that is known; None where its owner wished it
    lost_at: float | None = None  # when its task was seen to have failed


class Dispatcher:
    """The loop. `stop` ends it from any thread.

    clock: seconds that only go forward; how long others were silent is judged by it.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] | None = None) -> None:
        self.settings = settings
        self.store = Dispatch(connect(settings, BUSY_SECONDS), secret.sign(secret.read_secret(settings.home), "home"))
        self.clock = clock or AwakeClock()
        self._stopping = threading.Event()
        self._listener: Listener | None = None  # while it serves
        self._beat: Callable[[], None] = lambda: None
        self._trained: dict[str, Trained] = {}  # by token
        self._running: dict[str, Running] = {}  # by token; as the database was at the last change
        self._queue: list[Waiting] = []
        self._stale = True  # whether these two must be read again
        self._begun = False
        self._next_upkeep = self._next_look = self._next_reading = self.clock()
        self._silent = SilentRuns(self.clock)
        self._shrinking: threading.Thread | None = None
        self._measured: Future[Any] | None = None  # the speed of this machine, when there was time for it
        self._gpus: int | None = None
        self._manned_at = self.clock()  # when it had workers last
        self._searches = SearchProcess(settings, self.clock)
        self._searching = False  # whether a search is open

    def stop(self) -> None:
        """End the loop soon."""
        self._stopping.set()
        if (listener := self._listener) is not None:
            listener.wake()

    def serve(self, cluster: Cluster, heartbeat: Heartbeat) -> None:
        """Dispatch until stopped, also through a time without database, without room, without free file handles.

        Raises Replaced where another dispatcher has begun to serve this home.
        """
        self._beat = heartbeat.beat
        with self.store.listening() as listener:
            self._listener = listener
            try:
                while not self._stopping.is_set():
                    if self._rest(listener):
                        self._look(cluster)
            finally:
                self._listener = None

    def _rest(self, listener: Listener) -> bool:
        """Wait for the next look, with a sign of life; whether it has come."""
        at_work = bool(self._trained or self._queue or self._stale) or not listener.hears
        called = listener.wait(TICK_SECONDS if at_work else REST_SECONDS)
        self._beat()
        return at_work or called or self.clock() >= self._next_look

    def _look(self, cluster: Cluster) -> None:
        """Do what there is to do."""
        self._next_look = self.clock() + LOOK_SECONDS
        try:
            self._settle_abandoned()
            self._tick(cluster)
            self._upkeep(cluster)
        except (Unreachable, DiskFull, OSError) as error:
            log.warning("%s: %s", type(error).__name__, error)
            self._stale = True
            if isinstance(error, DiskFull) or no_room(error):
                disk_reserve.release(self.settings.home)
            self._stopping.wait(1.0)

    def _settle_abandoned(self) -> None:
        """At the start, what this home left running when it last ended, and the files that nobody registered."""
        if not self._begun:
            self.interrupt_all()
            self._sweep()
            self._begun = True

    def _upkeep(self, cluster: Cluster) -> None:
        """What needs a look only now and then."""
        if self.clock() < self._next_upkeep:
            return
        self._next_upkeep = self.clock() + UPKEEP_SECONDS
        for run in self._silent.among(self.store.elsewhere()):
            self.store.interrupted(run.id, run.token)
            self._stale = True
        disk_reserve.refill(self.settings.home)
        self._tell_of_workers(cluster)
        if self._shrinking is None or not self._shrinking.is_alive():
            idle = not self._trained and not self._queue
            self._shrinking = threading.Thread(target=self.store.give_back, args=(idle,), name="shrink", daemon=True)
            with suppress(RuntimeError):  # no thread can be started now: at another time, then
                self._shrinking.start()

    def _tell_of_workers(self, cluster: Cluster) -> None:
        """For who looks after the app."""
        workers = cluster.workers()
        if workers:
            self._manned_at = self.clock()
        without = 0.0 if workers else self.clock() - self._manned_at
        seen = workforce.Workforce(workers, self._gpus, self.settings.scheduler, without)
        with suppress(OSError):  # on a full disk what was told before grows old, and upkeep goes on
            workforce.write(self.settings.home, seen)

    def interrupt_all(self) -> None:
        """What this home has running goes on later, or ends as its owner wished."""
        for run in self.store.running():
            logs.RunLog(run.id).info("interrupted by the end of a dispatcher")
            self.store.interrupted(run.id, run.token)

    def _sweep(self) -> None:
        """Remove the files that a worker, or who brought data, wrote and did not live to register."""
        if self.settings.database_url is not None:
            return
        artifacts = Artifacts(self.settings)
        written = artifacts.files(UPLOADS)  # before it is asked who still lives, and only then what is registered
        held = upload_staging.held(self.settings.home)
        abandoned = [file for file in written if upload_of(file) not in held]
        removed = artifacts.sweep(abandoned, self.store.upload_files())
        removed += artifacts.sweep(artifacts.files(RUNS), self.store.files())
        for file in removed:
            log.info("removed %s, which nothing in the database names", file)

    def _tick(self, cluster: Cluster) -> None:
        self._stale |= self.store.watch.changed() or self._is_time_to_read()
        if self._stale:
            self._next_reading = self.clock() + READING_SECONDS
            self._running = {run.token: run for run in self.store.running()}
            self._queue = self.store.queue()
            self._searching = self.store.has_search()
            self._stale = False
        if self._searching:
            self._searches.ensure()
        over = []
        for trained in self._trained.values():
            run = self._running.get(trained.token)
            if trained.future.done() or _is_dead(cluster, run):
                over.append((trained, run))
            else:
                self._watch(cluster, trained, run)
        for trained, run in over:  # last: this may have to wait for the database
            self._settle(cluster, trained, run)
        self._settle_strays()
        self._admit(cluster)

    def _is_time_to_read(self) -> bool:
        """Whether there may be heartbeats of which nobody told."""
        return not self.store.watch.complete and self.clock() >= self._next_reading

    def _settle_strays(self) -> None:
        """What runs by the database and is in no worker's hands, as when something broke just after it was claimed."""
        for token, run in self._running.items():
            if token in self._trained:
                continue
            self._stale = True
            if self.store.interrupted(run.id, token, LOST):
                logs.RunLog(run.id).warning("no worker of this dispatcher has it in hand")

    def _watch(self, cluster: Cluster, trained: Trained, run: Running | None) -> None:
        """End the process of a run that hangs, takes too much memory or time, or does not obey."""
        if run is not None and run.heartbeat_at != trained.heartbeat_at:
            trained.heartbeat_at, trained.heard_at, trained.proven_at = run.heartbeat_at, self.clock(), None
        if trained.ended:
            return
        limit = self.settings.run_memory_bytes
        if self.clock() - trained.heard_at > self.settings.hang_seconds:
            if run is not None and _waits(cluster, trained, run):
                trained.heard_at = self.clock()  # it has not begun: ending a process would end another run
            elif self._could_have_spoken(trained):
                self._end(cluster, trained, trouble.hung(self.settings.hang_seconds))
        elif run is None or run.worker is None:
            return
        elif self._is_disobedient(trained, run):
            self._end(cluster, trained, None)
        elif cluster.memory_of(run.worker) > limit:
            self._end(cluster, trained, trouble.over_memory(limit))
        elif self._is_over_time(trained, run):
            trained.over_time = True
            self._end(cluster, trained, trouble.over_time(self.settings.run_seconds or 0))

    def _could_have_spoken(self, trained: Trained) -> bool:
        """Whether a silent run is silent though the database takes what it is told, and has done so for a while."""
        try:
            self.store.prove()
        except (Unreachable, DiskFull):
            trained.heard_at, trained.proven_at = self.clock(), None
            raise
        trained.proven_at = trained.proven_at or self.clock()
        return self.clock() - trained.proven_at >= min(PROOF_SECONDS, self.settings.hang_seconds)

    def _is_disobedient(self, trained: Trained, run: Running) -> bool:
        """Whether its owner has wanted it killed for longer than it may take to end by itself."""
        if run.command != "kill":
            trained.commanded_at = None
            return False
        trained.commanded_at = trained.commanded_at or self.clock()
        return self.clock() - trained.commanded_at > self.settings.grace_seconds

    def _is_over_time(self, trained: Trained, run: Running) -> bool:
        """Whether it trains on though its worker should have ended it: the time beyond is for the batch under way."""
        if self.settings.run_seconds is None or not run.begun:
            return False
        trained.begun_at = trained.begun_at or self.clock() - run.seconds  # of earlier attempts
        beyond = self.settings.grace_seconds + LAST_BATCH_SECONDS
        return self.clock() - trained.begun_at > self.settings.run_seconds + beyond

    def _end(self, cluster: Cluster, trained: Trained, cause: Text | None) -> None:
        logs.RunLog(trained.run_id).warning("its process is ended: %s", cause or "its owner wished it")
        self._beat()  # a scheduler elsewhere may take its time
        cluster.kill(trained.future)  # where this raises, it is tried again
        trained.ended, trained.cause = True, cause

    def _settle(self, cluster: Cluster, trained: Trained, run: Running | None) -> None:
        """A task is over, or its process is gone. Mostly the worker has said everything already.

        What the database does not take stays in hand with its cause, and is written at a later tick.
        """
        if run is not None and not _has_told_how(cluster, trained, run, self.clock()):
            return
        if run is not None and not trained.ended and trained.future.status in UNKNOWN and not _is_dead(cluster, run):
            logs.RunLog(run.id).warning("the scheduler lost it")
            self.store.interrupted(run.id, run.token, LOST)
        elif run is not None:
            if trained.cause is None and not trained.ended:
                trained.cause = _cause(cluster, trained.future, run)
            self._write_verdict(trained, run)
            cluster.forget(trained.future)
        self._stale = True  # what was settled may wait again
        if trained.future.done():
            del self._trained[trained.token]

    def _write_verdict(self, trained: Trained, run: Running) -> None:
        """Raises Unreachable or DiskFull; then nothing was written."""
        if trained.ended and (trained.cause is None or run.command == "kill"):
            self.store.end_killed(run.id, run.token)
        elif trained.over_time and trained.cause is not None:
            self.store.end_over_time(run.id, run.token, trained.cause)
        elif trained.cause is not None:
            self.store.fail(run.id, run.token, trained.cause)

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
        if self._gpus is None and (gpus := cluster.count_gpus()) is not None:
            self._gpus = gpus
        if self._gpus is None:
            return  # a moment later
        for waiting in self._queue:
            gpu = self._gpu_for(waiting)
            if gpu is BUSY:
                continue
            token = self.store.claim(waiting.id)
            if token is None:
                continue
            logs.RunLog(waiting.id).info("given to a worker")
            future = cluster.train(self.settings, waiting.id, token, gpu)
            self._trained[token] = Trained(waiting.id, token, future, gpu, self.clock())
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
        deadline = time.monotonic() + CLOSING_SECONDS
        self._searches.end()
        with suppress(Unreachable, DiskFull):  # then the next life of this home settles them
            self.store.ask_to_rest()
            while self.store.running() and time.monotonic() < deadline:
                time.sleep(TICK_SECONDS)
            self.interrupt_all()


def _is_dead(cluster: Cluster, run: Running | None) -> bool:
    return run is not None and run.worker is not None and cluster.exit_code(run.worker) is not None


def _waits(cluster: Cluster, trained: Trained, run: Running) -> bool:
    """Whether no worker has begun it, or the one that had has left the cluster."""
    return cluster.waits(trained.future) if run.worker is None else not cluster.is_in_hand(trained.future)


def _has_told_how(cluster: Cluster, trained: Trained, run: Running, now: float) -> bool:
    """Whether a worker that died is known to have died of something: its connection may end before its process."""
    if trained.future.status != "error" or _is_dead(cluster, run):
        return True
    trained.lost_at = trained.lost_at or now
    return now - trained.lost_at > EXIT_SECONDS


def _cause(cluster: Cluster, future: Future[Any], run: Running) -> Text:
    """Why a run lost its worker."""
    exit_code = cluster.exit_code(run.worker) if run.worker is not None else None
    if exit_code is not None:
        return trouble.died(exit_code, cluster.last_memory(run.worker or ""))
    error = future.exception(timeout=5) if future.status == "error" else None
    if error is None or isinstance(error, KilledWorker):
        return trouble.died(None)
    return trouble.sentence_for(error, run.id)


def main() -> int:
    """Serve this home until the app that started it ends."""
    logs.configure()
    upload_access.forbid_local()
    try:
        settings = read_settings()
        home.open_home(settings)
    except RunError as error:
        log.error("%s", error)
        return BROKEN
    lock = FileLock(settings.home / LOCK)
    try:
        lock.acquire(timeout=1)  # an app that only looks whether the home is served holds it for a moment
    except Timeout:
        log.info("another dispatcher serves %s", settings.home)
        return ALREADY_SERVED
    _watchdog = set_watchdog()  # held to the end: its pipe must not close before
    return _serve(settings)


def _serve(settings: Settings) -> int:
    """Serve, as the one dispatcher of the home."""
    heartbeat = Heartbeat(settings.home)
    shutil.rmtree(settings.home / "dask", ignore_errors=True)  # what workers of an earlier life left
    (settings.home / "dask").mkdir(mode=0o700, exist_ok=True)
    disk_reserve.store(settings.home)
    try:
        dispatcher = Dispatcher(settings)
    except RunError as error:
        log.error("%s", error)
        return BROKEN
    _stop_with_parent(dispatcher)
    try:
        dispatcher.serve(open_cluster(settings), heartbeat)
    except Replaced:
        log.warning("another dispatcher has begun to serve %s: this one was stopped, and ends", settings.home)
        return REPLACED
    dispatcher.rest()
    log.info("the dispatcher of %s ends", settings.home)
    return 0


def _stop_with_parent(dispatcher: Dispatcher) -> None:
    """Stop when standard input ends, where that is a pipe, or at a signal; and soon, whatever hangs."""

    def stop(*_signal: object) -> None:
        dispatcher.stop()
        last_resort = threading.Timer(CLOSING_SECONDS * 2, os._exit, (1,))
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
