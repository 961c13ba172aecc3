"""A step of the epoch slider in a real browser, tab by tab, and how soon a long run is on the screen.

From the cache every epoch was looked at before, and a step is what the page's own thread works for it, in the
processor's time, so that other load on the machine does not count. Else it is a page that was just opened, at an epoch
whose parts it has not fetched, by the clock: from the slider's own event to the frame in which all that the page shows
has followed, what was asked for has come and nothing was changed after. A long run is 1,000 epochs of 105 batches,
really trained; the clock runs from asking for its news to the first chart that has them, the page itself left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from dlcore.access import OPERATOR, student
from dlcore.experiment import Experiment
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings
from tests.benchmarks.base import Row
from tests.benchmarks.click import served, until_idle
from tests.browser.conftest import CHROMIUM, QUIET, Served
from tests.browser.expecting import PATIENCE_MS, expect
from tests.browser.test_live import owner_of

TITLE = "A step of the epoch slider, every panel; and how soon a long run is on the screen"
CACHED_MS, UNCACHED_MS, LONG_SECONDS = 50.0, 150.0, 1.0
STEPS = 12  # measured in each tab, from the cache
EACH = "digits-mlp", "digits-cnn"
MOONS: dict[str, Any] = {
    "dataset": {"name": "moons", "samples": 300},
    "network": [{"layer": "Linear", "out_features": 8}, {"layer": "Tanh"}, {"layer": "Output"}],
    "training": {"optimizer": "Adam", "batch_size": 2, "epochs": 1000, "device": "cpu"},
}

# Counts what is being fetched, and notes when the run's news were asked for.
WATCH = """() => {
    window.fetching = 0;
    const plain = window.fetch;
    window.fetch = async (...asked) => {
        window.fetching += 1;
        try { return await plain(...asked); } finally { window.fetching -= 1; }
    };
    const Source = window.EventSource;
    window.EventSource = class extends Source {
        constructor(...asked) { super(...asked); window.askedAt ??= performance.now(); }
    };
}"""
# Resolves, when all has followed, to the milliseconds since the slider was moved.
STEP = """(epoch) => new Promise((resolve) => {
    const slider = document.querySelector(".live-slider");
    let changed = 0;
    const seen = new MutationObserver(() => { changed = performance.now(); });
    seen.observe(document.querySelector(".live-player").parentElement, { subtree: true, childList: true,
                                                                         attributes: true, characterData: true });
    const began = performance.now();
    slider.value = String(epoch);
    slider.dispatchEvent(new Event("input"));
    let drawn = performance.now(), quiet = 0;
    const look = () => {
        const records = seen.takeRecords().length;
        const busy = window.fetching > 0 || records > 0 || changed > drawn;
        if (busy) { drawn = performance.now(); quiet = 0; } else quiet += 1;
        if (quiet < 3) requestAnimationFrame(look);
        else { seen.disconnect(); resolve(drawn - began); }
    };
    requestAnimationFrame(look);
})"""
UNTIL_A_POINT = """() => window.askedAt && [...document.querySelectorAll(".live-picture")].some(
    (each) => (each.data ?? []).some(({ meta, x }) => meta?.run && meta.series !== "chance" && x?.length > 100))
    ? performance.now() - window.askedAt : null"""


def measure(repeats: int) -> list[Row]:
    assert CHROMIUM is not None, "no Chromium here: apt-get install chromium"
    with served() as app, sync_playwright() as playwright, Runs(Settings(home=app.home)) as runs:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[f"--{each}" for each in QUIET])
        rows = [row for name in EACH for row in scrubbed(browser, app, runs, name, repeats)]
        rows.append(opened_long(browser, app, runs, repeats))
        browser.close()
    return rows


def trained(page: Page, app: Served, runs: Runs, plain: dict[str, Any]) -> str:
    """A finished run of this page's visitor; the server rests."""
    training = {**plain["training"], "device": "cpu"}
    run_id = runs.submit(Experiment.from_dict({**plain, "training": training}), student(owner_of(page)))
    runs.wait(run_id, OPERATOR)
    until_idle(app)
    return run_id


def visited(browser: Browser, app: Served) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(f"({WATCH})()")
    page = context.new_page()
    page.goto(app.address)
    page.locator(".row").first.wait_for()
    return page


def scrubbed(browser: Browser, app: Served, runs: Runs, name: str, repeats: int) -> Iterator[Row]:
    page = visited(browser, app)
    run_id = trained(page, app, runs, PRESETS[name].at_hand.to_dict())
    epochs = sorted(runs.film(run_id, OPERATOR))
    shown(page, app, run_id)
    tabs = page.get_by_role("tab").all_inner_texts()
    fresh: dict[str, list[float]] = {tab: [] for tab in tabs}
    for turn in range(max(1, repeats)):
        for tab in tabs:
            shown(page, app, run_id)  # nothing is decoded in a page that was just opened
            look_at(page, tab)
            fresh[tab].append(step(page, epochs[1 + turn % (len(epochs) - 2)]))
    for tab in tabs:
        look_at(page, tab)
        for epoch in epochs:
            step(page, epoch)
        yield row(f"{name}, {tab}: from the cache", worked(page, epochs), CACHED_MS)
        yield row(f"{name}, {tab}: else", fresh[tab], UNCACHED_MS)
    page.context.close()


def worked(page: Page, epochs: list[int]) -> list[float]:
    """Milliseconds that the page's thread works for each of some steps."""
    talk = page.context.new_cdp_session(page)
    talk.send("Performance.enable", {"timeDomain": "threadTicks"})
    taken = []
    for number in range(1, STEPS + 1):
        before = busy(talk)
        step(page, epochs[number % len(epochs)])
        taken.append(1000 * (busy(talk) - before))
    talk.detach()
    return taken


def busy(talk: CDPSession) -> float:
    found = {each["name"]: each["value"] for each in talk.send("Performance.getMetrics")["metrics"]}
    return float(found["TaskDuration"])


def row(what: str, taken: list[float], most: float) -> Row:
    return Row(what, median(taken), "ms", None, f"≤ {most:g} ms", median(taken) <= most)


def shown(page: Page, app: Served, run_id: str) -> None:
    """The Studio on this run, all of it drawn."""
    page.goto(f"{app.address}/?run={run_id}&epoch=0")
    expect(page.locator(".live-epoch")).to_have_text("epoch 0")
    page.wait_for_function("() => document.querySelector('.live-picture .main-svg') && window.fetching === 0")


def look_at(page: Page, tab: str) -> None:
    """Open a tab; what is computed for it once, is computed."""
    page.get_by_role("tab", name=tab, exact=True).click()
    page.wait_for_timeout(300)
    page.wait_for_function("() => window.fetching === 0")


def step(page: Page, epoch: int) -> float:
    found: float = page.evaluate(STEP, epoch)
    return found


def opened_long(browser: Browser, app: Served, runs: Runs, repeats: int) -> Row:
    page = visited(browser, app)
    run_id = trained(page, app, runs, MOONS)
    taken = []
    for _ in range(max(1, repeats)):
        page.goto(f"{app.address}/?run={run_id}&epoch=1000")
        taken.append(page.wait_for_function(UNTIL_A_POINT).json_value() / 1000)
    page.context.close()
    reached = median(taken) <= LONG_SECONDS
    return Row("1,000 epochs, 105,000 batches: first chart", median(taken), "s", None, f"≤ {LONG_SECONDS:g} s", reached)
