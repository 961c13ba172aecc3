"""From the click on Train to the first point on the screen, in a real browser.

Warm: a worker is waiting, as at every run but the first. Cold: the server has just been started and the page opened;
the first worker still loads torch. The clock is the browser's own, from the click until a chart holds a point of
the new run.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.base import Row
from tests.browser.conftest import CHROMIUM, QUIET, Served
from tests.browser.expecting import PATIENCE_MS, expect

TITLE = "From the click on Train to the first point on the screen, digits MLP"
COLD = 3  # servers started
IDLE_PERCENT = 15.0  # of a core: what a server and two workers take while nothing happens is less

# Resolves, a frame after the first point was drawn, to the milliseconds since the click.
UNTIL_FIRST_POINT = """() => new Promise((resolve) => {
    const lines = () => [...document.querySelectorAll(".live-picture")].flatMap((each) => each.data ?? [])
        .filter(({ meta }) => meta?.run);
    const known = new Set(lines().map(({ meta }) => meta.run));
    let clicked = null;
    document.addEventListener("click", () => (clicked ??= performance.now()), { capture: true, once: true });
    const look = () => {
        const drawn = ({ meta, x }) => meta.series !== "chance" && x?.length && !known.has(meta.run);
        if (clicked !== null && lines().some(drawn))
            requestAnimationFrame(() => resolve(performance.now() - clicked));
        else requestAnimationFrame(look);
    };
    window.firstPoint = null;
    look();
}).then((milliseconds) => { window.firstPoint = milliseconds; })"""


def measure(repeats: int) -> list[Row]:
    assert CHROMIUM is not None, "no Chromium here: apt-get install chromium"
    cold, warm = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[f"--{each}" for each in QUIET])
        for server in range(COLD):
            with served() as app:
                page = opened(browser, app)
                cold.append(click(page))
                if server == COLD - 1:
                    for _ in range(repeats):
                        until_idle(app)
                        warm.append(click(page))
                page.context.close()
        browser.close()
    return [
        Row("warm: a worker waits", median(warm), "s", target="≤ 1 s", reached=median(warm) <= 1),
        Row("cold: the server has just started", median(cold), "s", target="≤ 5 s", reached=median(cold) <= 5),
    ]


@contextmanager
def served(*options: str) -> Iterator[Served]:
    """A server of its own, with an empty home; `options` of `serve`."""
    with tempfile.TemporaryDirectory() as folder:
        app = Served(Path(folder) / "home", options)
        app.home.mkdir()
        app.start()
        try:
            yield app
        finally:
            app.stop()


def opened(browser: Browser, app: Served) -> Page:
    """The Studio, as soon as all of it is drawn."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(app.address)
    page.locator(".row").first.wait_for()
    page.locator(".live-picture .main-svg").first.wait_for()  # the finished run that everybody finds is drawn
    return page


def until_idle(app: Served) -> None:
    """Wait until the server and everything it has started rest: the example runs are over, every worker waits."""
    assert app.process is not None
    known: dict[int, psutil.Process] = {}
    busy = IDLE_PERCENT
    while busy >= IDLE_PERCENT:
        root = psutil.Process(app.process.pid)
        known = {each.pid: known.get(each.pid, each) for each in (root, *root.children(recursive=True))}
        for each in known.values():
            each.cpu_percent()
        time.sleep(1)
        busy = sum(each.cpu_percent() for each in known.values() if each.is_running())


def click(page: Page) -> float:
    """Seconds from a click on Train to the first point of its run; then the run goes on to its end."""
    page.evaluate(f"() => {{ ({UNTIL_FIRST_POINT})(); }}")
    page.get_by_role("button", name="Train Shortcut").click()
    page.wait_for_function("() => window.firstPoint !== null")
    taken: float = page.evaluate("() => window.firstPoint")
    expect(page.locator(".live-pill")).to_have_attribute("data-state", "finished")
    return taken / 1000
