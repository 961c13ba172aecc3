"""Whether this server can do its work: `/health` for whoever looks after it, as JSON.

Streamlit's own `/_stcore/health` says whether pages are served. Browsers ask it before they connect, and must get
their page, and a sentence on it, when nothing can be trained for a while: to them it stays as it is. Everybody else
who asks there, as a container's health check does, is answered as at `/health`.
"""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dlcore.errors import RunError
from dlcore.i18n import N_, Text, language
from dlcore.number_format import duration
from dlcore.runs import workforce
from dlcore.runs.embedded import EmbeddedDispatcher
from dlcore.serving.store import runs

STREAMLITS = "/_stcore/health"
OK = "ok"
WITHOUT_SECONDS = 60.0  # how long a dispatcher may have no worker: starting the first takes a while

_dispatchers: list[EmbeddedDispatcher] = []  # of this server: one, while it runs


def watch(dispatcher: EmbeddedDispatcher) -> None:
    """From now on, tell of this dispatcher."""
    _dispatchers[:] = [dispatcher]


def findings() -> dict[str, str]:
    """«ok» for the database, the dispatcher and its workers, or a sentence, in English: it is for logs."""
    with language("en"):
        return examine()


def examine() -> dict[str, str]:
    """The same, in the current language."""
    trouble = [each.trouble() for each in _dispatchers]
    dispatcher = next((str(each) for each in trouble if each), OK)
    return {"database": _database(), "dispatcher": dispatcher, "workers": _workers()}


def _workers() -> str:
    """A cluster elsewhere may have none as long as nothing waits; on this machine there are always some."""
    seen = workforce.read(runs().settings.home)
    if seen is None or seen.scheduler is not None or seen.without_seconds < WITHOUT_SECONDS:
        return OK
    return str(Text(N_("For {time} there has been no worker: runs wait."), time=duration(seen.without_seconds)))


def _database() -> str:
    try:
        runs().probe()
    except RunError as error:
        return str(error)
    return OK


async def _health(_request: Request) -> Response:
    found = await run_in_threadpool(findings)
    well = all(each == OK for each in found.values())
    headers = {"Cache-Control": "no-store"}
    return JSONResponse({"ok": well, **found}, status_code=200 if well else 503, headers=headers)


class Health:
    """Middleware: what Streamlit would call healthy is not, where nothing is trained."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].endswith(STREAMLITS) and not _is_a_page(scope):
            answer = await _health(Request(scope))
            if answer.status_code != 200:
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _is_a_page(scope: Scope) -> bool:
    """Whether a browser asks for a page that it shows: every browser says so, no script can say otherwise."""
    return any(name == b"sec-fetch-mode" for name, _ in scope["headers"])


routes = [Route("/health", _health)]
