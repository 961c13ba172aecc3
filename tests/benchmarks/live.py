"""The live view's cost for the server: one refresh of one run, and many who watch.

A refresh is everything the server does for one new piece of news: read it from the database, take it in, make the
message. It is measured on runs with 10, 1,000 and 100,000 recorded batches, beside the same refresh without the
database. Watchers are real connections to a real server, each told of events that another process commits.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

import psutil

from dlcore.access import ME, OPERATOR
from dlcore.presets import PRESETS
from dlcore.runs import News, Runs, Settings, Watch
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.work import Progress, Work
from dlcore.serving.feed import Feed
from dlcore.training.events import BatchesEnded, Event, RunStarted
from tests.benchmarks.base import Row, seconds

TITLE = "Live view: server time of one refresh, and many watchers"
LENGTHS = (10, 1_000, 100_000)  # recorded batches
REFRESHES = 200  # measured at each length
PER_EVENT = 50  # batches told at a time
WATCHERS = (40, 200)
WATCHED_SECONDS = 10.0


def measure(repeats: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder, Runs(Settings(home=Path(folder))) as runs:
        refreshes = [row for length in LENGTHS for row in refresh(runs, length, repeats)]
    return refreshes + [row for watchers in WATCHERS for row in watch(watchers)]


# One refresh


def refresh(runs: Runs, length: int, repeats: int) -> Iterator[Row]:
    """Milliseconds of one refresh of a run with so many batches, with the database and without."""
    worker = Training(runs)
    for first in range(1, length + 1, 50_000):
        worker.tell(*batches(first, min(50_000, length + 1 - first)))
    feed, watch = Feed(worker.run_id), runs.watch()
    feed.take(pages(runs, worker.run_id, 0, watch))
    yield Row(f"everything so far at {length:,} batches", len(feed.since(0)[1][0]) / 1000, "kB")
    whole, alone = [], []
    for _ in range(repeats):
        taken = [one_refresh(runs, worker, feed, watch) for _ in range(REFRESHES // repeats)]
        whole.append(median(each[0] for each in taken))
        alone.append(median(each[1] for each in taken))
    reached = 1000 * median(whole) <= 0.5
    yield Row(f"refresh at {length:,} batches", 1000 * median(whole), "ms", target="≤ 0.5 ms", reached=reached)
    yield Row(f"… of it, making the message at {length:,}", 1000 * median(alone), "ms")


def one_refresh(runs: Runs, worker: Training, feed: Feed, watch: Watch) -> tuple[float, float]:
    """(seconds of everything, seconds without the database) for four new batches."""
    worker.tell(*batches(worker.step + 1, 4))
    news: list[News] = []
    reading = seconds(lambda: news.extend(pages(runs, worker.run_id, feed.cursor, watch)))
    making = seconds(lambda: (feed.take(news), feed.after(feed.number - 1)))
    return reading + making, making


def pages(runs: Runs, run_id: str, after: int, watch: Watch) -> list[News]:
    found = [runs.news(run_id, OPERATOR, after, watch=watch)]
    while found[-1].more:
        found.append(runs.news(run_id, OPERATOR, found[-1].cursor, watch=watch))
    return found


def batches(first: int, count: int) -> list[Event]:
    return [
        BatchesEnded(1, tuple(steps), tuple(2.0 / step for step in steps))
        for start in range(first, first + count, PER_EVENT)
        for steps in [range(start, min(start + PER_EVENT, first + count))]
    ]


class Training:
    """A run whose worker is this benchmark."""

    def __init__(self, runs: Runs) -> None:
        self.run_id = runs.submit(PRESETS["digits-mlp"].experiment, ME)
        token = Dispatch(runs._engine, "bench").claim(self.run_id)
        assert token is not None
        self._work = Work(runs._engine, self.run_id, token)
        self._work.begin("bench:1")
        self.step = 0
        self.tell(RunStarted("cpu", "bench", 10, {"train": 1000}, 40, 10_000, {}, 1))

    def tell(self, *events: Event) -> None:
        progress = Progress()
        progress.events.extend(event.to_json() for event in events)
        self._work.tell(progress)
        self.step = max([self.step, *(event.steps[-1] for event in events if isinstance(event, BatchesEnded))])


# Many watchers


def watch(watchers: int) -> list[Row]:
    """How late events arrive at so many watchers of one run, and what they cost the server."""
    with tempfile.TemporaryDirectory() as folder, Runs(Settings(home=Path(folder))) as runs:
        worker = Training(runs)
        with serving(runs.settings) as (port, process):
            late, busy = asyncio.run(
                _watch(worker, f"{worker.run_id}.{runs.token(worker.run_id, OPERATOR)}.0", port, process, watchers)
            )
    late.sort()
    p95 = late[int(0.95 * (len(late) - 1))]
    return [
        Row(f"{watchers} watchers: commit to browser, 95th percentile", p95, "s", target="≤ 1 s", reached=p95 <= 1),
        Row(f"{watchers} watchers: share of a core", 100 * busy, "%"),
    ]  # fmt: skip


async def _watch(
    worker: Training, key: str, port: int, process: psutil.Process, watchers: int
) -> tuple[list[float], float]:
    told: dict[int, float] = {}  # when each step was committed
    late: list[float] = []
    tasks = [asyncio.create_task(follow(port, key, told, late)) for _ in range(watchers)]
    before, started = sum(process.cpu_times()[:2]), time.perf_counter()
    while time.perf_counter() - started < WATCHED_SECONDS:
        await asyncio.to_thread(worker.tell, *batches(worker.step + 1, 4))
        told[worker.step] = time.perf_counter()
        await asyncio.sleep(0.25)
    busy = (sum(process.cpu_times()[:2]) - before) / (time.perf_counter() - started)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return late, busy


async def follow(port: int, key: str, told: dict[int, float], late: list[float]) -> None:
    """Read a stream as a browser would; note how long after its commit each step arrived."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**22)
    writer.write(f"GET /live/stream?run={key} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())
    with suppress(asyncio.CancelledError):
        while line := await reader.readline():
            if line.startswith(b"data: "):
                step = json.loads(line[6:]).get("status", {}).get("step")
                if step in told:
                    late.append(time.perf_counter() - told[step])
    writer.close()


@contextmanager
def serving(settings: Settings) -> Iterator[tuple[int, psutil.Process]]:
    """The live routes in a process of their own: its port, and the process."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    code = (
        "import uvicorn; from starlette.applications import Starlette; "
        "from dlcore.serving import assets; from dlcore.serving.event_stream import routes; "
        f"uvicorn.run(Starlette(routes=[*routes, *assets.routes]), port={port}, log_level='error')"
    )
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, **settings.environment()})
    try:
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, "the server did not start"
            time.sleep(0.1)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()
