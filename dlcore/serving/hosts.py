"""By which names this server may be asked for, and from which pages.

A page elsewhere can let its own name point at this machine (DNS rebinding): its scripts then ask this server as if it
were theirs, and the browser allows it. The name in the request tells: it is theirs, not one that anybody gave this
server. And a page of another site, or of another port of this machine, says where it is from (Origin).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from dlcore.i18n import _, language, preferred_language
from dlcore.serving.store import runs

_HOST = re.compile(r"(?:\[(?P<v6>[0-9A-Fa-f:.]{2,45})\]|(?P<name>[A-Za-z0-9._-]{1,253}))(?::(?P<port>\d{1,5}))?")
LOOPBACK = "localhost"
MOST_SHOWN = 100  # characters of a name that was refused


class Names:
    """The names of a server: of the loopback interface, of the address it listens on, and those of the settings.

    address: what the server was told to listen on. more: names, also `*.example.org` and `*`.
    """

    def __init__(self, address: str | None, more: Sequence[str] = ()) -> None:
        self._everywhere = address is None or _ip(address) in _WILDCARDS  # no address: Streamlit's default
        self._names = {LOOPBACK, *(each.lower().rstrip(".") for each in more)}
        if self._everywhere:
            own = socket.gethostname().lower()
            self._names |= {own, f"{own}.local"}
        elif address:
            self._names.add(_plain(address))

    def has(self, host: str) -> bool:
        """Whether a Host header names this server; its port says nothing.

        No other page's name is a number: where the server listens on every address, it may be asked for by any.
        """
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = _plain(found["v6"] or found["name"])
        number = _ip(name)
        if number is not None and (number.is_loopback or self._everywhere):
            return True
        return any(_fits(name, each) for each in self._names)


_WILDCARDS = (ipaddress.ip_address("0.0.0.0"), ipaddress.ip_address("::"))


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def _plain(name: str) -> str:
    """A name as it is compared: in small letters, a number in its shortest form."""
    number = _ip(name)
    return str(number) if number is not None else name.lower().removesuffix(".")


def _fits(name: str, allowed: str) -> bool:
    if allowed.startswith("*."):
        return name.endswith(allowed[1:])
    return allowed in ("*", name)


def names_of_this_server(address: str | None) -> Names:
    """What `serve --address` and the settings say."""
    return Names(address, runs().settings.host_names)


class Hosts:
    """Middleware that refuses what was not asked of this server by one of its names, or by a page elsewhere.

    Files, routes and the handshake of the websocket alike. Where a browser says no Origin, it asks for its own page.
    """

    def __init__(self, app: ASGIApp, names: Callable[[], Names]) -> None:
        self.app = app
        self._find, self._names = names, None  # type: Callable[[], Names], Names | None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = self._refusal(Headers(scope=scope)) if scope["type"] in ("http", "websocket") else None
        if refused is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refused(scope, receive, send)

    def _refusal(self, headers: Headers) -> PlainTextResponse | None:
        if self._names is None:
            self._names = self._find()
        hosts, origins = headers.getlist("host"), headers.getlist("origin")
        with language(preferred_language(headers.get("accept-language", ""))):
            if len(hosts) != 1 or not self._names.has(hosts[0]):
                return PlainTextResponse(_not_this_name(", ".join(hosts)), status_code=421)
            if any(not _same(each, hosts[0]) for each in origins):
                said = _("A page elsewhere may not ask this server: open its own address.")
                return PlainTextResponse(said, status_code=403)
        return None


def _not_this_name(asked: str) -> str:
    return _(
        "This server does not answer to the name {host}. Whoever looks after it can allow the name in {setting}.",
        setting="DLCORE_ALLOWED_HOSTS",
        host=repr(asked[:MOST_SHOWN]),
    )


def _same(origin: str, host: str) -> bool:
    """Whether a page of this origin is of this host and port."""
    try:
        return urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        return False
