"""Ten pages read and write while another process records a run: nobody waits for seconds, whatever the others do."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dlcore.access import student
from dlcore.runs import Runs, Settings
from dlcore.runs.store.dispatch import Dispatch
from tests.runs.living import digits, soon, wait_until

PAGES, RERUNS = 10, 15
LONGEST = 5.0  # seconds that a page may wait on a machine that has time
RECORDER = """
import sys, time
from pathlib import Path
from dlcore.runs import Settings
from dlcore.runs.store.engine import connect
from dlcore.runs.store.work import Progress, Work
from dlcore.training.events import BatchesEnded

home, run_id, token, number = Path(sys.argv[1]), sys.argv[2], sys.argv[3], 0
work = Work(connect(Settings(home=home)), run_id, token)
work.begin("here:1")
while not (home / "enough").exists():
    number += 1
    progress = Progress()
    progress.events.append(BatchesEnded(1, (number,), (0.5,)).to_json())
    work.tell(progress)
    print(number, flush=True)
    time.sleep(0.02)  # ten times as often as a recorder does
"""


@contextmanager
def recorder(settings: Settings, store: Runs, run_id: str) -> Iterator[Callable[[], int]]:
    """A process that writes what a run tells, again and again; called, how often it has by now."""
    token = Dispatch(store._engine, "here").claim(run_id)
    assert token is not None
    told: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", RECORDER, str(settings.home), run_id, token], stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[2],
    ) as process:  # fmt: skip
        assert process.stdout is not None
        reader = threading.Thread(target=lambda: told.extend(process.stdout or ()))
        reader.start()
        try:
            wait_until(lambda: told)
            yield lambda: len(told)
        finally:
            (settings.home / "enough").touch()
            reader.join()
    assert process.returncode == 0


@pytest.mark.serial
@pytest.mark.slow
def test_ten_pages_beside_a_recorder_wait_for_nobody_long(settings: Settings, store: Runs) -> None:
    run_id, waits, errors = store.submit(digits(1), student("ada")), [], []

    def page(number: int) -> None:
        owner = f"pupil {number}"
        try:
            mine = store.submit(digits(1), student(owner))
            for again in range(RERUNS):
                begun = time.monotonic()
                store.save_preference(student(owner), "language", "en" if again % 2 else "zh_CN")
                store.list(student(owner))
                store.status(mine, student(owner))
                store.overview(run_id, student("ada"))
                store.rename(mine, f"run {again}", student(owner))
                waits.append(time.monotonic() - begun)
        except Exception as error:
            errors.append(error)

    with recorder(settings, store, run_id) as told:
        threads = [threading.Thread(target=page, args=(number,)) for number in range(PAGES)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        before = told()
        wait_until(lambda: told() > before)  # it writes on, and was not locked out
    assert not errors
    assert len(waits) == PAGES * RERUNS
    assert max(waits) < soon(LONGEST), sorted(waits)[-5:]
