"""A cluster that is not ours: a scheduler and workers that somebody else starts, without a disk in common with the app.

The app and the workers have PostgreSQL and an object store in common; the app's home is hidden from the workers where
the test may do that (as root).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import s3fs
from distributed.security import Security

from dlcore.access import ME, OPERATOR
from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from dlcore.training.events import EpochEnded
from tests.runs import server as postgresql
from tests.runs.living import LONG, digits, pid_of, until_epoch, until_state, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

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

    def start(self, workers: int) -> None:
        self.start_scheduler()
        self._wanted = workers
        self._keeper.start()

    def start_scheduler(self) -> None:
        self.scheduler = self._run(
            [*DASK, "scheduler", "--protocol=tls", "--host=127.0.0.1", f"--port={self.port}", "--no-dashboard",
             "--dashboard-address=127.0.0.1:0"]
        )  # fmt: skip

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


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def elsewhere(place: Path, bucket: str) -> Iterator[Elsewhere]:
    (place / "home").mkdir()
    cluster = Elsewhere(place, place / "home")
    cluster.start(workers=1)
    yield cluster
    cluster.end()


@pytest.fixture(scope="module")
def runs(place: Path, elsewhere: Elsewhere, server: postgresql.Server, bucket: str) -> Iterator[Runs]:
    """The app, which shares a database and a place for files with the workers, and nothing else."""
    settings = Settings(home=place / "home", database_url=server.new_database(), scheduler=elsewhere.address,
                        artifacts_url=f"{bucket}/artifacts", checkpoint_seconds=0.3)  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        for name, value in elsewhere.tls.items():
            patch.setenv(name, value)
        with open_runs(settings) as opened:
            yield opened
    shutil.rmtree(place, ignore_errors=True)


def check_epochs(runs: Runs, run_id: str) -> None:
    """Each epoch was told once, and none is missing."""
    told = [event.epoch for event in runs.events(run_id, OPERATOR) if isinstance(event, EpochEnded)]
    assert told == list(range(len(told)))


def test_a_run_trains_pauses_goes_on_and_is_killed_where_nothing_of_the_home_is_seen(
    runs: Runs, place: Path, bucket: str
) -> None:
    run_id = runs.submit(digits(epochs=LONG), ME)
    until_epoch(runs, run_id, 2)
    runs.pause(run_id, OPERATOR)
    epoch = until_state(runs, run_id, "paused").epoch
    runs.resume(run_id, OPERATOR)
    until_epoch(runs, run_id, epoch + 2)
    runs.kill(run_id, OPERATOR)
    assert until_state(runs, run_id, "stopped").error is None
    assert runs.weights(run_id, OPERATOR, "last")
    assert not [each for each in (place / "home" / "artifacts").rglob("*") if each.is_file()]
    assert s3fs.S3FileSystem().find(f"{bucket}/artifacts/runs/{run_id}")


def test_of_a_worker_that_was_killed_the_signal_and_its_memory_are_told(runs: Runs) -> None:
    run_id = runs.submit(digits(epochs=LONG), ME)
    until_epoch(runs, run_id, 1)
    os.kill(pid_of(runs.status(run_id, OPERATOR)), signal.SIGKILL)
    error = until_state(runs, run_id, "failed").error
    assert error is not None
    assert "signal 9" in error
    assert "MB of the 3 GB of memory" in error


@pytest.mark.long
def test_a_worker_that_comes_later_trains_and_one_that_leaves_loses_no_run(runs: Runs, elsewhere: Elsewhere) -> None:
    first, second = (runs.submit(digits(epochs=LONG, seed=seed), ME) for seed in range(2))
    until_epoch(runs, first, 1)
    elsewhere.add_worker()
    until_epoch(runs, second, 1)
    left = runs.status(first, OPERATOR)
    elsewhere.remove_worker(psutil.Process(pid_of(left)))
    other = runs.status(second, OPERATOR).epoch
    until_epoch(runs, second, other + 3)
    assert runs.status(first, OPERATOR).state in ("running", "queued")
    runs.stop(second, OPERATOR)
    until_state(runs, second, "stopped")
    wait_until(lambda: runs.status(first, OPERATOR).worker != left.worker, "the worker that is free now")
    until_epoch(runs, first, runs.status(first, OPERATOR).epoch + 3)
    runs.stop(first, OPERATOR)
    assert until_state(runs, first, "stopped").error is None
    check_epochs(runs, first)


@pytest.mark.long
def test_a_scheduler_that_is_started_again_loses_no_run(runs: Runs, elsewhere: Elsewhere) -> None:
    run_id, waits = (runs.submit(digits(epochs=LONG, seed=seed), ME) for seed in range(2))
    epoch = until_epoch(runs, run_id, 2).epoch
    assert elsewhere.scheduler is not None
    elsewhere.scheduler.kill()
    elsewhere.scheduler.wait()
    elsewhere.start_scheduler()
    status = until_epoch(runs, run_id, epoch + 5)
    assert status.attempt > 1
    assert runs.status(waits, OPERATOR).state in ("queued", "running")
    for each in (run_id, waits):
        runs.stop(each, OPERATOR)
        assert until_state(runs, each, "stopped").error is None
    check_epochs(runs, run_id)
