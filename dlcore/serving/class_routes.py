"""The door of a class: `/join` for students, `/teacher` for who was invited as a teacher, `/signout` for both.

Forms are posted by pages of this server alone: `hosts.py` refuses what another page sends, as browsers say where a form
is from. Where the server is not for classes, there is no such door.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from html import escape
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dlcore.access import Viewer
from dlcore.access.words import CODE_LENGTH, MAX_NAME, MAX_WORD, MIN_WORD, clean_name
from dlcore.errors import DlcoreError
from dlcore.i18n import _, current_language, language
from dlcore.serving import identity
from dlcore.serving.class_page import go_on, language_of, message, page, quiet
from dlcore.serving.store import runs

MOST_BYTES = 10_000  # of a form
JOIN, TEACHER, SIGN_OUT = "/join", "/teacher", "/signout"
# A second click is no second student; whoever comes back to the page may send it again.
ONCE = 'onsubmit="if (this.sent) return false; this.sent = true; setTimeout(() => { this.sent = false; }, 3000)"'
NEW, BACK = "new", "back"  # what the two buttons of the join page say

Answer = Callable[[Request], Awaitable[Response]]


def for_classes(answer: Answer) -> Answer:
    """The same answer, in the visitor's language, where the server is for classes."""

    async def answer_in_language(request: Request) -> Response:
        with language(language_of(request)):
            if not runs().settings.classes:
                return PlainTextResponse(_("There is no such page here."), status_code=404)
            return await answer(request)

    return answer_in_language


async def _form(request: Request) -> dict[str, str]:
    """The fields that a browser posted. Raises ValueError for more than any of these forms holds."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > MOST_BYTES:
            raise ValueError(len(raw))
    posted = parse_qs(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20)
    return {name: values[0] for name, values in posted.items()}


async def _join(request: Request) -> Response:
    if request.method == "GET":
        fields = {"code": request.query_params.get("code", "")}
        return await run_in_threadpool(_join_page, request, fields)
    try:
        fields = await _form(request)
    except ValueError:
        return PlainTextResponse(_("The form is too long."), status_code=413)
    return await run_in_threadpool(_enter, request, fields)


def _enter(request: Request, fields: Mapping[str, str]) -> Response:
    """Sign a student in who is new or comes back; what is wrong is said above the form."""
    code, called, word = (fields.get(name, "") for name in ("code", "name", "word"))
    enter = runs().sign_in if fields.get("way") == BACK else runs().join_class
    try:
        viewer = enter(code, called, word, source_of(request))
        before = identity.visitor(request.cookies)
        if fields.get("carry") and before is not None:
            runs().carry_work(viewer.name, before)
        return _welcome(request, viewer, called)
    except DlcoreError as error:
        return _join_page(request, fields, str(error))


def _welcome(request: Request, viewer: Viewer, called: str) -> Response:
    """On into the app; by way of a page that says so where a student is called otherwise than they wrote."""
    profile = runs().profile(viewer)
    if profile.called == clean_name(called):
        answer: Response = RedirectResponse("./", status_code=303)
    else:
        said = _("There is already somebody of this name in {class_name}. You are {called} here: type this when you "
                 "come back.", class_name=profile.class_name, called=profile.called)  # fmt: skip
        answer = page(_("Welcome, {called}", called=profile.called), message(said) + go_on())
    return _with_session(answer, viewer, request)


def _with_session(answer: Response, viewer: Viewer, request: Request) -> Response:
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


def _join_page(request: Request, fields: Mapping[str, str], trouble: str = "") -> Response:
    code, called = fields.get("code", "")[:40], fields.get("name", "")[:MAX_NAME]
    here = f"join?{urlencode({'code': code})}" if code else "join"
    body = (message(trouble, trouble=True) if trouble else "") + _signed_in_already(request)
    body += f'<form method="post" {ONCE} action="{escape(here)}{"&amp;" if code else "?"}lang={current_language()}">'
    body += _field("code", _("Code of the class"), code, f'class="code" maxlength="{CODE_LENGTH + 12}"')
    body += _field("name", _("Your name"), called, f'maxlength="{MAX_NAME}" dir="auto" autocomplete="username"')
    limits = f'type="password" minlength="{MIN_WORD}" maxlength="{MAX_WORD}" autocomplete="current-password"'
    body += _field("word", _("A short word of your own"), "", limits)
    body += quiet(_("With your name and this word you come back, from any computer: {least} characters or more, and no "
                    "password that you use elsewhere.", least=MIN_WORD)) + _carry(request)  # fmt: skip
    body += f'<div class="buttons"><button class="primary" name="way" value="{NEW}">{escape(_("I am new here"))}'
    body += f'</button><button name="way" value="{BACK}">{escape(_("I was here before"))}</button></div></form>'
    return page(_("Join a class"), body, address=here, status=403 if trouble else 200)


def _field(name: str, label: str, value: str, more: str) -> str:
    return f'<label>{escape(label)}<input name="{name}" value="{escape(value)}" required {more}></label>'


def _signed_in_already(request: Request) -> str:
    viewer = identity.session_viewer(request.cookies)
    if viewer is None:
        return ""
    said = _("This browser is {called} now; who joins here takes their place.", called=runs().profile(viewer).called)
    return message(said)


def _carry(request: Request) -> str:
    """Whether a newcomer's work comes along: asked where there is some."""
    before = identity.visitor(request.cookies)
    if before is None or not runs().has_work(before):
        return ""
    said = _("Take along what I have done in this browser so far")
    return f'<label class="choice"><input type="checkbox" name="carry" value="1" checked>{escape(said)}</label>'


async def _become_teacher(request: Request) -> Response:
    if identity.looks_ahead(request):
        return Response(status_code=503, headers=identity.NOT_KEPT)
    code = request.query_params.get("code", "")
    viewer = await run_in_threadpool(runs().open_invitation, code)
    if viewer is None:
        said = _("This address was used already, or a newer one was made: ask whoever looks after the server.")
        return PlainTextResponse(said, status_code=403, headers=identity.NOT_KEPT)
    answer = RedirectResponse("./classroom", status_code=303, headers=identity.NOT_KEPT)
    return await run_in_threadpool(_with_session, answer, viewer, request)


async def _sign_out(request: Request) -> Response:
    return await run_in_threadpool(_signed_out if request.method == "POST" else _sign_out_page, request)


def _signed_out(request: Request) -> Response:
    answer = RedirectResponse("./", status_code=303, headers=identity.NOT_KEPT)
    answer.headers.append("set-cookie", identity.no_cookie(_shown_cookie(request), request.scope))
    return answer


def _sign_out_page(request: Request) -> Response:
    body = message(_("Your runs go on, and everything is kept."))
    viewer = identity.session_viewer(request.cookies)
    if viewer is not None and viewer.role == "student":
        said = _("To come back, you need the code of the class, your name {called}, and your word.",
                 called=runs().profile(viewer).called)  # fmt: skip
        body += message(said)
    body += '<form method="post" action="signout"><div class="buttons"><button class="primary">'
    body += f'{escape(_("Sign out"))}</button><a class="button" href="./">{escape(_("Stay"))}</a></div></form>'
    return page(_("Sign out?"), body, address="signout")


def _shown_cookie(request: Request) -> str:
    """Which cookie says who this browser is: who tried a class as a student is the teacher again."""
    return identity.SESSION_COOKIE if identity.session_viewer(request.cookies) is not None else identity.OWN_COOKIE


routes = [
    Route(JOIN, for_classes(_join), methods=["GET", "POST"]),
    Route(TEACHER, for_classes(_become_teacher)),
    Route(SIGN_OUT, for_classes(_sign_out), methods=["GET", "POST"]),
]
