"""The door of a class: `/join` for students, `/teacher` for who was invited as a teacher, `/signout` for both.

Forms are posted by pages of this server alone: `hosts.py` refuses what another page sends, as browsers say where a form
is from. Where the server is not for classes, there is no such door.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dlcore.access import Viewer
from dlcore.access.words import MAX_NAME, MAX_WORD, MIN_WORD, clean_name
from dlcore.errors import DlcoreError
from dlcore.i18n import _, current_language
from dlcore.serving import identity
from dlcore.serving.class_page import go_on, message, page, quiet
from dlcore.serving.door import ONCE, carry_choice, code_field, field, for_classes, read_form, source_of, with_session
from dlcore.serving.store import runs

JOIN, TEACHER, SIGN_OUT = "/join", "/teacher", "/signout"
NEW, BACK = "new", "back"  # what the two buttons of the join page say


async def _join(request: Request) -> Response:
    if request.method == "GET":
        fields = {"code": request.query_params.get("code", "")}
        return await run_in_threadpool(_join_page, request, fields)
    try:
        fields = await read_form(request)
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
    return with_session(answer, viewer, request)


def _join_page(request: Request, fields: Mapping[str, str], trouble: str = "") -> Response:
    code, called = fields.get("code", "")[:40], fields.get("name", "")[:MAX_NAME]
    here = f"join?{urlencode({'code': code})}" if code else "join"
    body = (message(trouble, trouble=True) if trouble else "") + _signed_in_already(request)
    body += f'<form method="post" {ONCE} action="{escape(here)}{"&amp;" if code else "?"}lang={current_language()}">'
    body += code_field(code)
    body += field("name", _("Your name"), called, f'maxlength="{MAX_NAME}" dir="auto" autocomplete="username"')
    limits = f'type="password" minlength="{MIN_WORD}" maxlength="{MAX_WORD}" autocomplete="current-password"'
    body += field("word", _("A short word of your own"), "", limits)
    body += quiet(_("With your name and this word you come back, from any computer: {least} characters or more, and no "
                    "password that you use elsewhere.", least=MIN_WORD)) + carry_choice(request)  # fmt: skip
    body += f'<div class="buttons"><button class="primary" name="way" value="{NEW}">{escape(_("I am new here"))}'
    body += f'</button><button name="way" value="{BACK}">{escape(_("I was here before"))}</button></div>'
    body += _provider_button() + "</form>"
    return page(_("Join a class"), body, address=here, status=403 if trouble else 200)


def _provider_button() -> str:
    """The other way in, where the school has an identity provider: what was typed of the form goes along."""
    provider = runs().settings.identity_provider
    if provider is None:
        return ""
    said = escape(_("Sign in with {provider}", provider=provider.name))
    to = f'formaction="oidc?lang={current_language()}" formnovalidate'
    return f'<div class="buttons"><button {to}>{said}</button></div>'


def _signed_in_already(request: Request) -> str:
    viewer = identity.session_viewer(request.cookies)
    if viewer is None:
        return ""
    said = _("This browser is {called} now; who joins here takes their place.", called=runs().profile(viewer).called)
    return message(said)


async def _become_teacher(request: Request) -> Response:
    if identity.looks_ahead(request):
        return Response(status_code=503, headers=identity.NOT_KEPT)
    code = request.query_params.get("code", "")
    viewer = await run_in_threadpool(runs().open_invitation, code)
    if viewer is None:
        said = _("This address was used already, or a newer one was made: ask whoever looks after the server.")
        return PlainTextResponse(said, status_code=403, headers=identity.NOT_KEPT)
    answer = RedirectResponse("./classroom", status_code=303, headers=identity.NOT_KEPT)
    return await run_in_threadpool(with_session, answer, viewer, request)


async def _sign_out(request: Request) -> Response:
    return await run_in_threadpool(_signed_out if request.method == "POST" else _sign_out_page, request)


def _signed_out(request: Request) -> Response:
    answer = RedirectResponse("./", status_code=303, headers=identity.NOT_KEPT)
    answer.headers.append("set-cookie", identity.no_cookie(_shown_cookie(request), request.scope))
    return answer


def _sign_out_page(request: Request) -> Response:
    body = message(_("Your runs go on, and everything is kept."))
    viewer = identity.session_viewer(request.cookies)
    if viewer is not None:
        body += _way_back(viewer)
    body += '<form method="post" action="signout"><div class="buttons"><button class="primary">'
    body += f'{escape(_("Sign out"))}</button><a class="button" href="./">{escape(_("Stay"))}</a></div></form>'
    return page(_("Sign out?"), body, address="signout")


def _way_back(viewer: Viewer) -> str:
    """How whoever signs out comes in again."""
    provider = runs().settings.identity_provider
    if provider is not None and runs().has_identity(viewer):
        said = _("To come back, sign in with {provider}. There this browser stays signed in: sign out there, too, "
                 "where others use it.", provider=provider.name)  # fmt: skip
        return message(said)
    if viewer.role == "teacher":
        return ""
    return message(_("To come back, you need the code of the class, your name {called}, and your word.",
                     called=runs().profile(viewer).called))  # fmt: skip


def _shown_cookie(request: Request) -> str:
    """Which cookie says who this browser is: who tried a class as a student is the teacher again."""
    return identity.SESSION_COOKIE if identity.session_viewer(request.cookies) is not None else identity.OWN_COOKIE


routes = [
    Route(JOIN, for_classes(_join), methods=["GET", "POST"]),
    Route(TEACHER, for_classes(_become_teacher)),
    Route(SIGN_OUT, for_classes(_sign_out), methods=["GET", "POST"]),
]
