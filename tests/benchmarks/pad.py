"""From the pen lifted to the probabilities on the screen, in a real browser: an example of one's own under «Try it».

The clock is the browser's own, from the pointer that leaves the pad until the answer to the finished drawing is drawn.
Warm: the process that answers has loaded the run, as it has for everybody who has drawn a line.
"""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page, sync_playwright

from dlcore.access import OPERATOR, student
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings
from tests.benchmarks.base import Row
from tests.benchmarks.click import opened, served
from tests.browser.conftest import CHROMIUM, QUIET, Served
from tests.browser.expecting import expect
from tests.browser.test_live import owner_of

TITLE = "Drawing pad: pen lifted to probabilities"
NETWORKS = ("digits-mlp", "digits-cnn")
TARGET = 200.0  # ms

# Resolves to the milliseconds between the pen's lifting and the frame in which the answer to it stands there.
LIFTED = """() => {
    const panel = document.querySelector(".live-try");
    window.answered = null;
    panel.querySelector("canvas").addEventListener("pointerup", () => {
        const lifted = performance.now();
        const look = () => (panel.getAttribute("aria-busy") === "false"
            ? requestAnimationFrame(() => { window.answered = performance.now() - lifted; })
            : requestAnimationFrame(look));
        look();
    }, { once: true });
}"""


def measure(repeats: int) -> list[Row]:
    assert CHROMIUM is not None, "no Chromium here: apt-get install chromium"
    with sync_playwright() as playwright, served() as app:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[f"--{each}" for each in QUIET])
        page = opened(browser, app)
        rows = [row(page, app, name, repeats) for name in NETWORKS]
        browser.close()
    return rows


def row(page: Page, app: Served, name: str, repeats: int) -> Row:
    with Runs(Settings(home=app.home)) as runs:
        run_id = runs.submit(PRESETS[name].experiment, student(owner_of(page)), name=name)
        runs.wait(run_id, OPERATOR, timeout=600)
    page.goto(f"{app.address}/?run={run_id}")
    page.get_by_role("tab", name="Try it").click()
    page.locator(".pad canvas").wait_for()
    line(page, 0)  # loads the network
    taken = median(line(page, 1 + number) for number in range(repeats))
    return Row(f"warm, {name}", taken, "ms", target=f"≤ {TARGET:g} ms", reached=taken <= TARGET)


def line(page: Page, number: int) -> float:
    """Draw another line than those before; milliseconds until it is answered."""
    page.get_by_role("button", name="Clear", exact=True).evaluate("button => button.click()")
    pad = page.locator(".pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40 + 12 * number, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 150 - 6 * number, box["y"] + 200, steps=20)
    page.evaluate(LIFTED)
    page.mouse.up()
    page.wait_for_function("() => window.answered !== null")
    expect(page.locator(".live-near").first).to_be_visible()  # and nothing more is under way
    found: float = page.evaluate("() => window.answered")
    return found
