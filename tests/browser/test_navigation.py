"""From page to page: what was typed is kept, and an address says only what its own page shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conversation import settled
from tests.browser.expecting import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def go(page: Page, name: str) -> None:
    page.get_by_test_id("stTopNav").get_by_role("link", name=name).click()


def arrived(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    settled(page)


@pytest.mark.parametrize("how", ["click", "keyboard"])
def test_a_number_that_was_typed_is_kept_though_the_page_is_left_at_once(studio: Page, how: str) -> None:
    settled(studio)
    epochs = studio.get_by_role("spinbutton", name="Epochs", exact=True)
    epochs.fill("3")
    if how == "click":
        go(studio, "Runs")
    else:
        studio.get_by_test_id("stTopNav").get_by_role("link", name="Runs", exact=True).focus()
        studio.keyboard.press("Enter")
    arrived(studio, "Runs")
    go(studio, "Studio")
    arrived(studio, "Studio")
    expect(epochs).to_have_value("3")


def test_where_a_hand_left_a_board_is_kept_though_the_page_is_left_at_once(visitor: Callable[..., Page]) -> None:
    page = visitor("lesson-loss?lang=en")
    board = page.locator(".board")
    expect(board).to_have_attribute("data-by", "torch")
    settled(page)
    page.locator(".board .slider input").first.focus()
    page.keyboard.press("ArrowRight")
    moved = board.get_attribute("data-values")
    assert moved is not None
    go(page, "Runs")
    arrived(page, "Runs")
    page.go_back()
    expect(board).to_have_attribute("data-values", moved)


def test_the_other_page_is_whole_after_an_edit_and_a_click_in_the_same_moment(studio: Page) -> None:
    settled(studio)
    studio.get_by_role("spinbutton", name="Epochs", exact=True).fill("4")
    go(studio, "Compare")
    studio.locator(".live-comparison tbody tr").first.wait_for()
    arrived(studio, "Compare")


def test_a_link_does_not_wait_where_nothing_was_edited(studio: Page) -> None:
    settled(studio)
    studio.evaluate("() => { window.passed = 0; addEventListener('click', () => (window.passed += 1)); }")
    go(studio, "Runs")
    assert studio.evaluate("() => window.passed") == 1  # the click itself went through, none was made later
    arrived(studio, "Runs")


def test_back_from_compare_leads_to_the_page_before_and_its_own_address(studio: Page) -> None:
    settled(studio)
    before = studio.url
    go(studio, "Compare")
    studio.locator(".live-comparison tbody tr").first.wait_for()
    arrived(studio, "Compare")
    assert "?runs=" in studio.url
    studio.go_back()
    arrived(studio, "Studio")
    assert studio.url == before
    studio.go_forward()
    arrived(studio, "Compare")
    expect(studio.locator(".live-comparison tbody tr")).to_have_count(2)
    assert "?runs=" in studio.url
    go(studio, "Runs")
    arrived(studio, "Runs")
    assert studio.url == f"{before}runs"


def test_an_address_that_says_to_a_page_what_is_anothers_is_put_right(visitor: Callable[..., Page]) -> None:
    page = visitor("runs?runs=0123456789abcdef&lang=en")
    arrived(page, "Runs")
    page.wait_for_function("() => location.search === '?lang=en'")
