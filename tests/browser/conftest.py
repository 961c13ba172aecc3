"""A real server and a real browser. One server for all browser tests; every test is a visitor of its own."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from tests.browser.conversation import Conversation
from tests.browser.expecting import PATIENCE_MS, expect
from tests.runs.living import soon

ROOT = Path(__file__).parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = ("no-sandbox", "disable-background-networking", "disable-component-update", "disable-sync", "no-first-run")
ELSEWHERE = "host-resolver-rules=MAP evil.example 127.0.0.1"  # as after DNS rebinding
ONE_PROCESS = "process-per-site"  # for all pages of a context: a new page finds the app's code compiled
START_SECONDS = 90

UNANSWERED = ("Failed to load resource",)  # Streamlit asks below a page's own address first
AWAY = (  # what Streamlit says, then or later, where a test has ended the server under an open page
    "Client Error in reaching server endpoint",
    "Streamlit server is not responding",
    "Client Error: Image source error",
    "Client error: DoInitPings timed out",
    "Connection timed out.",
    "Cannot send rerun backMessage when disconnected from server.",
)


class Served:
    """A running app: its address and its home; `options` of `serve`, and variables, may say more of it."""

    def __init__(self, home: Path, options: Sequence[str] = (), variables: Mapping[str, str] | None = None) -> None:
        self.home = home
        self._options, self._variables = options, variables or {}
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.lives = 0

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.lives += 1
        command = [sys.executable, "-m", "dlcore", "serve", "--port", str(self.port), *self._options]
        environment = {**os.environ, "DLCORE_HOME": str(self.home), "DLCORE_WORKERS": "2", **self._variables}
        log = (self.home.parent / "server.log").open("ab")
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + soon(START_SECONDS)
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.process.kill()
                raise RuntimeError(f"the server did not start; see {log.name}")
            time.sleep(0.1)

    def claim(self) -> str:
        """The address on the console that makes a browser «me», of the newest start."""
        return re.findall(r"http://\S+/me\?code=\S+", (self.home.parent / "server.log").read_text())[-1]

    def answers(self) -> bool:
        """Whether the server is up."""
        try:
            return httpx.get(f"{self.address}/_stcore/health", timeout=2).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """End the server as its terminal would."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app on a free port, with an empty home."""
    served = Served(tmp_path_factory.mktemp("served") / "home")
    served.home.mkdir()
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[f"--{each}" for each in (*QUIET, ELSEWHERE, ONE_PROCESS)]
        )
        yield browser
        browser.close()


class Contexts:
    """Contexts of the browser by their options, each lent to one person at a time, and forgetful of the one before.

    What a context loaded, it keeps: of the files that every page needs, the second person's load none, and its process,
    kept alive by an empty page of the app, need not compile them again.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._empty: dict[BrowserContext, Page] = {}

    def lend(self, options: dict[str, Any], address: str) -> BrowserContext:
        """One that nobody has, to visit the server at this address."""
        if free := self._free.get(_key(options)):
            return free.pop()
        context = self._browser.new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        self._empty[context] = context.new_page()
        self._empty[context].goto(f"{address}/_stcore/health")
        return context

    def take_back(self, context: BrowserContext, options: dict[str, Any], address: str) -> None:
        """Close its pages, and forget who it was: cookies, and what pages of this server have stored."""
        empty = self._empty[context]
        for page in context.pages:
            if page != empty:
                page.close()
        talk = context.new_cdp_session(empty)
        stored = "cookies,local_storage,indexeddb,service_workers,cache_storage"
        talk.send("Storage.clearDataForOrigin", {"origin": address, "storageTypes": stored})
        talk.detach()
        context.clear_cookies()
        self._free.setdefault(_key(options), []).append(context)


def _key(options: dict[str, Any]) -> str:
    return repr(sorted(options.items()))


@pytest.fixture(scope="package")
def contexts(browser: Browser) -> Contexts:
    """What the visitors of all tests come with."""
    return Contexts(browser)


@pytest.fixture
def visitor(contexts: Contexts, served: Served) -> Iterator[Callable[..., Page]]:
    """Opens pages, each call as a new person (or as the person of a context); nothing may go wrong in any."""
    lent: list[tuple[BrowserContext, dict[str, Any], bool]] = []
    trouble: list[str] = []
    life = served.lives

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(UNANSWERED):
            trouble.append(message.text)

    def open_page(
        path: str = "",
        context: BrowserContext | None = None,
        prepare: Callable[[BrowserContext], None] | None = None,
        **options: Any,
    ) -> Page:
        if context is None:
            options = {"viewport": {"width": 1440, "height": 900}, "locale": "en-US"} | options
            context = contexts.lend(options, served.address)
            lent.append((context, options, prepare is None))
            if prepare is not None:
                prepare(context)  # it stays prepared: nobody else gets it
        page = context.new_page()
        Conversation(page)
        page.on("console", heard)
        page.on("pageerror", lambda error: trouble.append(f"{error}: {error.stack}"))
        page.goto(f"{served.address}/{path}")
        return page

    yield open_page
    for context, options, plain in lent:
        contexts.take_back(context, options, served.address) if plain else context.close()
    if served.lives != life:
        trouble = [each for each in trouble if not each.startswith(AWAY)]
    assert not trouble


@pytest.fixture
def studio(visitor: Callable[..., Page]) -> Page:
    """The Studio, as a newcomer opens it."""
    page = visitor()
    expect(page.locator(".row").first).to_be_visible()
    return page
