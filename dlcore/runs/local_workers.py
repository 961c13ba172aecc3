"""The workers of a Dask cluster on this machine."""

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

from dlcore.runs import certificates
from dlcore.runs.calm_worker import RARELY_SECONDS, CalmWorker, calm
from dlcore.runs.cluster import Cluster
from dlcore.runs.settings import Settings
from dlcore.runs.workforce import SeenWorker

GPUS = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/kfd", "/dev/dxg")  # NVIDIA's, AMD's, and through Windows
PRELOAD = "dlcore.runs.preload"
START_SECONDS = 5.0  # at least this long between two tries to have as many workers as are wanted


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
        self._connected = Client(self._cluster, set_as_default=False)

    @property
    def _client(self) -> Client:
        return self._connected

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
