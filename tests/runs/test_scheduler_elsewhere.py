"""Runs trained by a Dask scheduler that somebody else started, as a cluster has one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed.security import Security

from dlcore.runs import Runs, Settings
from dlcore.runs import open as open_runs
from tests.runs.living import LONG, digits, until_epoch, until_state, wait_until

pytestmark = [pytest.mark.serial, pytest.mark.slow, pytest.mark.timeout(1200)]

ROOT = Path(__file__).parents[2]
DASK = [sys.executable, "-m", "dask"]


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Iterator[Runs]:
    """A scheduler and one worker, both started by hand and speaking TLS; the dispatcher is told where."""
    credentials = Security.temporary().get_tls_config_for_role("client")
    for name in ("ca_file", "cert", "key"):
        (tmp_path / name).write_text(credentials[name])
    names = {"CA_FILE": "ca_file", "SCHEDULER__CERT": "cert", "SCHEDULER__KEY": "key", "WORKER__CERT": "cert"}
    names |= {"WORKER__KEY": "key", "CLIENT__CERT": "cert", "CLIENT__KEY": "key"}
    tls = {f"DASK_DISTRIBUTED__COMM__TLS__{variable}": str(tmp_path / file) for variable, file in names.items()}
    environment = {**os.environ, **tls, "PYTHONPATH": str(ROOT)}
    place = tmp_path / "scheduler.json"
    common = [f"--scheduler-file={place}", "--protocol=tls", "--host=127.0.0.1"]
    commands = [
        [*DASK, "scheduler", *common, "--port=0", "--no-dashboard", "--dashboard-address=127.0.0.1:0"],
        [*DASK, "worker", *common, "--nthreads=1", "--no-dashboard", "--preload=dlcore.runs.task"],
    ]
    processes = []
    with (tmp_path / "log").open("wb") as log, pytest.MonkeyPatch.context() as patch:
        for name, value in tls.items():
            patch.setenv(name, value)
        for command in commands:
            processes.append(subprocess.Popen(command, env=environment, stderr=log, cwd=tmp_path))
            wait_until(place.exists)
        address = wait_until(lambda: _address(place))
        with open_runs(settings.model_copy(update={"scheduler": address})) as runs:
            yield runs
        for process in reversed(processes):
            process.terminate()
            process.wait(30)


def _address(place: Path) -> str:
    try:
        return str(json.loads(place.read_text())["address"])
    except ValueError:
        return ""


def test_a_run_trains_pauses_goes_on_and_is_killed_on_a_scheduler_elsewhere(elsewhere: Runs) -> None:
    run_id = elsewhere.submit(digits(epochs=LONG))
    until_epoch(elsewhere, run_id, 2)
    elsewhere.pause(run_id)
    epoch = until_state(elsewhere, run_id, "paused").epoch
    elsewhere.resume(run_id)
    until_epoch(elsewhere, run_id, epoch + 2)
    elsewhere.kill(run_id)
    assert until_state(elsewhere, run_id, "stopped").error is None
    assert elsewhere.weights(run_id, "last")
