"""Dask at rest: what it does by itself, from time to time, it does rarely, in the scheduler and in a worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

ASKED = """
import json, os, sys, time
from pathlib import Path
from dlcore.runs.open_cluster import open_cluster
from dlcore.runs.settings import Settings

def pauses(dask_worker):
    return {name: each.callback_time for name, each in dask_worker.periodic_callbacks.items()}

if __name__ == "__main__":
    cluster = open_cluster(Settings(home=Path(sys.argv[1]), workers=1))
    while not cluster.slots():
        time.sleep(0.1)
    while (worker := next(iter(cluster._client.run(pauses).values())))["heartbeat"] < 10_000:
        time.sleep(0.1)  # until the scheduler has answered its first heartbeat
    scheduler = cluster._cluster.scheduler.periodic_callbacks
    nanny = next(iter(cluster._cluster.workers.values())).periodic_callbacks
    times = [{name: each.callback_time for name, each in one.items()} for one in (scheduler, nanny)]
    print(json.dumps([worker, *times]))
    sys.stdout.flush()
    os._exit(0)
"""


@pytest.mark.serial
@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_dask_looks_at_itself_once_a_second_at_most_when_nobody_asks(home: Path, tmp_path: Path) -> None:
    home.mkdir(exist_ok=True)
    script = tmp_path / "asked.py"
    script.write_text(ASKED)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, script, home]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    servers: list[dict[str, Any]] = json.loads(ended.stdout.splitlines()[-1])
    for pauses in servers:
        assert sum(1000 / each for each in pauses.values()) < 2, pauses  # of each, how often a second
