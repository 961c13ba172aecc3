"""Each lesson is done once, until the course says so: by mouse in English, by keyboard in Chinese.

Before, axe looks at it, and it is as narrow as a phone for a moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import Page

from dlcore.i18n import _, translate
from dlcore.i18n import language as speaking
from dlcore.lessons.board.sketch import Sketch
from dlcore.lessons.board.stages import Plane
from dlcore.lessons.course import NAMES, lesson
from dlcore.lessons.lesson import Choice
from dlcore.lessons.tasks import TrainingTask, TypedTask
from pages.components.lessons import standing
from tests.browser.conversation import settled
from tests.browser.expecting import expect
from tests.browser.hands import Hands, Keyboard, Mouse
from tests.browser.lesson_ways import WAYS, Way
from tests.browser.test_accessibility import grave
from tests.browser.test_lessons import OVERFLOW, PHONE, opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TRAINED_MS = 180_000


class Visit:
    """One person in one lesson."""

    def __init__(self, page: Page, hands: Hands, name: str) -> None:
        self.page, self.hands, self.name = page, hands, name
        self.now = lesson(name).fresh()

    def of(self, what: str) -> str:
        """Where a widget of the lesson stands."""
        return ".st-key-" + re.sub("[^a-zA-Z0-9_-]", "-", standing.key(self.name, what))

    def at_rest(self) -> None:
        """Wait until everything that was done has been answered, and torch has measured the board."""
        settled(self.page)
        expect(self.page.locator(".board")).to_have_attribute("data-by", "torch")
        settled(self.page)

    def predict(self) -> None:
        for question in lesson(self.name).questions:
            answer = self.page.locator(self.of(question.section)).get_by_role("radio").nth(question.right)
            self.hands.press(answer.locator("xpath=ancestor::label") if isinstance(self.hands, Mouse) else answer)
            self.at_rest()

    def type_numbers(self) -> None:
        for task in lesson(self.name).tasks:
            if isinstance(task, TypedTask):
                number = f"{task.answer(self.now):.6f}"
                self.hands.write(self.page.locator(self.of(task.section)).get_by_role("textbox"), number)
                self.at_rest()

    def choose(self, wanted: dict[str, Any]) -> None:
        for choice in lesson(self.name).choices:
            if choice.name in wanted:
                self.choose_one(choice, wanted[choice.name])
                self.at_rest()

    def choose_one(self, choice: Choice, option: Any) -> None:
        place, widget = list(choice.options).index(option), self.page.locator(self.of(choice.name))
        if choice.scale:
            self.hands.stop_at(widget.get_by_role("slider"), place, len(choice.options))
        else:
            self.hands.press(widget.get_by_role("radio", name=translate(choice.options[option]), exact=True))

    def set(self, values: dict[str, float]) -> None:
        for name, value in values.items():
            slider = self.page.locator(f".board .slider input[data-knob='{name}']")
            if slider.count():
                self.hands.slide(slider, value)
            else:
                self.hands.write(self.page.locator(f"input[type=number][data-knob='{name}']"), f"{value:g}")
        self.at_rest()

    def point(self, rows: dict[str, int]) -> None:
        for row in rows.values():
            self.hands.point(self.page.locator(".board .points[role=slider]"), row)
            self.at_rest()

    def draw(self, heights: Sequence[float]) -> None:
        for plane in lesson(self.name).board(self.now).main if heights else ():
            for mark in plane.marks if isinstance(plane, Plane) else ():
                if isinstance(mark, Sketch):
                    self.hands.draw(self.page.locator(".board .sketch"), heights, plane, mark.step)
                    self.at_rest()

    def at_the_board(self, way: Way) -> None:
        """What is done beside it and on it."""
        self.choose(dict(way.choose))
        for action in way.press:
            self.hands.press(self.page.locator(self.of(action)).get_by_role("button"))
            self.at_rest()
        self.set(dict(way.set))
        self.point(dict(way.point))
        self.draw(way.draw)
        for more in way.then:
            self.at_the_board(more)

    def add_layers(self, layers: Sequence[tuple[int, str]]) -> None:
        """Each after the row of its number, counted from 1; before the Output of an empty network where it is 0."""
        count = len(lesson(self.name).experiment(self.now).network)
        for more, (after, layer) in enumerate(layers):
            expect(self.page.locator(".row")).to_have_count(count + more)
            self.add_layer(after, layer)

    def add_layer(self, after: int, layer: str) -> None:
        rows = self.page.locator(".row")
        if after:
            self.hands.press(rows.nth(after - 1).locator(".pick"))
            settled(self.page)
        self.hands.press(self.page.locator(".stack button.add"))
        self.hands.write(self.page.locator(".menu input[type=search]"), layer)
        expect(rows.nth(after).locator(".name")).to_have_text(layer)
        settled(self.page)

    def train(self, way: Way) -> None:
        """In the Studio, where the lesson opens its experiment; then back by the course."""
        self.hands.press(self.page.locator(self.of("studio")).get_by_role("button"))
        expect(self.page.locator(".row").first).to_be_visible()
        settled(self.page)
        self.add_layers(way.layers)
        for label, value in way.studio.items():
            self.hands.write(self.page.get_by_role("spinbutton", name=_(label), exact=True), f"{value:g}")
            settled(self.page)
        name = self.page.locator(".live-name")
        expect(name).not_to_be_empty()
        before = name.inner_text()
        self.hands.press(self.page.locator(".st-key-train").get_by_role("button"))
        expect(name).not_to_have_text(before)  # from here on, what is shown is the run that was asked for
        expect(self.page.locator(".live-pill")).to_have_attribute("data-state", "finished", timeout=TRAINED_MS)
        settled(self.page)  # the page is told of the end, and draws its menu again: a key pressed meanwhile is lost
        self.to_the_course()
        self.hands.press(self.page.locator(f'.course-card[href="lesson-{self.name}"]'))
        self.at_rest()

    def look_into(self, chooser: str) -> None:
        """The board shows the run that was just trained."""
        menu = self.page.locator(self.of(chooser)).get_by_role("combobox")
        before = menu.input_value()
        self.hands.pick(menu, 1)  # the first is the lesson's own
        expect(menu).not_to_have_value(before)
        self.at_rest()

    def to_the_course(self) -> None:
        self.hands.press(self.page.get_by_test_id("stTopNav").get_by_role("link", name=_("Course"), exact=True))
        expect(self.page.locator(".course-card").first).to_be_visible()
        settled(self.page)

    def whole(self, way: Way) -> None:
        """Everything that the lesson asks."""
        self.predict()
        self.type_numbers()
        self.at_the_board(way)
        if any(isinstance(task, TrainingTask) for task in lesson(self.name).tasks):
            self.choose(dict(way.choose_to_train))
            self.train(way)
        if way.own:
            self.look_into(way.own)


def fits_on_a_phone(page: Page) -> None:
    """Nothing runs off its side; then the window is wide again."""
    wide = page.viewport_size
    page.set_viewport_size(PHONE)
    page.wait_for_function(f"({OVERFLOW})() <= 0")
    assert wide is not None
    page.set_viewport_size(wide)
    settled(page)


# Everybody does every lesson; in turn, one of the two does it where all tests run, the other in `make test-long`.
VISITS = [
    pytest.param(name, code, by, id=f"{name}-{how}", marks=[pytest.mark.long] if (place + turn) % 2 else [])
    for place, name in enumerate(NAMES)
    for turn, (how, code, by) in enumerate((("mouse", "en", Mouse), ("keyboard", "zh_CN", Keyboard)))
]


@pytest.mark.parametrize(("name", "code", "by"), VISITS)
def test_a_lesson_is_done_from_its_start_until_the_course_says_so(
    visitor: Callable[..., Page], name: str, code: str, by: Callable[[Page], Hands]
) -> None:
    page = opened(visitor, name, code)
    assert grave(page) == []
    fits_on_a_phone(page)
    visit = Visit(page, by(page), name)
    with speaking(code):
        visit.whole(WAYS[name])
        expect(page.get_by_test_id("stAlertContentSuccess").get_by_text(_("Done."))).to_have_count(
            len(lesson(name).tasks)
        )
        visit.to_the_course()
    expect(page.locator(f'.course-card[href="lesson-{name}"] .whole')).to_be_visible()
