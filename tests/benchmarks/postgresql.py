"""A class on PostgreSQL: 30 runs that tell four times a second, a dispatcher, and 200 watchers.

Recorders, the dispatcher's loop, the server and its event stream are the app's own; only the arithmetic of training is
left out. Statements are what `pg_stat_statements` counts, of all processes together; a second time with nothing told,
as when thirty runs train long epochs.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import psycopg

from dlcore.access import ME, OPERATOR
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings
from dlcore.runs.artifacts import Artifacts
from dlcore.runs.dispatcher import Dispatcher
from dlcore.runs.film import FilmWriter
from dlcore.runs.heartbeat import Heartbeat
from dlcore.runs.recorder import Recorder
from dlcore.runs.store.work import Progress, Work
from dlcore.training.events import BatchesEnded, RunStarted
from tests.benchmarks.base import Row
from tests.benchmarks.live import follow, serving
from tests.runs.hands import Hands
from tests.runs.server import Server, binaries

TITLE = "PostgreSQL: 30 runs, 200 watchers"
RUNS, WATCHERS = 30, 200
MEASURED_SECONDS = 10.0
TELL_SECONDS = 0.25
BATCHES = 4  # told at a time


def measure(repeats: int) -> list[Row]:
    del repeats  # what thirty runs do in ten seconds is an average already
    programs = binaries()
    if programs is None:
        return []
    server = Server(programs, "-c shared_preload_libraries=pg_stat_statements")
    server.start()
    try:
        with TemporaryDirectory() as home:
            return _of_a_class(Settings(home=Path(home), database_url=server.new_database(), workers=RUNS))
    finally:
        server.remove()


def _of_a_class(settings: Settings) -> list[Row]:
    with Runs(settings) as runs, ExitStack() as stack:
        counter = Statements(settings)
        hands = stack.enter_context(_dispatched(runs))
        quiet = _rate(counter)
        port, process = stack.enter_context(serving(settings))
        late, busy, rate = asyncio.run(_watched(runs, hands, port, process, counter))
    late.sort()
    p95 = late[int(0.95 * (len(late) - 1))]
    return [
        Row("statements a second, 30 runs that tell nothing, nobody watches", quiet, "1/s"),
        Row("statements a second, 30 runs that tell, 200 watchers", rate, "1/s"),
        Row("the server's share of a core", 100 * busy, "%"),
        Row("commit to browser, median", median(late), "s"),
        Row("commit to browser, 95th percentile", p95, "s", target="≤ 1 s", reached=p95 <= 1),
    ]


class Statements:
    """How many statements a server has been asked."""

    def __init__(self, settings: Settings) -> None:
        self._connection = psycopg.connect(str(settings.database_url), autocommit=True)
        self._connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    def count(self) -> int:
        row = self._connection.execute("SELECT sum(calls) FROM pg_stat_statements").fetchone()
        return int(row[0]) if row else 0


def _rate(counter: Statements) -> float:
    before, began = counter.count(), time.perf_counter()
    time.sleep(MEASURED_SECONDS)  # what is counted is time
    return (counter.count() - before) / (time.perf_counter() - began)


@contextmanager
def _dispatched(runs: Runs) -> Iterator[Recording]:
    """Thirty runs, each in the hands of a recorder, and the dispatcher that gave them there."""
    hands, dispatcher = Recording(runs), Dispatcher(runs.settings)
    for _run in range(RUNS):
        runs.submit(PRESETS["digits-mlp"].experiment, ME)
    thread = threading.Thread(target=dispatcher.serve, args=(hands, Heartbeat(runs.settings.home)))
    thread.start()
    try:
        while len(hands.training) < RUNS:
            time.sleep(0.1)
        yield hands
    finally:
        hands.end()
        dispatcher.stop()
        thread.join()


class Recording(Hands):
    """Workers that record and do not compute."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self.training: list[Training] = []

    def slots(self) -> int:
        return RUNS

    def train(self, settings: Settings, run_id: str, token: str, gpu: int | None) -> Any:
        self.training.append(Training(self._runs, run_id, token))
        return super().train(settings, run_id, token, gpu)

    def end(self) -> None:
        for each in self.training:
            each.recorder.__exit__()


class Training:
    """One run and its recorder; when each of its steps was committed."""

    def __init__(self, runs: Runs, run_id: str, token: str) -> None:
        self.run_id, self.step, self.told = run_id, 0, dict[int, float]()
        self._work = Work(runs._engine, run_id, token)
        task = self._work.begin(f"bench:{run_id}")
        film = FilmWriter(Artifacts(runs.settings), run_id, 0)
        self._tell, self._work.tell = self._work.tell, self._noted  # type: ignore[method-assign]
        self.recorder = Recorder(self._work, task, lambda _file: None, film)
        self.recorder.__enter__()
        self.recorder.add(RunStarted("cpu", "bench", 10, {"train": 1000}, 40, 10_000, {}, 1))

    def add(self) -> None:
        steps = tuple(range(self.step + 1, self.step + 1 + BATCHES))
        self.step = steps[-1]
        self.recorder.add(BatchesEnded(1, steps, tuple(2.0 / step for step in steps)))

    def _noted(self, progress: Progress) -> tuple[str | None, list[str]]:
        answer = self._tell(progress)
        steps = [event["steps"][-1] for event in progress.events if "steps" in event]
        self.told |= dict.fromkeys(steps[-1:], time.perf_counter())
        return answer


async def _watched(
    runs: Runs, hands: Recording, port: int, process: psutil.Process, counter: Statements
) -> tuple[list[float], float, float]:
    """(how late events came to browsers, the server's share of a core, statements a second)."""
    late: list[float] = []
    tasks = []
    for number in range(WATCHERS):
        training = hands.training[number % RUNS]
        key = f"{training.run_id}.{runs.token(training.run_id, OPERATOR)}.0"
        tasks.append(asyncio.create_task(follow(port, key, training.told, late)))
    await asyncio.sleep(2)  # all are connected
    before, busy, began = counter.count(), sum(process.cpu_times()[:2]), time.perf_counter()
    while time.perf_counter() - began < MEASURED_SECONDS:
        for training in hands.training:
            training.add()
        await asyncio.sleep(TELL_SECONDS)
    lasted = time.perf_counter() - began
    rate, share = (counter.count() - before) / lasted, (sum(process.cpu_times()[:2]) - busy) / lasted
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return late, share, rate
