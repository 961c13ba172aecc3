"""A lesson under the hand, in a real browser: how long a board takes to follow, and then to say what torch measured.

Every lesson as it opens, by the finest of its sliders, or else by the first thing that an arrow key moves. The clock is
the browser's own. A drag is one movement and the layout after it; a commit runs from letting go until nothing on the
page changes any more, the moment included in which the board waits for another movement. A lesson's slider goes to
another place every time, so that nothing is remembered.
"""

from __future__ import annotations

from statistics import median

from playwright.sync_api import BrowserContext, ElementHandle, Page, sync_playwright

from dlcore.lessons.course import NAMES
from tests.benchmarks.base import Row
from tests.benchmarks.click import opened, served
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.conversation import Conversation, answered, settled
from tests.browser.expecting import expect

TITLE = "A lesson's board: to follow a movement, and from letting go to the new formula"
DRAG, COMMIT = 16.0, 300.0  # ms
MOVES = 20
FINEST = """(board) => {
    const steps = ({ min, max, step }) => (max - min) / step;
    const sliders = [...board.querySelectorAll(".slider input")].sort((a, b) => steps(b) - steps(a));
    return sliders[0] ?? board.querySelector("[role=slider]");
}"""
# Moves what it is given: a slider to a share of its way, anything else a step by an arrow key.
MOVE = """const move = (moved, share) => {
    const range = moved instanceof HTMLInputElement;
    if (range) moved.value = Number(moved.min) + share * (moved.max - moved.min);
    const keys = moved.matches(".sketch") ? ["ArrowUp", "ArrowDown"] : ["ArrowRight", "ArrowLeft"];
    const key = keys[Number(share > 0.5)];
    moved.dispatchEvent(range ? new Event("input") : new KeyboardEvent("keydown", { key, bubbles: true }));
};"""
# The milliseconds until the page is laid out as it is after one movement.
MOVED = f"""(moved, share) => {{
    {MOVE}
    const began = performance.now();
    move(moved, share);
    moved.getBoundingClientRect();
    return performance.now() - began;
}}"""
# Moves it and lets go; from then on `changed` is when something on the page changed last, in milliseconds.
LET_GO = f"""(moved, share) => {{
    {MOVE}
    move(moved, share);
    const began = performance.now();
    window.changed = 0;
    const note = () => {{ window.changed = performance.now() - began; }};
    const all = {{ subtree: true, childList: true, characterData: true }};
    new MutationObserver(note).observe(document.body, all);
    new MutationObserver(note).observe(moved.getRootNode(), {{ ...all, attributes: true }});
    moved.dispatchEvent(new Event("change"));
}}"""


def measure(repeats: int) -> list[Row]:
    assert CHROMIUM is not None, "no Chromium here: apt-get install chromium"
    with sync_playwright() as playwright, served() as app:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[f"--{each}" for each in QUIET])
        context = opened(browser, app).context
        rows = [row for name in NAMES for row in rows_of(context, f"{app.address}/lesson-{name}", name, repeats)]
        browser.close()
    return rows


def rows_of(context: BrowserContext, address: str, name: str, repeats: int) -> list[Row]:
    page = context.new_page()
    Conversation(page)
    page.goto(address)
    expect(page.locator(".board")).to_have_attribute("data-by", "torch")
    settled(page)
    moved = page.locator(".board").evaluate_handle(FINEST).as_element()
    assert moved is not None
    drag = median(moved.evaluate(MOVED, (0.37 * step) % 1) for step in range(MOVES))
    commit(page, moved, 0.9)  # and what the movements asked is answered
    let_go = median(commit(page, moved, (0.11 + 0.23 * turn) % 1) for turn in range(repeats))
    page.close()
    return [
        Row(f"{name}, a movement", drag, "ms", None, f"≤ {DRAG:g} ms", drag <= DRAG),
        Row(f"{name}, letting go", let_go, "ms", None, f"≤ {COMMIT:g} ms", let_go <= COMMIT),
    ]


def commit(page: Page, moved: ElementHandle, share: float) -> float:
    """Move it and let go, and wait until all is said; milliseconds until nothing changed any more."""
    with answered(page):
        moved.evaluate(LET_GO, share)
    expect(page.locator(".board")).to_have_attribute("data-by", "torch")
    found: float = page.evaluate("() => window.changed")
    return found
