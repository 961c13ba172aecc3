"""Follow me with a class of thirty: how soon all browsers are where the teacher's slider is, and what it costs.

Each follower asks as its browser does, OFTEN after the answer before, over a connection of its own, and reads the run's
stream; drawing is left to browsers that this machine has no room for.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from statistics import median

import httpx
import psutil

from dlcore.access import FIRST_TEACHER, OPERATOR, student
from dlcore.runs import Runs, Settings
from dlcore.serving.class_show import EPOCH, SHOWN
from tests.benchmarks.base import Row
from tests.benchmarks.click import served, until_idle
from tests.benchmarks.live import follow
from tests.browser.conftest import Served
from tests.runs.living import digits, until_state

TITLE = "Follow me: thirty browsers go where the teacher's slider goes"
FOLLOWERS, EPOCHS = 30, 8
OFTEN = 0.4  # seconds between an answer and the next question (class_follow/component.js)
MOVE_EVERY = 1.5  # seconds between two moves of the slider
MOVES = 12


def measure(repeats: int) -> list[Row]:
    with served("--classes") as app, Runs(Settings(home=app.home)) as runs:
        school_class = runs.make_class("7b", FIRST_TEACHER)
        for number in range(FOLLOWERS):
            runs.join_class(school_class.code, f"Student {number}", "blue sky", f"here {number}")
        run_id = runs.submit(digits(EPOCHS), FIRST_TEACHER)
        until_state(runs, run_id, "finished")
        runs.show_run(school_class.id, run_id, FIRST_TEACHER)
        keys = [
            runs.class_key(school_class.id, student(each.name)) for each in runs.members(school_class.id, FIRST_TEACHER)
        ]
        of_teacher = runs.class_key(school_class.id, FIRST_TEACHER)
        stream = f"{run_id}.{runs.token(run_id, OPERATOR)}.0"
        until_idle(app)
        late, share = asyncio.run(moved(app, keys, of_teacher, stream))
    last = median(max(each) for each in late)
    return [
        Row("slider to browser: half of all", median(itertools.chain(*late)), "s"),
        Row("slider to the last of thirty browsers", last, "s", target="≤ 1 s", reached=last <= 1),
        Row("share of a core, for the server", 100 * share, "%"),
    ]


async def moved(app: Served, keys: list[str], of_teacher: str, stream: str) -> tuple[list[list[float]], float]:
    """Of each move of the slider, the seconds until each follower knew of it; and what share of a core it all took."""
    assert app.process is not None
    process = psutil.Process(app.process.pid)
    at: dict[int, float] = {}  # when the slider came to an epoch last
    late: list[list[float]] = []
    streams = [asyncio.create_task(follow(app.port, stream, {}, [])) for _ in keys]
    async with httpx.AsyncClient(base_url=app.address, timeout=60, limits=httpx.Limits(max_connections=None)) as client:
        followers = [asyncio.create_task(ask(client, key, at, late)) for key in keys]
        await asyncio.sleep(3)  # all have asked
        before, began = sum(process.cpu_times()[:2]), time.perf_counter()
        for move in range(MOVES):
            late.append([])
            at.clear()
            epoch = 1 + move % EPOCHS
            at[epoch] = time.perf_counter()
            (await client.post(EPOCH, params={"key": of_teacher}, json={"epoch": epoch})).raise_for_status()
            await asyncio.sleep(MOVE_EVERY)
        share = (sum(process.cpu_times()[:2]) - before) / (time.perf_counter() - began)
        for task in (*followers, *streams):
            task.cancel()
        await asyncio.gather(*followers, *streams, return_exceptions=True)
    assert all(len(each) == len(keys) for each in late), "not everybody followed in time"
    return late, share


async def ask(client: httpx.AsyncClient, key: str, at: dict[int, float], late: list[list[float]]) -> None:
    """Ask for ever, as a browser does; note how long after a move it was heard of."""
    known = None
    while True:
        answer = await client.get(SHOWN, params={"key": key})
        answer.raise_for_status()
        epoch = answer.json().get("epoch")
        if epoch != known and epoch in at:
            late[-1].append(time.perf_counter() - at[epoch])
        known = epoch
        await asyncio.sleep(OFTEN)
