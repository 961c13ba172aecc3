"""The workers: a Dask cluster on this machine, or a scheduler elsewhere. Only the dispatcher's process comes here.

Never start this inside a Streamlit script: each spawned child would execute the app.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

import dask
import distributed.utils
import psutil
from distributed import Client, Future, LocalCluster, Nanny

from dlcore.runs import certificates, task
from dlcore.runs.calm_worker import RARELY_SECONDS, CalmWorker, calm
from dlcore.runs.nanny_watch import TOPIC, NannyWatch, WorkerExit
from dlcore.runs.settings import Settings
from dlcore.runs.workforce import SeenWorker

log = logging.getLogger("dlcore.runs")

CONFIGURATION: dict[str, Any] = {
    "distributed.scheduler.allowed-failures": 0,  # a run whose worker died is not tried again behind its owner's back
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,  # tasks return None: there is nothing to manage
    "distributed.scheduler.worker-ttl": None,  # by the wall clock: set forward, it would give up every worker
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.deploy.lost-worker-timeout": "1 day",  # after it a worker that is slow to come again is given up
    "distributed.worker.multiprocessing-method": "spawn",
    "distributed.worker.profile.enabled": False,  # it would stop the training loop a hundred times a second
    # What Dask counts for its dashboard: fifty times a second in each of its servers, of which every worker has two.
    "distributed.admin.tick.interval": "1s",
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.system-monitor.interval": "10s",
    "distributed.admin.system-monitor.disk": False,
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,  # the dispatcher does this itself, and says so
}

GPUS = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/kfd", "/dev/dxg")  # NVIDIA's, AMD's, and through Windows
PRELOAD = "dlcore.runs.preload"
START_SECONDS = 5.0  # at least this long between two tries to have as many workers as are wanted
EXIT_KNOWN_SECONDS = 60.0  # how long the end of a worker elsewhere is remembered
CONNECT_SECONDS = 5  # how long a scheduler elsewhere may take to answer
RESTART_SECONDS = 10.0  # how long a scheduler elsewhere may take to end a worker, before it is asked again


class Cluster:
    """What the dispatcher needs of its workers, wherever they are."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._gpus: Future[Any] | None = None  # their number, which is asked for once

    def slots(self) -> int:
        """How many runs could train now."""
        raise NotImplementedError

    def train(self, settings: Settings, run_id: str, token: str, gpu: int | None) -> Future[Any]:
        """Give a run to a worker. Submit no more than there are slots."""
        return self._client.submit(
            task.train, settings, run_id, token, gpu, key=f"{run_id}-{token}", pure=False, retries=0
        )

    def count_gpus(self) -> int | None:
        """How many GPUs the workers have; None until they have said so, for this process knows no torch."""
        if self._gpus is None or self._gpus.status in ("error", "cancelled", "lost"):
            self._gpus = self._client.submit(task.count_gpus, pure=False)
        return int(self._gpus.result()) if self._gpus.status == "finished" else None

    def measure_speed(self, settings: Settings) -> Future[Any]:
        """Have a worker measure how fast it trains."""
        return self._client.submit(task.measure_speed, settings, pure=False)

    def kill(self, future: Future[Any]) -> None:
        """End the process that works on a future, hung or not; another takes its place."""
        raise NotImplementedError

    def forget(self, future: Future[Any]) -> None:
        """What became of a future is settled: a scheduler elsewhere need not give it to another worker."""

    def waits(self, future: Future[Any]) -> bool:
        """Whether no worker has a future in hand, or one that has others in hand too."""
        return all(len(keys) > 1 for keys in self._client.processing().values() if future.key in keys)

    def is_in_hand(self, future: Future[Any]) -> bool:
        """Whether a worker has it. One that left elsewhere gave it back: it waits for another."""
        return self._worker_of(future) is not None

    def memory_of(self, worker: str) -> int:
        """Bytes that a worker ("host:pid") takes; 0 where that cannot be seen from here."""
        raise NotImplementedError

    def exit_code(self, worker: str) -> int | None:
        """The exit code of a worker that has ended (negative: its signal); None while it lives or is not known."""
        raise NotImplementedError

    def workers(self) -> list[SeenWorker]:
        """The workers there are, as they are now."""
        return []

    def _in_hand(self) -> dict[str, str]:
        """By its address, the id of the run that each worker has in hand."""
        held = {str(address): [str(key) for key in keys] for address, keys in self._client.processing().items()}
        return {address: keys[0].partition("-")[0] for address, keys in held.items() if keys}

    def last_memory(self, worker: str) -> tuple[int, int | None] | None:
        """(bytes that a worker took before it ended, bytes that it might take); None where nobody told."""
        return None

    def _worker_of(self, future: Future[Any]) -> str | None:
        """The address of the worker that has a future in hand."""
        for address, keys in self._client.processing().items():
            if future.key in keys:
                return str(address)
        return None


def open_cluster(settings: Settings) -> Cluster:
    """The workers that the settings ask for."""
    dask.config.set(CONFIGURATION)
    if settings.scheduler is None:
        return LocalWorkers(settings)
    return RemoteWorkers(settings)


class WatchedNanny(Nanny):
    """A nanny of calm workers that remembers how they ended."""

    exit_codes: ClassVar[dict[int, int]] = {}  # process id -> exit code
    _watched: int | None = None
    _process: psutil.Process | None = None  # the same, and no other that has its number later

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"worker_class": CalmWorker} | options)

    async def instantiate(self) -> Any:
        status = await super().instantiate()
        self._watched, self._process = self.pid, None
        if self._watched is not None:
            self.exit_codes.pop(self._watched, None)  # numbers of processes come again
            with suppress(psutil.Error):  # gone already
                self._process = psutil.Process(self._watched)
        return status

    def _on_worker_exit_sync(self, exitcode: int) -> None:
        if self._watched is not None:
            self.exit_codes[self._watched] = exitcode
        if self._process is not None:
            with suppress(psutil.Error):  # it lives on where it was the fork server that ended: nobody has it in hand
                self._process.kill()
        super()._on_worker_exit_sync(exitcode)  # type: ignore[no-untyped-call]


class LocalWorkers(Cluster):
    """Worker processes on this machine, with a nanny each that replaces the dead."""

    def __init__(self, settings: Settings) -> None:
        threads = str(settings.threads)
        dask.config.set(
            {
                "distributed.client.scheduler-info-interval": f"{RARELY_SECONDS} s",
                "distributed.nanny.pre-spawn-environ.OMP_NUM_THREADS": threads,
                "distributed.nanny.pre-spawn-environ.MKL_NUM_THREADS": threads,
                "distributed.nanny.pre-spawn-environ.OPENBLAS_NUM_THREADS": threads,
            }
        )
        _share_what_is_loaded()
        self._cluster = LocalCluster(
            n_workers=0,
            threads_per_worker=1,
            processes=True,
            worker_class=WatchedNanny,
            host="127.0.0.1",
            security=certificates.security(),  # without it any process of this machine could have code run here
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            preload=["dlcore.runs.task"],
            memory_limit=0,
            local_directory=str(settings.home / "dask"),
            silence_logs=logging.ERROR,
        )
        scheduler: Any = self._cluster.scheduler
        scheduler.http_server.stop()  # nobody reads it
        calm(scheduler)
        self._workers: dict[str, Any] = scheduler.workers  # those that have reported, by address
        self._wanted, self._next_start = settings.workers, 0.0
        super().__init__(Client(self._cluster, set_as_default=False))

    def slots(self) -> int:
        ready = len(self._workers)
        wanted = self._wanted if ready else 1  # one first, alone: it is ready sooner for whoever waits already
        if len(self._cluster.workers) < wanted and time.monotonic() > self._next_start:
            self._next_start = time.monotonic() + START_SECONDS
            self._cluster.scale(wanted)  # does not wait
        return ready

    def kill(self, future: Future[Any]) -> None:
        address = self._worker_of(future)
        for nanny in self._cluster.workers.values():
            if nanny.worker_address == address and nanny.pid is not None:
                os.kill(nanny.pid, signal.SIGKILL)

    def memory_of(self, worker: str) -> int:
        with suppress(psutil.Error):
            return int(psutil.Process(_pid(worker)).memory_info().rss)
        return 0

    def workers(self) -> list[SeenWorker]:
        held = self._in_hand()
        names = {each.worker_address: f"{socket.gethostname()}:{each.pid}" for each in self._cluster.workers.values()}
        names = {address: name for address, name in names.items() if address in self._workers}
        return [SeenWorker(name, self.memory_of(name), held.get(address)) for address, name in names.items()]

    def exit_code(self, worker: str) -> int | None:
        return WatchedNanny.exit_codes.get(_pid(worker))


class RemoteWorkers(Cluster):
    """The workers of a scheduler elsewhere; started by whoever runs that cluster, they come and go.

    While the scheduler does not answer there are no places; when it is back, so are they.
    """

    def __init__(self, settings: Settings) -> None:
        dask.config.set({"distributed.comm.timeouts.connect": f"{CONNECT_SECONDS} s"})
        self._settings = settings
        self._wanted = settings.workers if "workers" in settings.model_fields_set else None
        self._exits: dict[str, WorkerExit] = {}  # by "host:pid"
        self._exit_times: dict[str, float] = {}  # … when that was told
        self._next_try = 0.0
        super().__init__(self._connected())

    def _connected(self) -> Client:
        client = Client(self._settings.scheduler, set_as_default=False, timeout=CONNECT_SECONDS)
        client.subscribe_topic(TOPIC, self._note_exit)
        client.register_plugin(NannyWatch())
        return client

    def _note_exit(self, event: tuple[float, dict[str, Any]]) -> None:
        told = dict(event[1])
        worker = told.pop("worker")
        self._exits[worker], self._exit_times[worker] = WorkerExit(**told), time.monotonic()

    def _answers(self) -> bool:
        """Whether there is a connection. Dask makes one again by itself, for a while; after that, we do."""
        if self._client.status == "closed" and time.monotonic() > self._next_try:
            self._next_try = time.monotonic() + START_SECONDS
            with suppress(OSError):
                self._client = self._connected()
                log.info("the scheduler %s answers again", self._settings.scheduler)
        return bool(self._client.status == "running")

    def slots(self) -> int:
        """As many as configured, so that an adaptive cluster sees demand; else as many as have reported."""
        if not self._answers():
            return 0
        return self._wanted or len(self._client.scheduler_info(n_workers=-1)["workers"])

    def kill(self, future: Future[Any]) -> None:
        address = self._worker_of(future)
        if address is not None:
            self._client.restart_workers([address], timeout=RESTART_SECONDS, raise_for_error=False)
        future.cancel(force=True)

    def forget(self, future: Future[Any]) -> None:
        future.cancel()

    def count_gpus(self) -> int | None:
        return 0  # which run meets which GPU there is that cluster's own business

    def workers(self) -> list[SeenWorker]:
        if not self._answers():
            return []
        held, found = self._in_hand(), self._client.scheduler_info(n_workers=-1)["workers"]
        memory = {address: int(each.get("metrics", {}).get("memory", 0)) for address, each in found.items()}
        return [SeenWorker(str(each["name"]), memory[address], held.get(address)) for address, each in found.items()]

    def memory_of(self, worker: str) -> int:
        return 0  # its own nanny holds it to the limit it was started with

    def exit_code(self, worker: str) -> int | None:
        told_at = self._exit_times.get(worker, float("-inf"))  # numbers of processes come again
        return self._exits[worker].code if time.monotonic() - told_at < EXIT_KNOWN_SECONDS else None

    def last_memory(self, worker: str) -> tuple[int, int | None] | None:
        found = self._exits.get(worker)
        return None if found is None else (found.memory, found.limit)


def _share_what_is_loaded() -> None:
    """Have workers begin as copies of a process that has loaded torch and all else: they share that memory.

    Not where there may be a GPU, whose driver does not survive the copying, nor on macOS, whose frameworks do not.
    """
    if sys.platform != "linux" or any(Path(each).exists() for each in GPUS):
        return
    distributed.utils._forkserver_preload_set = True  # it would have this process load pandas
    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    multiprocessing.set_forkserver_preload([PRELOAD])


def _pid(worker: str) -> int:
    return int(worker.rpartition(":")[2])
