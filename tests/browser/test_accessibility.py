"""What axe-core finds: nothing serious or critical on any lesson or page. And nothing runs off a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from dlcore.lessons.course import NAMES
from tests.browser.conversation import settled
from tests.browser.expecting import expect
from tests.browser.test_lessons import OVERFLOW, PHONE, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# address -> what is there once the page is whole
PAGES = {
    "": ".live-cell[aria-label]",
    "course": ".course-card",
    "compare": "h1",
    "runs": "h1",
    "glossary": ".glossary-entries a",
    "data": "[class*=st-key-open-] button",
    "data?data=penguins": "[data-testid=stDataFrame]",
}
IN_THE_DARK = {"": PAGES[""], "lesson-loss": ".board[data-by=torch]"}
GRAVE = ("serious", "critical")
GROUND = """() => {
  const ground = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor;
  return Math.max(...ground.match(/\\d+/g).slice(0, 3).map(Number));
}"""  # how bright it is, from 0 to 255
HALF = 128


# The button that brings a file is named in the visitor's language by the page's own code, a moment after it is drawn.
NAMED = """() => [...document.querySelectorAll("button")].every((button) =>
  button.innerText.trim() || button.ariaLabel || button.title || !button.checkVisibility())"""


def grave(page: Page) -> list[str]:
    """«rule: what axe says of it: where», of everything that is serious or critical."""
    page.wait_for_function(NAMED)
    found: list[dict[str, Any]] = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{each['id']}: {each['help']}: {node['target']} {node['html'][:160]}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]


def whole(visitor: Callable[..., Page], address: str, landmark: str, **options: Any) -> Page:
    """A page of the app, once everything on it is there."""
    page = visitor(f"{address}{'&' if '?' in address else '?'}lang=en", **options)
    expect(page.locator(landmark).first).to_be_visible()
    settled(page)
    return page


@pytest.mark.long  # `test_lessons_done` asks axe about every lesson before it is done, about half of them in English
@pytest.mark.parametrize("name", NAMES)
def test_axe_finds_nothing_grave_in_a_lesson_in_english(visitor: Callable[..., Page], name: str) -> None:
    assert grave(opened(visitor, name)) == []


@pytest.mark.parametrize("address", PAGES, ids=lambda address: address or "studio")
def test_axe_finds_nothing_grave_on_a_page_and_nothing_runs_off_a_phone(
    visitor: Callable[..., Page], address: str
) -> None:
    page = whole(visitor, address, PAGES[address])
    assert grave(page) == []
    page.set_viewport_size(PHONE)
    expect(page.locator(PAGES[address]).first).to_be_visible()
    page.wait_for_function(f"({OVERFLOW})() <= 0")  # a table takes the new width a moment later


@pytest.mark.parametrize("address", IN_THE_DARK, ids=lambda address: address or "studio")
def test_axe_finds_nothing_grave_in_the_dark(visitor: Callable[..., Page], address: str) -> None:
    page = whole(visitor, address, IN_THE_DARK[address], color_scheme="dark")
    assert page.locator("html").evaluate(GROUND) < HALF
    assert grave(page) == []
