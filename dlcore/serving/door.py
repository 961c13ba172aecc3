"""What the pages at a class's door share: for whom there are any, their forms, and the cookie that lets somebody in."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from html import escape
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dlcore.access import Viewer
from dlcore.access.words import CODE_LENGTH
from dlcore.i18n import _, language
from dlcore.serving import identity
from dlcore.serving.class_page import language_of
from dlcore.serving.store import runs

MOST_BYTES = 10_000  # of a form
# A second click is no second student; whoever comes back to the page may send it again.
ONCE = 'onsubmit="if (this.sent) return false; this.sent = true; setTimeout(() => { this.sent = false; }, 3000)"'

Answer = Callable[[Request], Awaitable[Response]]


def for_classes(answer: Answer) -> Answer:
    """The same answer, in the visitor's language, where the server is for classes."""

    async def answer_in_language(request: Request) -> Response:
        with language(language_of(request)):
            if not runs().settings.classes:
                return PlainTextResponse(_("There is no such page here."), status_code=404)
            return await answer(request)

    return answer_in_language


async def read_form(request: Request) -> dict[str, str]:
    """The fields that a browser posted. Raises ValueError for more than any of these forms holds."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > MOST_BYTES:
            raise ValueError(len(raw))
    posted = parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in posted.items()}


def with_session(answer: Response, viewer: Viewer, request: Request) -> Response:
    """The same answer, after which the browser is this student's or teacher's."""
    value = runs().session_cookie(viewer)
    answer.headers.append("set-cookie", identity.cookie(identity.SESSION_COOKIE, value, request.scope))
    return answer


def source_of(request: Request) -> str:
    """From where something is tried: an address of the network; of IPv6, the part that one household has."""
    host = request.client.host if request.client is not None else ""
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return host[:200]
    return str(ipaddress.ip_network((number, 64), strict=False)) if number.version == 6 else str(number)


def field(name: str, label: str, value: str, more: str) -> str:
    """A field that must be filled."""
    return f'<label>{escape(label)}<input name="{name}" value="{escape(value)}" required {more}></label>'


def code_field(code: str) -> str:
    """The field for the code of a class."""
    return field("code", _("Code of the class"), code, f'class="code" maxlength="{CODE_LENGTH + 12}"')


def carry_choice(request: Request) -> str:
    """Whether a newcomer's work comes along: asked where there is some."""
    before = identity.visitor(request.cookies)
    if before is None or not runs().has_work(before):
        return ""
    said = _("Take along what I have done in this browser so far")
    return f'<label class="choice"><input type="checkbox" name="carry" value="1" checked>{escape(said)}</label>'
