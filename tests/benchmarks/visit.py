"""A first visit with an empty cache, a visit again, and a classroom's thirty first visits at once.

A visit is a real browser's, from the address to the first chart with a point in it; what comes over the wire is what
its own network panel counts. The classroom is no thirty browsers, which would measure this machine's: each visitor
fetches over six connections what the page's head names, as a browser does, then talks to the websocket until the first
script run has ended. Its figures are the server's: until the last visitor has everything, and the processor's time.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from statistics import median
from time import perf_counter

import httpx
import psutil
from playwright.sync_api import Browser, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.benchmarks.base import Row
from tests.benchmarks.click import served, until_idle
from tests.browser.conftest import CHROMIUM, QUIET, Served
from tests.browser.visits import Visit, visit

TITLE = "A visit: from the address to the first chart"
CLASSROOM = 30
PATIENCE_SECONDS = 120
TRIES = 5  # of a request whose connection is closed
CONNECTIONS = 6  # of a browser to one server
LINKED = re.compile(r'(?:href|src)="\.(/[^"]+)"')


def measure(repeats: int) -> list[Row]:
    assert CHROMIUM is not None, "no Chromium here: apt-get install chromium"
    with served() as app, sync_playwright() as playwright:
        until_idle(app)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[f"--{each}" for each in QUIET])
        pairs = [twice(browser, app) for _ in range(repeats)]
        browser.close()
        until_idle(app)
        return [*rows("first visit", [pair[0] for pair in pairs], 2.5, 2.0),
                *rows("visit again", [pair[1] for pair in pairs], 1.0, 0.1), *classroom(app)]  # fmt: skip


def twice(browser: Browser, app: Served) -> tuple[Visit, Visit]:
    """The first visit of a new browser, and its second."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    found = visit(context.new_page(), app.address), visit(context.new_page(), app.address)
    context.close()
    return found


def rows(name: str, visits: list[Visit], most_seconds: float, most_megabytes: float) -> list[Row]:
    seconds, megabytes = median(each.seconds for each in visits), median(each.bytes / 1e6 for each in visits)
    return [
        Row(f"{name}: first chart", seconds, "s", target=f"≤ {most_seconds} s", reached=seconds <= most_seconds),
        Row(f"{name}: over the wire", megabytes, "MB", target=f"≤ {most_megabytes} MB",
            reached=megabytes <= most_megabytes),
        Row(f"{name}: requests", median(len(each.sent) for each in visits), ""),
    ]  # fmt: skip


def classroom(app: Served) -> list[Row]:
    """Thirty first visits at once."""
    assert app.process is not None
    server = psutil.Process(app.process.pid)
    before = sum(server.cpu_times()[:2])
    with ThreadPoolExecutor(1) as apart:  # Playwright's loop runs in this thread
        each = sorted(apart.submit(asyncio.run, _all_at_once(app)).result())
    spent = sum(server.cpu_times()[:2]) - before
    return [
        Row(f"{CLASSROOM} first visits at once: half have everything", median(each), "s"),
        Row(f"{CLASSROOM} first visits at once: all have everything", each[-1], "s"),
        Row(f"{CLASSROOM} first visits at once: the server's processor time, each", spent / CLASSROOM, "s"),
    ]


async def _all_at_once(app: Served) -> list[float]:
    return await asyncio.gather(*(_visitor(app) for _ in range(CLASSROOM)))


async def _visitor(app: Served) -> float:
    """Seconds until one visitor has the page, all that it names, and all that its first script run shows."""
    began = perf_counter()
    limits = httpx.Limits(max_connections=CONNECTIONS)
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip, deflate"}
    async with httpx.AsyncClient(
        base_url=app.address, limits=limits, timeout=PATIENCE_SECONDS, headers=headers
    ) as client:
        page = await _fetched(client, "/")
        await asyncio.gather(*(_fetched(client, path) for path in LINKED.findall(page.text)), _script_run(app, page))
    return perf_counter() - began


async def _fetched(client: httpx.AsyncClient, path: str) -> httpx.Response:
    """An answer; asked for again, as a browser does, where the server just closed a connection that had rested."""
    for _ in range(TRIES - 1):
        with suppress(httpx.RemoteProtocolError, httpx.ReadError):
            return await client.get(path)
    return await client.get(path)


async def _script_run(app: Served, page: httpx.Response) -> None:
    cookies = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    address = f"ws://127.0.0.1:{app.port}/_stcore/stream"
    async with connect(address, subprotocols=[Subprotocol("streamlit")], additional_headers={"Cookie": cookies},
                       max_size=None, open_timeout=PATIENCE_SECONDS) as talk:  # fmt: skip
        await talk.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        async for raw in talk:
            assert isinstance(raw, bytes)
            if ForwardMsg.FromString(raw).HasField("script_finished"):
                return
