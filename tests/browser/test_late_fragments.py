"""A page that was left may still have asked something of itself; its answer must not take the next page away."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.expecting import expect, until

pytestmark = [pytest.mark.slow, pytest.mark.browser]


class Between:
    """Stands between a page and the server; what a part of the page asked once, it can ask again."""

    def __init__(self, moment: str = "new_session") -> None:
        """moment: what the server has just said of the next page when the question comes."""
        self.moment = moment
        self.asked: bytes | None = None
        self.answered = False
        self.waits = False  # for the next page to begin
        self.drawn: list[str] = []  # of which page the server has said that it draws something

    def come(self, context: BrowserContext) -> None:
        """Before the context's pages open."""
        context.route_web_socket(re.compile("_stcore/stream"), self._stand)

    def check_answered(self) -> None:
        """Raises AssertionError before what a part of the page asked has been answered."""
        assert self.answered

    def check_drawn_again(self) -> None:
        """Raises AssertionError before anything was drawn after the next page."""
        assert len(self.drawn) > 1

    def _stand(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()

        def forward(message: str | bytes) -> None:
            if isinstance(message, bytes) and BackMsg.FromString(message).rerun_script.fragment_id:
                self.asked, self.answered = message, False
            server.send(message)

        def back(message: str | bytes) -> None:
            page.send(message)
            told = ForwardMsg.FromString(message) if isinstance(message, bytes) else ForwardMsg()
            self.answered |= self.asked is not None and told.HasField("script_finished")
            if told.HasField("new_session"):
                self.drawn.append(told.new_session.page_script_hash)
            if self.waits and self.drawn and told.WhichOneof("type") == self.moment:
                self.waits = False
                server.send(self.asked or b"")

        page.on_message(forward)
        server.on_message(back)


def test_what_a_part_of_a_page_asks_as_it_is_left_does_not_take_the_next_page_away(
    visitor: Callable[..., Page],
) -> None:
    between = Between()
    page = visitor(prepare=between.come)
    epochs = page.get_by_role("spinbutton", name="Epochs", exact=True)
    epochs.fill("7")
    epochs.press("Enter")  # the recipe asks, which is a part of the Studio
    until(page, between.check_answered)
    between.drawn.clear()
    between.waits = True
    page.get_by_role("link", name="Glossary", exact=True).click()
    entries = page.locator(".glossary-entries a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Glossary")
    page.get_by_role("searchbox").press_sequentially("gnh")  # its answer comes after whatever was asked before
    expect(entries).to_have_count(1)
    assert len(between.drawn) > 1
    assert len(set(between.drawn)) == 1


@pytest.mark.parametrize("moment", ["new_session", "script_finished"])
def test_nor_does_a_part_that_both_pages_have(visitor: Callable[..., Page], moment: str) -> None:
    between = Between(moment)
    page = visitor("lesson-activation?lang=en", prepare=between.come)
    page.locator(".board").wait_for()
    page.get_by_role("radio", name="Tanh", exact=True).click()  # the workbench asks, which every lesson has
    until(page, between.check_answered)
    between.drawn.clear()
    between.waits = True
    page.get_by_role("link", name="4 · The forward pass").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The forward pass")
    page.get_by_role("button", name="Start over").click()
    until(page, between.check_drawn_again)
    expect(page.get_by_text("Each row of")).to_be_visible()
    assert len(set(between.drawn)) == 1
