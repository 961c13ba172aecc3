"""Homes with a real dispatcher and real workers, and how to wait for what they do."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import s3fs
import torch

from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from dlcore.runs.local_workers import LocalWorkers
from tests.runs import server as postgresql
from tests.runs.living import wait_until
from tests.runs.object_store import ObjectStore


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """What is compared with a worker's numbers is computed as a worker does."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def server() -> Iterator[postgresql.Server]:
    """A PostgreSQL of the tests of a file."""
    programs = postgresql.binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here (Debian: apt-get install postgresql)")
    server = postgresql.Server(programs)
    server.start()
    yield server
    server.remove()


@pytest.fixture(scope="session")
def bucket() -> Iterator[str]:
    """The address of a bucket in an object store, which this process and those that it starts can reach."""
    store = ObjectStore()
    store.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in store.environment.items():
            patch.setenv(name, value)
        s3fs.S3FileSystem().mkdir("layers")
        yield "s3://layers"
    store.end()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    """Runs with a dispatcher and two workers that are ready; shared by the tests of a file."""
    home = tmp_path_factory.mktemp("served")
    settings = Settings(home=home, workers=2, checkpoint_seconds=0.5, grace_seconds=1)
    with open_runs(settings) as runs:
        yield runs


@pytest.fixture
def one_worker(home: Path) -> Iterator[LocalWorkers]:
    """A worker that is ready, and nobody who gives it runs."""
    cluster = LocalWorkers(Settings(home=home, workers=1))
    wait_until(lambda: cluster.slots() == 1, "a worker")
    yield cluster
    cluster._client.close()
    cluster._cluster.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB in memory."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)
