"""Who is here: a random cookie tells one browser from another, so that each sees its own runs and draft.

The cookie is no login. It only keeps learners on one server out of each other's way. A browser that opened the address
which `serve` prints shows a second, signed cookie: it is «me», who works at the command line and in notebooks, too.

Where the server is for classes (`DLCORE_CLASSES`), «me» is its first teacher, and students and further teachers show a
third cookie, which `class_routes.py` gives them. What they may do stands in the database or in what was signed here.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dlcore.access import FIRST_TEACHER, ME, Viewer, student
from dlcore.i18n import _, language, preferred_language
from dlcore.runs import browser_link
from dlcore.runs.secret import read_secret
from dlcore.serving.store import runs

COOKIE = "dlcore_learner"
OWN_COOKIE = "dlcore_me"
SESSION_COOKIE = "dlcore_session"
_TOKEN = re.compile(r"[0-9a-f]{32}")
_YEAR = 365 * 24 * 3600  # seconds


def viewer_of(cookies: Mapping[str, str]) -> Viewer:
    """Who shows these cookies. Without one that was made here: a newcomer's, who has nothing yet.

    The name is a hash of the cookie: whoever reads the database or a log cannot pass for somebody.
    """
    return session_viewer(cookies) or _me(cookies) or visitor(cookies) or newcomer()


def session_viewer(cookies: Mapping[str, str]) -> Viewer | None:
    """The student or teacher who has signed in with this browser; None where nobody has, or it was ended."""
    value = str(cookies.get(SESSION_COOKIE, ""))
    return runs().session_viewer(value) if value and runs().settings.classes else None


def _me(cookies: Mapping[str, str]) -> Viewer | None:
    settings, own = runs().settings, str(cookies.get(OWN_COOKIE, ""))
    if not own or not browser_link.is_cookie(read_secret(settings.home), own):
        return None
    return FIRST_TEACHER if settings.classes else ME


def visitor(cookies: Mapping[str, str]) -> Viewer | None:
    """Whom this browser was before anybody signed in with it; None where it has no cookie that was made here."""
    token = str(cookies.get(COOKIE, ""))
    return student(_name(token)) if _TOKEN.fullmatch(token) else None


def newcomer() -> Viewer:
    """A visitor of one's own, whom nobody was before."""
    return student(_name(secrets.token_hex(16)))


def _name(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:32]


class Visitors:
    """Middleware that gives every new browser its cookie with the first page it asks for."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _asks_for_a_page(scope) or _known(scope):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                written = cookie(COOKIE, secrets.token_hex(16), scope)
                MutableHeaders(scope=message).append("set-cookie", written)
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def cookie(name: str, value: str, scope: Scope, seconds: int = _YEAR) -> str:
    """A cookie, for a year unless it is said otherwise, that no script reads and no other site's request carries."""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"


def no_cookie(name: str, scope: Scope) -> str:
    """What makes a browser forget a cookie."""
    return cookie(name, "", scope, 0)


def _asks_for_a_page(scope: Scope) -> bool:
    """Whether a browser opens a page; its answer may be «304 Not Modified», which has no content type."""
    return b"text/html" in dict(scope["headers"]).get(b"accept", b"")


def _known(scope: Scope) -> bool:
    """Whether the request shows a cookie that this middleware could have made."""
    sent = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    try:
        found = SimpleCookie(sent).get(COOKIE)
    except CookieError:
        return False
    return found is not None and _TOKEN.fullmatch(found.value) is not None


def looks_ahead(request: Request) -> bool:
    """Whether a browser only looks ahead, as nobody asked it to: that uses no address up."""
    return request.method != "GET" or "purpose" in request.headers or "sec-purpose" in request.headers


async def _become_me(request: Request) -> Response:
    """Take the code of the console."""
    if looks_ahead(request):
        return Response(status_code=503, headers=NOT_KEPT)
    home = runs().settings.home
    code = request.query_params.get(browser_link.PARAMETER, "")
    if not await run_in_threadpool(browser_link.use_code, home, code):
        with language(preferred_language(request.headers.get("accept-language", ""))):
            said = _("This address was used already, or a newer one was made: start serve again for a new one.")
        return PlainTextResponse(said, status_code=403, headers=NOT_KEPT)
    answer = RedirectResponse("./", status_code=303, headers=NOT_KEPT)
    answer.headers.append("set-cookie", cookie(OWN_COOKIE, browser_link.new_cookie(read_secret(home)), request.scope))
    return answer


NOT_KEPT = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}

routes = [Route(browser_link.PATH, _become_me)]
