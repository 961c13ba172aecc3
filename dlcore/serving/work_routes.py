"""What a student does with all that is theirs: take it along (`/work`), or delete it (`/forget`), as is their right."""

from __future__ import annotations

import shutil
import tempfile
from html import escape
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dlcore.access import Viewer
from dlcore.errors import DlcoreError, no_room
from dlcore.i18n import _
from dlcore.runs.trouble import disk_full
from dlcore.serving import identity
from dlcore.serving.class_page import message, page
from dlcore.serving.door import for_classes
from dlcore.serving.downloads import file_name
from dlcore.serving.store import runs

WORK, FORGET = "/work", "/forget"


def _student(request: Request) -> Viewer | None:
    viewer = identity.session_viewer(request.cookies)
    return viewer if viewer is not None and viewer.role == "student" else None


async def _work(request: Request) -> Response:
    return await run_in_threadpool(_take, request)


def _take(request: Request) -> Response:
    """All of a student's work as one archive, which is gone from here once it was sent."""
    viewer = _student(request)
    if viewer is None:
        return _nobody()
    called = runs().profile(viewer).called
    folder = Path(tempfile.mkdtemp(prefix="work-", dir=runs().settings.home / "exports"))
    place, clear = folder / "work.zip", BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
    try:
        runs().take_work(viewer.name, place, viewer)
    except (DlcoreError, OSError) as error:
        said = str(disk_full()) if no_room(error) else str(error)
        return PlainTextResponse(said, status_code=409, background=clear)
    return FileResponse(place, filename=file_name(called, "zip"), headers=identity.NOT_KEPT, background=clear)


async def _forget(request: Request) -> Response:
    return await run_in_threadpool(_delete if request.method == "POST" else _forget_page, request)


def _forget_page(request: Request) -> Response:
    viewer = _student(request)
    if viewer is None:
        return _nobody()
    body = message(_("All runs, data sets and drafts of {called} on this server are deleted, and the class forgets "
                     "you. Nobody can bring them back.", called=runs().profile(viewer).called))  # fmt: skip
    body += f'<p><a href="work" download>{escape(_("Take my work along first (.zip)"))}</a></p>'
    body += '<form method="post" action="forget"><label class="choice"><input type="checkbox" required>'
    body += f'{escape(_("I want it all deleted"))}</label><div class="buttons"><button class="primary">'
    body += f'{escape(_("Delete"))}</button><a class="button" href="./">{escape(_("Keep it"))}</a></div></form>'
    return page(_("Delete my work?"), body, address="forget")


def _delete(request: Request) -> Response:
    viewer = _student(request)
    if viewer is None:
        return _nobody()
    try:
        runs().delete_work(viewer.name, viewer)
    except DlcoreError as error:
        return page(_("Delete my work?"), message(str(error), trouble=True), status=409)
    answer = RedirectResponse("./", status_code=303, headers=identity.NOT_KEPT)
    answer.headers.append("set-cookie", identity.no_cookie(identity.SESSION_COOKIE, request.scope))
    return answer


def _nobody() -> Response:
    return PlainTextResponse(_("Sign in as a student first."), status_code=403, headers=identity.NOT_KEPT)


routes = [Route(WORK, for_classes(_work)), Route(FORGET, for_classes(_forget), methods=["GET", "POST"])]
