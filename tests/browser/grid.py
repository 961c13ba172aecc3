"""A table of Streamlit's, which is a picture: its rows are ticked by their places."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.conversation import settled
from tests.browser.expecting import expect

ROW, BOX = 35, 16  # CSS pixels: how high a row is, how far its box is from the left


def tick_row(page: Page, number: int) -> None:
    """Tick a row of the first table, counted from 0, once the table is drawn and nothing is asked any more."""
    settled(page)
    table = page.get_by_test_id("stDataFrame").first
    expect(table.locator("table").get_by_test_id(f"glide-cell-1-{number}")).to_have_count(1)  # what screen readers read
    box = table.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + BOX, box["y"] + ROW * (number + 1.5))
