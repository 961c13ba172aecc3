"""Every lesson in a real browser: nothing runs off a phone, every handle moves by keyboard, a question is answered."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from dlcore.lessons.course import lesson
from tests.browser.conversation import settled
from tests.browser.expecting import expect
from tests.lessons.board_kinds import SOME_LESSONS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}
OVERFLOW = """() => {
  const main = document.querySelector("[data-testid=stMain]");
  return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
}"""
REDRAW = """slider => {
  const times = [];
  for (let n = 0; n < 30; n++) {
    slider.value = String(Number(slider.min) + ((n % 10) / 10) * (slider.max - slider.min));
    const before = performance.now();
    slider.oninput();
    times.push(performance.now() - before);
  }
  return times.sort((a, b) => a - b)[15];
}"""


def opened(visitor: Callable[..., Page], name: str, language: str = "en", **options: object) -> Page:
    page = visitor(f"lesson-{name}?lang={language}", **options)
    expect(page.locator(".board")).to_have_attribute("data-by", "torch")
    settled(page)
    return page


def values(page: Page) -> str:
    return page.locator(".board").get_attribute("data-values") or ""


def moves(page: Page, handle: Locator, key: str) -> bool:
    """Whether a key moves something where the focus is: at once, without asking the server."""
    before = values(page)
    handle.focus()
    page.keyboard.press(key)
    return values(page) != before


@pytest.mark.parametrize("name", SOME_LESSONS)
def test_on_a_phone_in_chinese_nothing_runs_off_and_every_handle_moves_by_keyboard(
    visitor: Callable[..., Page], name: str
) -> None:
    page = opened(visitor, name, "zh_CN", viewport=PHONE, has_touch=True)
    assert page.evaluate(OVERFLOW) <= 0
    for handle in page.locator(".grip, .cells[tabindex]").all():
        assert any(moves(page, handle, key) for key in ("ArrowUp", "ArrowRight", "ArrowLeft", "ArrowDown"))
    for slider in page.locator(".board .slider input").all():
        assert any(moves(page, slider, key) for key in ("ArrowRight", "ArrowLeft"))
    expect(page.locator(".board")).to_have_attribute("data-by", "torch")
    predict(page, lesson(name).questions[0].right)


def predict(page: Page, right: int) -> None:
    """Nothing is revealed before an answer is chosen; then the right one is said to be."""
    asked = page.get_by_test_id("stVerticalBlock").filter(has=page.get_by_test_id("stRadio").first).last
    said = asked.get_by_test_id("stAlertContentSuccess")  # a key that moved a handle may have done a task elsewhere
    expect(said).to_have_count(0)
    answers = asked.get_by_role("radio")
    answers.nth(right).locator("xpath=ancestor::label").click()
    expect(said).to_have_count(1)


@pytest.mark.serial
def test_a_board_is_redrawn_faster_than_a_screen_asks_for_it(visitor: Callable[..., Page]) -> None:
    page = opened(visitor, "neuron")
    took = page.locator(".board input[type=range]").first.evaluate(REDRAW)
    print(f"redrawn in {took:.1f} ms")
    assert took <= 50  # 16 ms on a machine of its own


def test_a_typed_number_is_graded_by_torch(visitor: Callable[..., Page]) -> None:
    page = opened(visitor, "forward")
    field = page.get_by_label("Your number")
    field.fill("three")
    field.press("Enter")
    expect(page.get_by_text("“three” is none")).to_be_visible()
    field.fill("0.9")
    field.press("Enter")
    expect(page.get_by_text("torch says otherwise")).to_be_visible()
    field.fill("0.119")
    field.press("Enter")
    expect(page.get_by_test_id("stAlertContentSuccess").get_by_text("one neuron by hand")).to_be_visible()


def test_a_task_is_done_by_typing_weights_and_stays_done(visitor: Callable[..., Page]) -> None:
    page = opened(visitor, "forward")
    cell = page.locator("input[type=number][data-knob=b31]")
    cell.fill("3")
    cell.press("Enter")
    done = page.get_by_test_id("stAlertContentSuccess").get_by_text("overtake")
    expect(done).to_be_visible()
    page.reload()
    expect(done).to_be_visible()


def test_a_curve_drawn_by_mouse_is_fitted_and_does_the_task(visitor: Callable[..., Page]) -> None:
    page = opened(visitor, "width")
    box = page.locator(".sketch .paper").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + 0.9 * box["height"])
    page.mouse.down()
    for across, down in ((0.5, 0.1), (1.0, 0.9)):  # a roof
        page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])
    page.mouse.up()
    expect(page.get_by_test_id("stAlertContentSuccess").get_by_text("three kinks")).to_be_visible()
