"""A digit drawn with the mouse is seen by the network as it was drawn, and answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.test_live import owner_of
from tests.runs.living import digits, until_state

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_drawn_digit_is_answered_until_the_pad_is_cleared(visitor: Callable[..., Page], served: Served) -> None:
    page = visitor()
    page.locator(".row").first.wait_for()
    with Runs(Settings(home=served.home)) as runs:
        run_id = runs.submit(digits(20), owner=owner_of(page), name="of digits")
        until_state(runs, run_id, "finished")
    page.goto(f"{served.address}/runs")
    page.get_by_test_id("stDataFrame").wait_for()
    table = page.get_by_test_id("stDataFrame").bounding_box()
    assert table is not None
    page.mouse.click(table["x"] + 16, table["y"] + 50)
    page.get_by_test_id("stExpander").locator("summary", has_text="Let it answer").click()
    page.get_by_role("radio", name="New examples").click()
    pad = page.locator(".pad canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    middle, top, bottom = box["x"] + box["width"] / 2, box["y"] + 20, box["y"] + box["height"] - 20
    page.mouse.move(middle, top)
    page.mouse.down()
    page.mouse.move(middle, bottom, steps=8)
    page.mouse.up()
    seen = page.get_by_text("What the network sees: 8 × 8 pixels.")
    expect(seen).to_be_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(seen).to_be_hidden()
    expect(page.get_by_role("button", name="Clear", exact=True)).to_be_disabled()
