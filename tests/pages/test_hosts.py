"""By which names the server may be asked for, over HTTP and for the websocket; and from which pages."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from dlcore.runs import Settings
from dlcore.serving.hosts import Hosts, Names

HERE, EVERYWHERE = "127.0.0.1", "0.0.0.0"


@pytest.mark.parametrize(
    ("address", "more", "asked", "allowed"),
    [
        *[(HERE, "", each, True) for each in ("localhost", "localhost:8501", "LOCALHOST:1", "127.0.0.1:8501",
                                              "[::1]:8501", "[::1]", "localhost.", "[0:0:0:0:0:0:0:1]:8501")],
        *[(HERE, "", each, False) for each in (
            "evil.example", "evil.example:8501", "localhost.evil.example", "evil-localhost", "127.0.0.1.evil.example",
            "192.168.1.5", "0.0.0.0:8501", "[fe80::1]", "", " ", "localhost:x", "localhost:123456", "a@localhost",
            "localhost@evil.example", "localhost/", "localhost#", "[::1", "::1", "localhost,evil.example", "127.1",
            "2130706433", "0x7f000001", "localhost\t", "ｌocalhost", "foo.localhost")],
        *[(EVERYWHERE, "", each, True) for each in ("192.168.1.5:8501", "10.0.0.1", "[fe80::1]:80", "localhost",
                                                    socket.gethostname())],
        (EVERYWHERE, "", "evil.example", False),
        ("::", "", "192.168.1.5", True),
        ("::", "", "evil.example", False),
        (None, "", "192.168.1.5", True),
        (None, "", "evil.example", False),
        ("192.168.1.5", "", "192.168.1.5:8501", True),
        ("192.168.1.5", "", "192.168.1.6:8501", False),
        ("fe80::1", "", "[FE80:0::1]:8501", True),
        ("box.lan", "", "Box.lan:8501", True),
        ("box.lan", "", "other.lan", False),
        (HERE, "dl.example.org", "dl.example.org", True),
        (HERE, "DL.example.org.", "dl.EXAMPLE.org:443", True),
        (HERE, "dl.example.org", "x.dl.example.org", False),
        (HERE, " *.lan , b.org", "x.y.lan", True),
        (HERE, "*.lan,b.org", "b.org:80", True),
        (HERE, "*.lan", "lan", False),
        (HERE, "*.lan", "evil-lan", False),
        (HERE, "*", "anything.example", True),
        (HERE, "*", "two names", False),
    ],
)  # fmt: skip
def test_a_server_has_the_names_that_somebody_gave_it(
    address: str | None, more: str, asked: str, allowed: bool
) -> None:
    assert Names(address, Settings(allowed_hosts=more).host_names).has(asked) is allowed


@pytest.fixture
def client() -> TestClient:
    async def page(_request: object) -> PlainTextResponse:
        return PlainTextResponse("hello")

    async def talk(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")

    app = Starlette(
        routes=[Route("/", page, methods=["GET", "PUT"]), WebSocketRoute("/talk", talk)],
        middleware=[Middleware(Hosts, names=lambda: Names(HERE, ["dl.example.org"]))],
    )
    return TestClient(app)


def over_http(client: TestClient, headers: dict[str, str]) -> tuple[int, str]:
    answer = client.get("/", headers=headers)
    return answer.status_code, answer.text


def over_a_websocket(client: TestClient, headers: dict[str, str]) -> tuple[int, str]:
    try:
        with client.websocket_connect("/talk", headers=headers) as talk:
            return 200, talk.receive_text()
    except WebSocketDenialResponse as refused:
        return refused.status_code, refused.text


@pytest.mark.parametrize("ask", [over_http, over_a_websocket])
@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"host": "localhost:8501"}, 200, "hello"),
        ({"host": "localhost:8501", "origin": "http://localhost:8501"}, 200, "hello"),
        ({"host": "dl.example.org", "origin": "https://DL.example.org"}, 200, "hello"),
        ({"host": "evil.example:8501", "origin": "http://evil.example:8501"}, 421, "to the name 'evil.example"),
        ({"host": "evil.example"}, 421, "DLCORE_ALLOWED_HOSTS"),
        ({"host": "localhost:8501", "origin": "http://evil.example"}, 403, "A page elsewhere may not ask"),
        ({"host": "localhost:8501", "origin": "http://localhost:9999"}, 403, "A page elsewhere may not ask"),
        ({"host": "localhost:8501", "origin": "http://127.0.0.1:8501"}, 403, "A page elsewhere may not ask"),
        ({"host": "localhost:8501", "origin": "null"}, 403, "A page elsewhere may not ask"),
        ({"host": "localhost:8501", "origin": ""}, 403, "A page elsewhere may not ask"),
        ({"host": "localhost:8501", "origin": "http://[::1"}, 403, "A page elsewhere may not ask"),
        ({"host": "x" * 5000}, 421, "does not answer"),
        ({"host": "evil.example", "accept-language": "zh-CN,zh;q=0.9"}, 421, "evil.example"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_in_one_sentence(
    client: TestClient, ask: Callable[..., tuple[int, str]], headers: dict[str, str], status: int, words: str
) -> None:
    answered, said = ask(client, headers)
    assert answered == status, said
    assert words in said
    assert len(said) < 400
    assert said.isascii() is ("accept-language" not in headers)
