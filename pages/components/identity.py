"""Who is here: a random cookie tells one browser from another, so that each sees its own runs and draft.

The cookie is no login. It only keeps learners on one server out of each other's way.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "dlcore_learner"
ALONE = "me"  # who works without a browser: the command line, notebooks, tests
_TOKEN = re.compile(r"[0-9a-f]{32}")
_YEAR = 365 * 24 * 3600  # seconds


def owner() -> str:
    """The name under which this visitor's runs are kept; `me` where there is no cookie.

    The name is a hash of the cookie: whoever reads the database or a log cannot pass for somebody.
    """
    token = str(st.context.cookies.get(COOKIE, ""))
    return hashlib.sha256(token.encode()).hexdigest()[:32] if _TOKEN.fullmatch(token) else ALONE


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
                secure = "; Secure" if scope.get("scheme") == "https" else ""
                MutableHeaders(scope=message).append(
                    "set-cookie",
                    f"{COOKIE}={secrets.token_hex(16)}; Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax{secure}",
                )
            await send(message)

        await self.app(scope, receive, send_with_cookie)


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
