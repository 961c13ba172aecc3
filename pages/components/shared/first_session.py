"""One visit without a browser, before the first visitor comes: whatever a first run of the page loads, is loaded then.

Streamlit imports the pages' modules when a page first needs them, the empty charts of a run are drawn when somebody
first sees it, patterns are compiled when a text is first matched: a second's work, for which one visitor would wait.
"""

from __future__ import annotations

import asyncio
import logging

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.runtime.session_manager import SessionClient

MOST_SECONDS = 30.0  # then visitors are let in all the same

log = logging.getLogger(__name__)


class NoBrowser(SessionClient):
    """Who is sent a page and looks at nothing; a newcomer, as it shows no cookie."""

    def __init__(self) -> None:
        self.answered = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        if msg.HasField("script_finished"):
            self.answered.set()


async def visit_once() -> None:
    """Run the first page for a session that nobody has, in the event loop of the server's runtime."""
    runtime, client = Runtime.instance(), NoBrowser()
    session = runtime.connect_session(client, user_info={})
    runtime.handle_backmsg(session, BackMsg(rerun_script=ClientState()))
    try:
        await asyncio.wait_for(client.answered.wait(), MOST_SECONDS)
    except TimeoutError:
        log.warning("The first page took more than %.0f seconds; it goes on.", MOST_SECONDS)
    finally:
        runtime.close_session(session)
