"""Who a browser is to a real server, by which names it may be asked for, and what a page elsewhere gets: nothing."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Callable, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from dlcore.access import ME
from dlcore.runs import Runs, Settings, browser_link
from dlcore.runs.secret import read_secret
from dlcore.runs.welcome import WITH_DROPOUT
from dlcore.serving.identity import COOKIE, OWN_COOKIE
from tests.browser.conftest import Served
from tests.browser.expecting import PATIENCE_MS, expect
from tests.runs.living import digits

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MINE = "trained at the terminal"


@pytest.fixture(scope="module")
def mine(served: Served) -> None:
    """A run of «me», as the command line trains it."""
    with Runs(Settings(home=served.home)) as runs:
        runs.submit(digits(1), ME, name=MINE)


EXAMPLE = WITH_DROPOUT  # a run that everybody sees


def sees_mine(page: Page) -> bool:
    """Whether the table of runs, as it is said to readers of a screen, names the run of «me»."""
    table = page.get_by_test_id("stDataFrame").locator("table")
    expect(table).to_contain_text(EXAMPLE)
    return MINE in table.inner_text()


@pytest.mark.usefixtures("mine")
def test_the_address_on_the_console_makes_one_browser_me_and_no_other(
    visitor: Callable[..., Page], served: Served
) -> None:
    address = served.claim()
    stranger = visitor("runs")
    assert not sees_mine(stranger)
    page = visitor(address.removeprefix(served.address).lstrip("/"))
    page.locator(".row").first.wait_for()
    assert "code" not in page.url
    page.goto(f"{served.address}/runs")
    assert sees_mine(page)
    again = visitor("runs", context=page.context)  # the browser stays «me»
    assert sees_mine(again)
    second = stranger.context.new_page()
    answer = second.goto(address)
    assert answer is not None
    assert answer.status == 403
    expect(second.get_by_text("This address was used already")).to_be_visible()
    second.goto(f"{served.address}/runs")
    assert not sees_mine(second)


def shown_over_a_websocket(served: Served, cookie: str) -> bytes:
    """All that the page Runs sends to who asks for it without a browser, showing these cookies."""
    said = b""
    with connect(
        f"ws://127.0.0.1:{served.port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        additional_headers={"Cookie": cookie} if cookie else {},
        max_size=None,
    ) as talk:
        talk.send(BackMsg(rerun_script=ClientState(page_name="runs")).SerializeToString())
        while True:
            raw = talk.recv(timeout=PATIENCE_MS / 1000)
            assert isinstance(raw, bytes)
            said += raw
            message = ForwardMsg.FromString(raw)
            if message.HasField("script_finished"):
                return said


@pytest.mark.usefixtures("mine")
def test_a_websocket_is_me_only_with_the_cookie_that_was_made_here(served: Served) -> None:
    signed = browser_link.new_cookie(read_secret(served.home))
    assert MINE.encode() in shown_over_a_websocket(served, f"{OWN_COOKIE}={signed}")
    forged = [signed[:-1], "0" * 32 + signed[32:], "me", "", f"{'0' * 32}.{'0' * 64}"]
    for cookie in ["", "a", *(f"{name}={value}" for name in (COOKIE, OWN_COOKIE) for value in forged)]:
        said = shown_over_a_websocket(served, cookie)
        assert EXAMPLE.encode() in said
        assert MINE.encode() not in said, cookie


# Names


HEADERS = {"Accept": "text/html"}
PATHS = ("/", "/runs", "/_stcore/health", "/_stcore/host-config", "/static/index.js", "/live/stream?run=x",
         "/files/0/layer_stack/component.js", "/downloads/x/report", "/downloads/report", "/me",
         "/nowhere")  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_path_answers_to_another_name(served: Served, path: str) -> None:
    for host in ("evil.example", f"evil.example:{served.port}", "127.0.0.1.evil.example", "192.168.7.7"):
        answer = httpx.get(f"{served.address}{path}", headers=HEADERS | {"Host": host})
        assert answer.status_code == 421, (host, answer.text)
        assert answer.text.startswith("This server does not answer to the name")
        assert "set-cookie" not in answer.headers
        assert answer.headers["x-content-type-options"] == "nosniff"
    elsewhere = httpx.get(f"{served.address}{path}", headers=HEADERS | {"Origin": "http://evil.example"})
    assert elsewhere.status_code == 403
    for host in (f"localhost:{served.port}", f"[::1]:{served.port}", "127.0.0.1"):
        assert httpx.get(f"{served.address}{path}", headers=HEADERS | {"Host": host}).status_code != 421


def handshake(served: Served, host: str, origin: str | None) -> int:
    """The status that the websocket of the app answers with."""
    with socket.create_connection(("127.0.0.1", served.port)) as raw:
        try:
            with connect(f"ws://{host}/_stcore/stream", sock=raw, origin=origin,  # type: ignore[arg-type]
                         subprotocols=[Subprotocol("streamlit")]):  # fmt: skip
                return 101
        except InvalidStatus as refused:
            return refused.response.status_code


def test_the_websocket_shakes_no_hand_of_another_name_or_page(served: Served) -> None:
    here = f"127.0.0.1:{served.port}"
    assert handshake(served, here, f"http://{here}") == 101
    assert handshake(served, here, None) == 101  # no browser
    assert handshake(served, f"localhost:{served.port}", f"http://localhost:{served.port}") == 101
    for host in ("evil.example", f"evil.example:{served.port}"):
        assert handshake(served, host, f"http://{host}") == 421
        assert handshake(served, host, None) == 421
    for origin in (
        "http://evil.example",
        "http://localhost:1",
        "http://127.0.0.1:1",
        "null",
        f"http://localhost:{served.port}",
    ):
        assert handshake(served, here, origin) == 403


@pytest.fixture
def elsewhere(browser: Browser) -> Iterator[Page]:
    """A page in a browser for which `evil.example` is this machine, as after DNS rebinding."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()


TALK = """async (address) => await new Promise((done) => {
    const talk = new WebSocket(address, ["streamlit"]);
    talk.onopen = () => done("open");
    talk.onerror = () => done("refused");
})"""


def test_a_page_elsewhere_reaches_nothing_by_rebinding_its_name(elsewhere: Page, served: Served) -> None:
    answer = elsewhere.goto(f"http://evil.example:{served.port}/")
    assert answer is not None
    assert answer.status == 421
    expect(elsewhere.get_by_text("This server does not answer to the name")).to_be_visible()
    assert elsewhere.evaluate(TALK, f"ws://evil.example:{served.port}/_stcore/stream") == "refused"
    assert elsewhere.evaluate("async () => (await fetch('/_stcore/health')).status") == 421


def test_a_page_of_another_port_of_this_machine_opens_no_websocket_here(elsewhere: Page, served: Served) -> None:
    """Cookies know no ports: the browser would send this server's along."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        elsewhere.goto(f"http://127.0.0.1:{other.server_address[1]}/")
        assert elsewhere.evaluate(TALK, f"ws://127.0.0.1:{served.port}/_stcore/stream") == "refused"
        other.shutdown()
    elsewhere.goto(f"{served.address}/_stcore/health")
    assert elsewhere.evaluate(TALK, f"ws://127.0.0.1:{served.port}/_stcore/stream") == "open"
