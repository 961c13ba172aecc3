"""What a browser asked Streamlit for and what was answered, read from the websocket itself.

The page's own «script state» says that nothing runs until the server's first word about an edit has come back: a test
that looks at it right after an edit may go on before the edit was answered.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from playwright.sync_api import Page, WebSocket
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.expecting import PATIENCE_MS, expect

LOOK_EVERY_MS = 10
# Resolves when what was just typed or clicked has been handled: then the question it makes was sent.
HANDLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
UNFINISHED = (ForwardMsg.FINISHED_EARLY_FOR_RERUN,)  # a newer run follows

_conversations: WeakKeyDictionary[Page, Conversation] = WeakKeyDictionary()


class Conversation:
    """Whether the newest question of a page (a first look, an edit, a click) has been answered to its end."""

    def __init__(self, page: Page) -> None:
        self.began = self.answered = False
        self.questions = 0
        self._drawn = ""  # the page of which something was drawn last
        _conversations[page] = self
        page.on("websocket", self._listen)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", self._asked)
        socket.on("framereceived", self._told)

    def _asked(self, payload: bytes | str) -> None:
        message = BackMsg.FromString(payload) if isinstance(payload, bytes) else BackMsg()
        asked = message.rerun_script
        if message.WhichOneof("type") != "rerun_script":
            return
        if asked.fragment_id and self._drawn not in ("", asked.page_script_hash):
            return  # of a page that was left: nobody answers that
        self.began = self.answered = False
        self.questions += 1

    def _told(self, payload: bytes | str) -> None:
        if not isinstance(payload, bytes):
            return
        message = ForwardMsg.FromString(payload)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.began = True
            self._drawn = message.new_session.page_script_hash
        elif kind == "navigation":  # a page that was opened by its own address: only now is it known which
            self._drawn = message.navigation.page_script_hash
        elif kind == "script_finished" and self.began and message.script_finished not in UNFINISHED:
            self.answered = True


def settled(page: Page) -> None:
    """Wait until Streamlit has answered everything that this page asked, and the page knows it."""
    conversation, deadline = _conversations[page], time.monotonic() + PATIENCE_MS / 1000
    page.evaluate(HANDLED)  # and with the answer comes the news of every frame sent before
    while not conversation.answered:
        assert time.monotonic() < deadline, "Streamlit did not answer"
        page.wait_for_timeout(LOOK_EVERY_MS)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


@contextmanager
def answered(page: Page) -> Iterator[None]:
    """What is done in here makes the page ask, if only a moment later; go on once that is answered."""
    conversation, deadline = _conversations[page], time.monotonic() + PATIENCE_MS / 1000
    before = conversation.questions
    yield
    while conversation.questions == before:
        assert time.monotonic() < deadline, "the page did not ask"
        page.wait_for_timeout(LOOK_EVERY_MS)
    settled(page)
