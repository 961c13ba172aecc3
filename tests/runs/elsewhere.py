"""A scheduler and workers that somebody else starts, without a disk in common with the app."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from distributed.security import Security

from tests.runs.living import wait_until

ROOT = Path(__file__).parents[2]
DASK = [sys.executable, "-m", "dask"]
MEMORY = "3GB"  # that a worker may take
HIDE = 'mount -t tmpfs none "$1" && shift && exec "$@"'


class Elsewhere:
    """A scheduler on a port of its own and workers, as systemd would keep them: what ends is started again."""

    def __init__(self, folder: Path, hidden: Path) -> None:
        self.folder, self._hidden = folder, hidden
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.address = f"tls://127.0.0.1:{self.port}"
        self.tls = self._credentials()
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        self._wanted, self._ending = 0, threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def _credentials(self) -> dict[str, str]:
        credentials = Security.temporary().get_tls_config_for_role("client")
        for name in ("ca_file", "cert", "key"):
            (self.folder / name).write_text(credentials[name])
        names = {"CA_FILE": "ca_file", "SCHEDULER__CERT": "cert", "SCHEDULER__KEY": "key", "WORKER__CERT": "cert"}
        names |= {"WORKER__KEY": "key", "CLIENT__CERT": "cert", "CLIENT__KEY": "key"}
        return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(self.folder / file) for name, file in names.items()}

    @property
    def configuration(self) -> dict[str, str]:
        """What these variables say to Dask, by its own names."""
        return {name.removeprefix("DASK_").lower().replace("__", "."): value for name, value in self.tls.items()}

    def start(self, workers: int) -> None:
        """Returns when the scheduler can be connected to; the workers come later."""
        self.start_scheduler()
        wait_until(self._listens, "the scheduler")
        self._wanted = workers
        self._keeper.start()

    def _listens(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def start_scheduler(self) -> None:
        self.scheduler = self._run(
            [*DASK, "scheduler", "--protocol=tls", "--host=127.0.0.1", f"--port={self.port}", "--no-dashboard",
             "--dashboard-address=127.0.0.1:0"]
        )  # fmt: skip

    def restart_scheduler(self) -> None:
        """Kill it, and start another at the same address."""
        assert self.scheduler is not None
        self.scheduler.kill()
        self.scheduler.wait()
        self.start_scheduler()

    def add_worker(self) -> None:
        self._wanted += 1

    def remove_worker(self, process: psutil.Process) -> None:
        """Take away the worker that this process belongs to, as a cluster does: it is asked to end."""
        self._wanted -= 1
        pids = {each.pid for each in process.parents()}
        (nanny,) = [each for each in self.workers if each.pid in pids]
        nanny.terminate()

    def _keep(self) -> None:
        while not self._ending.wait(0.2):
            self.workers = [each for each in self.workers if each.poll() is None]
            while len(self.workers) < self._wanted:
                self.workers.append(self._run(self._worker()))

    def _worker(self) -> list[str]:
        options = ["--protocol=tls", "--host=127.0.0.1", "--nthreads=1", "--no-dashboard", f"--memory-limit={MEMORY}"]
        options += ["--preload=dlcore.runs.task", f"--local-directory={self.folder / 'dask'}"]
        hide = ["unshare", "--mount", "sh", "-c", HIDE, "sh", str(self._hidden)] if os.geteuid() == 0 else []
        return [*hide, *DASK, "worker", self.address, *options]

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **self.tls, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        environment["DLCORE_HOME"] = str(self.folder / "worker-home")
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self.folder)

    def end(self) -> None:
        self._ending.set()
        self._keeper.join()
        for process in filter(None, (*self.workers, self.scheduler)):
            for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else ():
                child.kill()
            process.kill()
            process.wait(30)


@contextmanager
def lent(place: Path, workers: int) -> Iterator[Elsewhere]:
    """A scheduler and so many workers that somebody else keeps; the app's home is `place / "home"`."""
    (place / "home").mkdir()
    cluster = Elsewhere(place, place / "home")
    cluster.start(workers)
    try:
        yield cluster
    finally:
        cluster.end()
