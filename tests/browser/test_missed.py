"""A connection on which the first answer is lost in part, as where one script run overtakes another."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.expecting import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHOICES = {"selectbox", "multiselect", "slider", "checkbox", "button_group"}


class LosingChoices:
    """Between browser and server: takes every choice out of the first script run's answer."""

    def __init__(self) -> None:
        self.runs = 0
        self.lost = 0

    def over(self, context: BrowserContext) -> None:
        context.route_web_socket(re.compile("_stcore/stream"), self.between)

    def between(self, browser: WebSocketRoute) -> None:
        server = browser.connect_to_server()
        browser.on_message(server.send)
        server.on_message(lambda message: browser.send(self.without_choices(message)))

    def without_choices(self, message: str | bytes) -> str | bytes:
        if isinstance(message, str):
            return message
        said = ForwardMsg.FromString(message)
        self.runs += said.WhichOneof("type") == "new_session"
        kind = said.delta.new_element.WhichOneof("type")
        if self.runs > 1 or kind not in CHOICES:
            return message
        self.lost += 1
        said.delta.new_element.ClearField(kind)
        said.delta.new_element.empty.SetInParent()
        return said.SerializeToString()


@pytest.mark.parametrize(("locale", "studio", "epochs", "optimizer", "undo"), [
    ("en-US", "Studio", "Epochs", "Optimizer", "Undo"), ("zh-CN", "工作室", "轮次", "优化器", "撤销"),
])  # fmt: skip
def test_choices_that_did_not_arrive_at_first_are_shown_next_and_stay_as_they_were(
    visitor: Callable[..., Page], locale: str, studio: str, epochs: str, optimizer: str, undo: str
) -> None:
    connection = LosingChoices()
    page = visitor(locale=locale, prepare=connection.over)
    number = page.get_by_role("spinbutton", name=epochs, exact=True)
    first = number.input_value()
    for value in ("7", "8"):
        number.fill(value)
        number.press("Enter")
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        expect(page.get_by_test_id("stSelectbox").filter(has_text=optimizer).locator("input")).to_have_value("Adam")
    assert connection.lost > 5
    expect(page.get_by_role("heading", name=studio, exact=True)).to_be_visible()
    for before in ("7", first):
        page.get_by_role("button", name=undo).first.click()
        expect(number).to_have_value(before)
    expect(page.get_by_role("button", name=undo).first).to_be_disabled()  # nothing else was changed
