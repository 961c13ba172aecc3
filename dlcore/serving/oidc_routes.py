"""Signing in through an identity provider: `/oidc` leads there, `/oidc/back` is where it leads back to.

`/oidc/teacher` is for teachers who are signed in: from then on the provider lets them in, too. Where no provider is
set, or the server is not for classes, there are no such addresses. What asks the provider has threads of its own: one
that does not answer holds no page up.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import urlencode, urljoin

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dlcore.access import Viewer
from dlcore.errors import ClassError, DlcoreError, SignInError
from dlcore.i18n import N_, Text, _, current_language, language
from dlcore.runs.identity_provider import ProviderSettings
from dlcore.serving import identity, oidc_cookie
from dlcore.serving.class_page import go_on, message, page, quiet
from dlcore.serving.door import ONCE, Answer, carry_choice, code_field, for_classes, read_form, source_of, with_session
from dlcore.serving.oidc_cookie import Attempt, Newcomer
from dlcore.serving.oidc_provider import Provider
from dlcore.serving.store import runs

START, BACK, TEACHER = "/oidc", "/oidc/back", "/oidc/teacher"
FORGET = "forget"  # what the button of a teacher's page says who wants to come in by the provider no more

Posted = Callable[[Request, Mapping[str, str]], Response]


def with_provider(shown: Callable[[Request], Response], posted: Posted) -> Answer:
    """What a browser is shown, and what its form is answered, in a thread; nothing where there is no provider."""

    async def answer(request: Request) -> Response:
        if runs().settings.identity_provider is None:
            return PlainTextResponse(_("There is no such page here."), status_code=404)
        if request.method != "POST":
            ahead = identity.looks_ahead(request)
            return Response(status_code=503) if ahead else await asyncio.to_thread(shown, request)
        try:
            fields = await read_form(request)
        except ValueError:
            return PlainTextResponse(_("The form is too long."), status_code=413)
        return await asyncio.to_thread(posted, request, fields)

    return for_classes(answer)


def provider() -> Provider:
    """The provider of the settings, of which there is one here. Raises RunError where there is none."""
    settings = runs().settings.identity_provider
    assert settings is not None
    return _provider(settings)


@functools.lru_cache(4)
def _provider(settings: ProviderSettings) -> Provider:
    return Provider(settings)


def _sign_in(request: Request) -> Response:
    """To the provider, by an address that anybody can make somebody open: nobody comes into a class by it."""
    return _away(request, Attempt.new())


def _set_out(request: Request, fields: Mapping[str, str]) -> Response:
    """To the provider, with the code of a class that was typed on a page of this server."""
    return _away(request, Attempt.new(fields.get("code", ""), bool(fields.get("carry"))))


def _away(request: Request, attempt: Attempt) -> Response:
    try:
        where = provider().address(attempt, _back(request))
    except SignInError as error:
        return _trouble(request, error, attempt.code)
    answer = RedirectResponse(where, status_code=303, headers=identity.NOT_KEPT)
    oidc_cookie.keep(answer.headers, attempt, request.scope)
    return answer


def _returned(request: Request) -> Response:
    """From the provider: into the app, to the question for the code of a class, or to a sentence."""
    attempt, asked = oidc_cookie.read(Attempt, request.cookies), request.query_params
    with language(current_language() if attempt is None else attempt.language):
        if attempt is None or not attempt.is_answered_by(asked.get("state", "")):
            said = N_("This answer belongs to no sign-in that this browser has begun, or to one of long ago: sign in "
                      "again, in one window.")  # fmt: skip
            return _trouble(request, SignInError(Text(said)), "")  # another window's attempt goes on
        try:
            answer = _answered(request, attempt, asked)
        except DlcoreError as error:
            answer = _trouble(request, error, attempt.code)
            oidc_cookie.forget(answer.headers, request.scope)
        return answer


def _answered(request: Request, attempt: Attempt, asked: Mapping[str, str]) -> Response:
    """What comes of an answer to this browser's own attempt."""
    name = provider().settings.name
    if "error" in asked:
        raise SignInError(Text(N_("{provider} has not let you in, or you went back: nobody was signed in."),
                               provider=name))  # fmt: skip
    person = provider().person(asked.get("code", ""), attempt, _back(request))
    if attempt.teacher:
        teacher = Viewer(attempt.teacher, "teacher")
        if identity.session_viewer(request.cookies) != teacher:
            raise SignInError(Text(N_("You are signed out here meanwhile: nothing was changed.")))
        runs().tie_identity(person.identity, teacher)
        return _tied(request, teacher, person.called)
    newcomer = Newcomer(**vars(person.identity), called=person.called, carry=attempt.carry, language=attempt.language)
    return _enter(request, newcomer, attempt.code)


def _enter(request: Request, newcomer: Newcomer, code: str) -> Response:
    """Let in whom the provider has vouched for; who is in no class is asked for its code."""
    viewer, trouble = runs().identity_viewer(newcomer.identity), ""
    if code and (viewer is None or viewer.role == "student"):
        try:
            viewer = runs().join_by_identity(newcomer.identity, newcomer.called, code, source_of(request))
        except ClassError as error:
            trouble = str(error)
    if viewer is None:
        return _ask_for_code(request, newcomer, code, trouble)
    answer: Response = RedirectResponse("../", status_code=303, headers=identity.NOT_KEPT)
    if trouble:
        called = runs().profile(viewer).called
        answer = page(_("Welcome, {called}", called=called), message(trouble, trouble=True) + go_on("../"))
    before = identity.visitor(request.cookies)
    if newcomer.carry and before is not None and viewer.role == "student":
        runs().carry_work(viewer.name, before)
    oidc_cookie.forget(answer.headers, request.scope)
    return with_session(answer, viewer, request)


def _ask_for_code(request: Request, newcomer: Newcomer, code: str, trouble: str) -> Response:
    body = message(trouble, trouble=True) if trouble else ""
    body += message(_("{provider} knows you, and you are in no class here yet.", provider=provider().settings.name))
    body += f'<form method="post" {ONCE} action="back">{code_field(code)}{carry_choice(request)}'
    body += f'<div class="buttons"><button class="primary">{escape(_("Join the class"))}</button></div></form>'
    answer = page(_("Join a class"), body, status=403 if trouble else 200)
    oidc_cookie.keep(answer.headers, newcomer, request.scope)
    return answer


def _code_typed(request: Request, fields: Mapping[str, str]) -> Response:
    """The code of a class, from somebody whom the provider has vouched for some minutes ago."""
    newcomer, code = oidc_cookie.read(Newcomer, request.cookies), fields.get("code", "")[: oidc_cookie.MAX_CODE]
    if newcomer is None:
        said = SignInError(Text(N_("That was too long ago: sign in again.")))
        return _trouble(request, said, code)
    with language(newcomer.language):
        carried = Newcomer(**vars(newcomer) | {"carry": bool(fields.get("carry"))})
        return _enter(request, carried, code or " ")


def _teacher(request: Request) -> Viewer | None:
    viewer = identity.session_viewer(request.cookies)
    return viewer if viewer is not None and viewer.role == "teacher" else None


def _teachers_page(request: Request) -> Response:
    viewer = _teacher(request)
    if viewer is None:
        return PlainTextResponse(_("Sign in as a teacher first."), status_code=403, headers=identity.NOT_KEPT)
    if runs().has_identity(viewer):
        return _tied(request, viewer)
    name = provider().settings.name
    body = message(_("From then on you come in by {provider}, too, from any computer. Sign in there yourself: whoever "
                     "signs in now is the teacher {called} here.", provider=name,
                     called=runs().profile(viewer).called))  # fmt: skip
    body += _one_button(_("Sign in with {provider} from now on", provider=name), "")
    return page(_("Sign in with {provider}", provider=name), body, address="teacher")


def _tied(request: Request, viewer: Viewer, called: str = "") -> Response:
    """A teacher's page who comes in by the provider. called: as it has just called them."""
    name = provider().settings.name
    body = message(_("{provider} lets you in as the teacher {called}.", provider=name,
                     called=runs().profile(viewer).called))  # fmt: skip
    if called:
        body += quiet(_("There you are {called}. If that is not you, take it back.", called=called))
    body += _one_button(_("Take it back"), FORGET)
    answer = page(_("Sign in with {provider}", provider=name), body)
    oidc_cookie.forget(answer.headers, request.scope)
    return answer


def _one_button(label: str, way: str) -> str:
    form = f'<form method="post" {ONCE} action="teacher?lang={current_language()}"><div class="buttons">'
    form += f'<button class="primary" name="way" value="{way}">{escape(label)}</button>'
    return f'{form}<a class="button" href="../">{escape(_("Back to the app"))}</a></div></form>'


def _teacher_posted(request: Request, fields: Mapping[str, str]) -> Response:
    viewer = _teacher(request)
    if viewer is None:
        return _teachers_page(request)
    if fields.get("way") != FORGET:
        return _away(request, Attempt.new(teacher=viewer.name))
    runs().forget_identities(viewer)
    return RedirectResponse("teacher", status_code=303, headers=identity.NOT_KEPT)


def _back(request: Request) -> str:
    """Where the provider leads back to, by the name and scheme that the browser asked for."""
    return urljoin(str(request.base_url), BACK.removeprefix("/"))


def _trouble(request: Request, error: DlcoreError, code: str) -> Response:
    """A sentence, and the way back to the door."""
    up = "../" if request.url.path.removeprefix(START) else "./"
    there = f"{up}join" + (f"?{urlencode({'code': code})}" if code.strip() else "")
    link = f'<p class="buttons"><a class="button primary" href="{escape(there)}">{escape(_("Back"))}</a></p>'
    return page(_("Nobody was signed in"), message(str(error), trouble=True) + link, status=403)


routes = [
    Route(START, with_provider(_sign_in, _set_out), methods=["GET", "POST"]),
    Route(BACK, with_provider(_returned, _code_typed), methods=["GET", "POST"]),
    Route(TEACHER, with_provider(_teachers_page, _teacher_posted), methods=["GET", "POST"]),
]
