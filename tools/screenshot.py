"""`make screenshot`: the README's pictures, taken of the real app after it has really trained.

It serves the app with an empty home, trains the network that a newcomer finds, and waits for the last epoch.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import CHROMIUM, QUIET, Served

FOLDER = Path(__file__).parents[1] / "docs"
SIZE = {"width": 1440, "height": 900}
PATIENCE_MS = 180_000


def studio(page: Page, address: str) -> None:
    """The Studio with a run that has finished."""
    page.goto(f"{address}/?lang=en")
    page.locator(".row").first.wait_for()
    page.get_by_role("button", name="Train", exact=False).first.click()
    page.get_by_text("Epoch 20 of 20").wait_for()
    page.get_by_text("Finished", exact=True).wait_for()


def neuron(page: Page, address: str) -> None:
    """The lesson after gradient descent has found its line."""
    page.goto(f"{address}/lesson-neuron?lang=en")
    page.locator("canvas").wait_for()
    page.get_by_role("button", name="Let gradient descent find it").click()
    page.get_by_text("The loss falls with every step").wait_for()


def take(browser: Browser, address: str) -> None:
    """Every picture, of one visitor."""
    context = browser.new_context(viewport=SIZE, device_scale_factor=1.5, color_scheme="light", locale="en-US")
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    for show in (studio, neuron):
        show(page, address)
        page.wait_for_timeout(3000)  # charts and the descent come to rest
        page.screenshot(path=FOLDER / f"{show.__name__}.png")
        print(f"docs/{show.__name__}.png")


def main() -> None:
    """Serve, look, take the pictures."""
    if CHROMIUM is None:
        raise SystemExit("There is no Chromium here: apt-get install chromium.")
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        served = Served(Path(folder) / "home")
        served.home.mkdir()
        served.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[f"--{each}" for each in QUIET])
        try:
            take(browser, served.address)
        finally:
            browser.close()
            served.stop()


if __name__ == "__main__":
    main()
