"""How soon the engine, which hands runs to workers, is there, and what it takes while no torch is loaded in it."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from dlcore.runs import Runs, Settings, embedded
from dlcore.runs.store import notification
from tests.force.figures import Figure, Note
from tests.runs.living import until_nothing_runs, wait_until

pytestmark = [pytest.mark.serial, pytest.mark.slow]

STARTS = 5


@pytest.mark.parametrize("starts", [1, pytest.param(STARTS, marks=pytest.mark.long)])
def test_the_engine_starts_soon_and_without_torch(settings: Settings, note: Note, starts: int) -> None:
    Runs(settings).close()  # the tables are made once, at the first start of all
    listens = settings.home / notification.FILE  # made when all is ready to serve
    seconds, memory = [], []
    for _start in range(starts):
        listens.unlink(missing_ok=True)
        began = time.monotonic()
        process = embedded.start(settings)
        wait_until(listens.exists, "the engine")
        seconds.append(time.monotonic() - began)
        memory.append(psutil.Process(process.pid).memory_info().rss / 1e6)
        loaded = Path(f"/proc/{process.pid}/maps").read_text()
        process.kill()
        process.wait()
        until_nothing_runs(settings.home)
        assert "libtorch" not in loaded
    note(Figure(12, "the engine is started until it serves", tuple(seconds), "s", 2, of="starts"))
    note(Figure(12, "… its memory then, before torch", tuple(memory), "MB", 300, of="starts"))
