"""The neuron board under a real pointer and a real keyboard: it follows at once, and torch agrees with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page

from dlcore.lessons import neuron
from tests.browser.expecting import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def lesson(visitor: Callable[..., Page]) -> Page:
    """The lesson, as a newcomer opens it."""
    page = visitor("lesson-neuron?lang=en")
    expect(page.locator(".board")).to_have_attribute("data-by", "torch")
    return page


def board(page: Page) -> Locator:
    return page.locator(".board")


def loss(page: Page) -> float:
    return float(page.locator("[data-readout=loss]").get_attribute("data-value") or "nan")


def expect_torch(page: Page, weights: neuron.Weights) -> None:
    """The board rests on these weights, with the loss that torch measures for them."""
    expect(board(page)).to_have_attribute("data-by", "torch")
    assert loss(page) == pytest.approx(neuron.measure(neuron.points("iris"), "Sigmoid", weights).loss, abs=1e-3)


def test_a_slider_moves_the_picture_before_the_server_answers(lesson: Page) -> None:
    before = loss(lesson)
    lesson.locator("input[data-knob=w2]").press("ArrowRight")
    assert loss(lesson) != before  # read in the same moment: no rerun lies between


def test_at_rest_the_numbers_are_torchs(lesson: Page) -> None:
    slider = lesson.locator("input[data-knob=w2]")
    for _press in range(4):
        slider.press("ArrowRight")
    expect_torch(lesson, (1.0, -0.8, 0.0))
    expect(lesson.locator(".katex").filter(has_text="−0.80").first).to_be_visible()


def test_the_arrow_can_be_turned_by_its_tip(lesson: Page) -> None:
    before = loss(lesson)
    box = lesson.locator(".plane").bounding_box()
    assert box is not None
    side = box["width"] - 46
    scale = side / 6

    def place(x1: float, x2: float) -> tuple[float, float]:
        return box["x"] + 38 + (x1 + 3) * scale, box["y"] + 8 + (3 - x2) * scale

    reach = (0.5 + 0.9 * 2**0.5 / 8) / 2**0.5
    lesson.mouse.move(*place(reach, -reach))
    lesson.mouse.down()
    lesson.mouse.move(*place(1.0, 1.0), steps=8)
    lesson.mouse.up()
    expect(board(lesson)).to_have_attribute("data-by", "torch")
    assert loss(lesson) < before  # the flowers of the second species lie up and to the right
    weight = float(lesson.locator("input[data-knob=w2]").input_value())
    assert weight == pytest.approx(1.0, abs=0.1)


def test_gradient_descent_walks_down_to_the_best(lesson: Page) -> None:
    lesson.get_by_role("button", name="Let gradient descent find it").click()
    end = neuron.descend(neuron.points("iris"), "Sigmoid", neuron.START, 1.0, 200)[-1]
    expect(lesson.get_by_text("The loss falls with every step")).to_be_visible()
    expect(lesson.locator("input[data-knob=w1]")).to_have_value("3.8")
    expect_torch(lesson, end.weights)


def test_the_language_switch_speaks_to_board_and_browser(lesson: Page) -> None:
    lesson.get_by_text("中文").click()
    expect(lesson.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(board(lesson)).to_contain_text("损失")
    lesson.reload()
    expect(board(lesson)).to_contain_text("损失")
