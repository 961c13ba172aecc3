"""Thirty learners at once: a hundred clicks on Train in one moment, and an hour of sessions that look on and edit.

Both want a quiet machine: what they measure is the time and the memory of one server.
"""

from __future__ import annotations

import asyncio
import os
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from dlcore.access import OPERATOR
from dlcore.runs import Runs, Settings
from tests.benchmarks.live import follow
from tests.browser.conftest import Served
from tests.force.figures import Figure, Note, percentile_95
from tests.force.sessions import Session, new_cookie
from tests.runs.living import wait_until

pytestmark = [pytest.mark.serial, pytest.mark.slow, pytest.mark.long]

BROWSERS, CLICKS = 30, 100
LIVE_MINUTES = float(os.environ.get("LIVE_MINUTES", "60"))  # of the sessions that go on
WARM = 0.25  # of that time, before growth counts: what is loaded and cached once, is
PAUSE_SECONDS = (10.0, 30.0)  # that a learner looks on, between two edits
LOOK_SECONDS = 5.0  # between two looks at the server's memory


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A server whose examples are trained."""
    app = Served(tmp_path / "home")
    app.home.mkdir()
    app.start()
    with Runs(Settings(home=app.home)) as runs:
        wait_until(lambda: all(each.ended for each in runs.list(OPERATOR)), "the examples")
    yield app
    app.stop()


@contextmanager
def sessions(served: Served, count: int) -> Iterator[list[Session]]:
    """So many tabs of thirty browsers, each with the Studio drawn."""
    cookies = [new_cookie(served) for _browser in range(BROWSERS)]
    opened = [Session(served, cookies[place % BROWSERS]) for place in range(count)]
    try:
        for each in opened:
            each.open()
        yield opened
    finally:
        for each in opened:
            each.close()


@pytest.mark.timeout(1200)
def test_a_hundred_clicks_on_train_at_once_are_all_taken(served: Served, note: Note) -> None:
    with sessions(served, CLICKS) as opened, Runs(Settings(home=served.home)) as runs:
        before = {each.id for each in runs.list(OPERATOR)}
        ready = threading.Barrier(CLICKS)

        def click(session: Session) -> tuple[float, float]:
            """When it clicked, in seconds since 1970, and the seconds until its page was drawn."""
            ready.wait()
            return time.time(), session.press("Train")

        with ThreadPoolExecutor(CLICKS) as pool:
            clicked, drawn = zip(*pool.map(click, opened), strict=True)
        queued = sorted(each.created_at.timestamp() for each in runs.list(OPERATOR) if each.id not in before)
        errors = [said for each in opened for said in each.exceptions]
    taken = tuple(at - min(clicked) for at in queued)
    failed = float(CLICKS - len(queued) + len(errors))
    note(Figure(10, "clicks on Train that failed or were not taken", (failed,), "", 0, "all", CLICKS, "clicks"))
    note(Figure(10, "a click on Train until its run is queued", taken, "s", 2, "p95", of="clicks"))
    note(Figure(10, "… until all of its page is drawn", tuple(drawn), "s", None, "p95", of="clicks"))
    assert (len(queued), errors) == (CLICKS, [])


@pytest.mark.timeout(LIVE_MINUTES * 60 + 1200)
def test_thirty_sessions_that_go_on_take_no_more_memory_and_are_answered_soon(served: Served, note: Note) -> None:
    assert served.process is not None
    server, ends_at = psutil.Process(served.process.pid), time.monotonic() + LIVE_MINUTES * 60
    with sessions(served, BROWSERS) as opened, Runs(Settings(home=served.home)) as runs:
        opened[0].press("Train")
        newest = runs.list(OPERATOR)[0].id
        key = f"{newest}.{runs.token(newest, OPERATOR)}.0"
        with ThreadPoolExecutor(2 * BROWSERS) as pool:
            streams = [pool.submit(look_on, served.port, key, ends_at) for _session in opened]
            edits = [pool.submit(edit_until, each, place, ends_at) for place, each in enumerate(opened)]
            memory = watched(server, ends_at)
            seconds = [taken for each in edits for taken in each.result()]
            for each in streams:
                each.result()
        errors = [said for each in opened for said in each.exceptions]
    growth = grown_a_minute(memory)
    note(Figure(11, f"rerun in {LIVE_MINUTES:g} min of 30 live sessions", tuple(seconds), "s", 1, "p95", of="reruns"))
    note(Figure(11, "… growth of the server, after the first quarter", (growth,), "MB/min", 1, "worst",
                len(memory), "looks"))  # fmt: skip
    assert errors == []
    assert percentile_95(seconds) < 60  # it hangs


def look_on(port: int, key: str, ends_at: float) -> None:
    """Follow a run as its live view does."""

    async def until_the_end() -> None:
        while (left := ends_at - time.monotonic()) > 0:
            following = asyncio.wait_for(follow(port, key, {}, []), left)
            await asyncio.gather(following, return_exceptions=True)  # it ends with its run, and is asked for again
            await asyncio.sleep(1)

    asyncio.run(until_the_end())


def edit_until(session: Session, seed: int, ends_at: float) -> list[float]:
    """Look on, edit, press Train now and then; the seconds of each answer."""
    moments, taken = random.Random(seed), []
    while True:
        pause = moments.uniform(*PAUSE_SECONDS)
        if time.monotonic() + pause > ends_at:
            return taken
        time.sleep(pause)
        taken.append(session.press("Train") if moments.random() < 0.1 else session.rerun())


def watched(process: psutil.Process, ends_at: float) -> list[tuple[float, float]]:
    """(minutes, MB of its own) until the end."""
    found, began = [], time.monotonic()
    while time.monotonic() < ends_at:
        found.append(((time.monotonic() - began) / 60, process.memory_full_info().uss / 1e6))
        time.sleep(LOOK_SECONDS)
    return found


def grown_a_minute(memory: list[tuple[float, float]]) -> float:
    """MB: the slope of the line through what was seen after the first quarter."""
    warm = memory[int(WARM * len(memory)) :]
    minutes, taken = zip(*warm, strict=True)
    return float(np.polyfit(minutes, taken, 1)[0])
