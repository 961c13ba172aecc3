"""Pinned examples in a real browser: their probabilities over the epochs, and any other in the place of one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page

import dlcore
from dlcore.runs import Runs
from tests.browser.conftest import Served
from tests.browser.conversation import settled
from tests.browser.expecting import expect, until
from tests.browser.test_film import MOONS, answers, model_at
from tests.browser.test_live import runs, state, watch  # noqa: F401 (a fixture)
from tests.browser.test_numbers_drawn import seek

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PANEL = ".live-panel:has(> .live-pins)"


def looked_at(page: Page) -> tuple[str, int]:
    """The part and the row of the pin whose course is shown."""
    found = page.locator(PANEL).evaluate("panel => [panel.dataset.part, Number(panel.dataset.row)]")
    return found[0], found[1]


def check_course(page: Page, runs: Runs, run_id: str) -> None:  # noqa: F811
    """The lines are the probabilities that a fresh network gives with the weights of each epoch."""
    script = "picture => picture.data.map(({ x, y }) => [Array.from(x), Array.from(y)])"
    lines = page.locator(f"{PANEL} .live-picture").evaluate(script)
    data, (part, row) = dlcore.load(MOONS), looked_at(page)
    x = (data.validation if part == "validation" else data.train).x[row : row + 1]
    epochs = [int(each) for each in lines[0][0]]
    assert epochs[:4] == [0, 1, 2, 3]
    wanted = np.stack([answers(model_at(runs, run_id, MOONS, epoch), x)[0] for epoch in epochs[::6]])
    assert pytest.approx(wanted, abs=1e-5) == np.array([y for _x, y in lines])[:, ::6].T


def test_a_pin_shows_its_course_gives_its_place_to_another_and_is_found_again(
    visitor: Callable[..., Page], served: Served, runs: Runs  # noqa: F811
) -> None:  # fmt: skip
    page = visitor(reduced_motion="reduce")
    run_id = watch(page, runs, MOONS)
    state(page, "finished")
    page.get_by_role("tab", name="Samples").click()
    pins = page.locator(".live-pins button")
    expect(pins).to_have_count(24)
    pins.nth(5).focus()
    page.keyboard.press("Enter")
    expect(pins.nth(5)).to_have_attribute("aria-pressed", "true")
    until(page, lambda: check_course(page, runs, run_id))
    seek(page, 12)
    expect(page.locator(".live-pinned-now strong")).to_contain_text("epoch 12")
    expect(page.locator(f"{PANEL} .live-cursor")).to_be_visible()
    page.get_by_label("Of which part").select_option("train")
    page.get_by_label("Pin instead: number").fill("999")
    page.get_by_role("button", name="Put it here").click()
    expect(page.get_by_role("alert")).to_contain_text("whole number from 1 to 210, but 999 came.")
    page.get_by_label("Pin instead: number").fill("8")
    page.get_by_role("button", name="Put it here").click()
    expect(page.locator(PANEL)).to_have_attribute("data-part", "train")
    assert looked_at(page) == ("train", 7)
    until(page, lambda: check_course(page, runs, run_id))
    settled(page)
    page.reload()
    page.get_by_role("tab", name="Samples").click()
    pins.nth(5).click()
    expect(page.locator(PANEL)).to_have_attribute("data-part", "train")
    page.get_by_role("button", name="The first choice again").click()
    expect(page.locator(PANEL)).to_have_attribute("data-part", "validation")


def test_an_example_of_the_highest_loss_is_pinned_by_a_button(
    visitor: Callable[..., Page], served: Served, runs: Runs  # noqa: F811
) -> None:  # fmt: skip
    page = visitor(reduced_motion="reduce")
    watch(page, runs, MOONS)
    state(page, "finished")
    page.get_by_role("tab", name="Samples").click()
    page.get_by_label("Which examples are shown").select_option("loss")
    pin = page.get_by_role("button", name="Pin example").first
    number = (pin.get_attribute("aria-label") or "").removeprefix("Pin example ")
    pin.click()
    expect(page.locator(PANEL)).to_have_attribute("data-row", str(int(number) - 1))
    expect(page.get_by_role("button", name=f"Show example {number} over the epochs")).to_be_visible()
