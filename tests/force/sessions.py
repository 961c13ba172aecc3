"""Sessions of the app as browsers have them, without browsers: a cookie, a websocket, what was drawn, what is pressed.

A page is drawn by the server whoever looks at it. What components send by themselves from a browser is left out.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from typing import Any

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from dlcore.serving.identity import COOKIE
from tests.browser.conftest import Served

PATIENCE_SECONDS = 240.0  # for what a loaded machine takes
WHOLE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)  # nothing follows by itself


def new_cookie(served: Served) -> str:
    """Who comes for the first time, as a cookie."""
    answer = httpx.get(served.address, headers={"Accept": "text/html"}, timeout=PATIENCE_SECONDS)
    return f"{COOKIE}={answer.cookies[COOKIE]}"


class Session:
    """One tab of one browser."""

    def __init__(self, served: Served, cookie: str) -> None:
        self._opened = ExitStack()
        talk = connect(
            f"ws://127.0.0.1:{served.port}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": cookie},
            max_size=None,
            open_timeout=PATIENCE_SECONDS,
            ping_timeout=PATIENCE_SECONDS,
        )
        self._talk: ClientConnection = self._opened.enter_context(talk)
        self._page = ""
        self.buttons: dict[str, tuple[str, str]] = {}  # by label, what was drawn last: (its id, that of its fragment)
        self.said = ""  # every text of the newest run of the script
        self.exceptions: list[str] = []

    def open(self, page: str = "") -> float:
        """Go to a page by its address; the seconds until it is drawn."""
        self._page = page
        return self._ask(ClientState(page_name=page))

    def press(self, label: str) -> float:
        """Press a button; the seconds until everything that follows is drawn."""
        button, fragment = self.buttons[label]
        pressed = WidgetStates(widgets=[WidgetState(id=button, trigger_value=True)])
        return self._ask(ClientState(page_name=self._page, widget_states=pressed, fragment_id=fragment))

    def rerun(self) -> float:
        """As after an edit; the seconds until the page is drawn again."""
        return self._ask(ClientState(page_name=self._page))

    def close(self) -> None:
        """Close the tab."""
        with suppress(ConnectionClosed, OSError):
            self._opened.close()

    def _ask(self, wanted: ClientState) -> float:
        began = time.monotonic()
        self.said, self.exceptions = "", []
        self._talk.send(BackMsg(rerun_script=wanted).SerializeToString())
        while True:
            raw = self._talk.recv(timeout=PATIENCE_SECONDS)
            assert isinstance(raw, bytes)
            message = ForwardMsg.FromString(raw)
            if message.HasField("script_finished"):
                if message.script_finished in WHOLE:
                    return time.monotonic() - began
            elif message.HasField("delta") and message.delta.HasField("new_element"):
                self._take(message.delta.new_element, message.delta.fragment_id)

    def _take(self, element: Any, fragment: str) -> None:
        kind = element.WhichOneof("type")
        drawn = getattr(element, kind)
        if kind == "button":
            self.buttons[drawn.label] = drawn.id, fragment
        elif kind == "exception":
            self.exceptions.append(f"{drawn.type}: {drawn.message}")
        elif kind in ("markdown", "alert"):
            self.said += drawn.body
