"""Two visitors who do the same: one by mouse alone, one by keyboard alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from playwright.sync_api import Locator, Page

from dlcore.lessons.board.stages import Plane
from tests.browser.conversation import answered
from tests.browser.expecting import expect

THUMB = 8  # CSS pixels from the end of a slider to the middle of its handle at that end
MOST_NUDGES = 40
MOST_ATTEMPTS = 5
EDGE = 1  # CSS pixels from the end of a paper that are still on it
FAR = 5  # steps of a key with Shift


class Hands(Protocol):
    """What a visitor can do."""

    def press(self, control: Locator) -> None:
        """A button, a link, a choice."""

    def slide(self, slider: Locator, value: float) -> None:
        """A slider of the board, to the nearest value that it has."""

    def stop_at(self, slider: Locator, place: int, count: int) -> None:
        """A slider of stops, to one of them by its number."""

    def write(self, field: Locator, text: str) -> None:
        """A field, and then Enter."""

    def pick(self, menu: Locator, place: int) -> None:
        """One of a list that opens, by its number."""

    def point(self, rings: Locator, row: int) -> None:
        """One of the rings of a plane, by its number."""

    def draw(self, sketch: Locator, heights: Sequence[float], plane: Plane, step: float) -> None:
        """A curve, from left to right over its plane; an arrow key moves a height by `step`."""


class Mouse:
    """Points and drags; types only what must be typed."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: Locator) -> None:
        control.click()

    def slide(self, slider: Locator, value: float) -> None:
        slider.scroll_into_view_if_needed()
        low, high, step = (float(slider.get_attribute(name) or 0) for name in ("min", "max", "step"))
        box = slider.bounding_box()
        assert box is not None
        share, middle = (value - low) / (high - low), box["y"] + box["height"] / 2
        across = box["x"] + THUMB + share * (box["width"] - 2 * THUMB)
        self.page.mouse.move(across, middle)
        self.page.mouse.down()
        for _nudge in range(MOST_NUDGES):
            off = float(slider.input_value()) - value
            if abs(off) < step / 2:
                break
            across -= 0.5 if off > 0 else -0.5
            self.page.mouse.move(across, middle)
        self.page.mouse.up()

    def stop_at(self, slider: Locator, place: int, count: int) -> None:
        around = slider.locator("xpath=ancestor::*[@data-rac][1]")  # what is seen of it: the handle, and its track
        around.scroll_into_view_if_needed()
        thumb, track = around.bounding_box(), around.locator("xpath=..").bounding_box()
        assert thumb is not None
        assert track is not None
        middle = thumb["y"] + thumb["height"] / 2
        self.page.mouse.move(thumb["x"] + thumb["width"] / 2, middle)
        self.page.mouse.down()
        self.page.mouse.move(track["x"] + track["width"] * place / (count - 1), middle, steps=5)
        self.page.mouse.up()

    def write(self, field: Locator, text: str) -> None:
        field.click(click_count=3)
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def pick(self, menu: Locator, place: int) -> None:
        menu.click()
        self.page.get_by_role("option").nth(place).click()

    def point(self, rings: Locator, row: int) -> None:
        rings.scroll_into_view_if_needed()
        box = rings.locator("> circle").nth(row).bounding_box()
        assert box is not None
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def draw(self, sketch: Locator, heights: Sequence[float], plane: Plane, step: float) -> None:
        paper = sketch.locator(".paper")
        paper.scroll_into_view_if_needed()
        box, low, high = paper.bounding_box(), plane.y.low, plane.y.high
        assert box is not None
        for place, height in enumerate(heights):
            across = box["x"] + EDGE + (box["width"] - 2 * EDGE) * place / (len(heights) - 1)
            self.page.mouse.move(across, box["y"] + box["height"] * (high - height) / (high - low))
            if not place:
                self.page.mouse.down()
        self.page.mouse.up()


class Keyboard:
    """Never touches the mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, control: Locator) -> None:
        control.focus()
        is_radio = control.get_attribute("type") == "radio"
        self.page.keyboard.press("Space" if is_radio else "Enter")

    def slide(self, slider: Locator, value: float) -> None:
        slider.focus()
        step, off = float(slider.get_attribute("step") or 1), value - float(slider.input_value())
        for _press in range(round(abs(off) / step)):
            self.page.keyboard.press("ArrowRight" if off > 0 else "ArrowLeft")

    def stop_at(self, slider: Locator, place: int, count: int) -> None:
        """An older answer that comes while keys are pressed sets it back: whoever sees that presses once more."""
        slider.focus()
        for _attempt in range(MOST_ATTEMPTS):
            off = place - int(slider.input_value())
            if not off:
                return
            with answered(self.page):
                for _press in range(abs(off)):
                    self.page.keyboard.press("ArrowRight" if off > 0 else "ArrowLeft")
        expect(slider).to_have_value(str(place))

    def write(self, field: Locator, text: str) -> None:
        field.focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def pick(self, menu: Locator, place: int) -> None:
        menu.focus()
        self.page.keyboard.press("ArrowDown")  # it opens
        expect(self.page.get_by_role("option").first).to_be_visible()
        for _press in range(place):
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    def point(self, rings: Locator, row: int) -> None:
        rings.focus()
        on = row + 1 - int(rings.get_attribute("aria-valuenow") or 1)
        for _press in range(abs(on)):
            self.page.keyboard.press("ArrowRight" if on > 0 else "ArrowLeft")

    def draw(self, sketch: Locator, heights: Sequence[float], plane: Plane, step: float) -> None:
        """Level pieces are drawn with Shift; every other height is moved by as many steps as come nearest to it."""
        sketch.focus()
        before = None
        for height in heights:
            if before is not None:
                self.page.keyboard.press("Shift+ArrowRight")
            if height != before:
                self.move_by(round((height - float(sketch.get_attribute("aria-valuenow") or 0)) / step))
            before = height

    def move_by(self, steps: int) -> None:
        """Up or down; with Shift five steps at a time."""
        key = "ArrowUp" if steps > 0 else "ArrowDown"
        far, near = divmod(abs(steps), FAR)
        for pressed in (*[f"Shift+{key}"] * far, *[key] * near):
            self.page.keyboard.press(pressed)
