"""The address behind the slider: parts of a run's film.

    /film/<run>.<token>/<file>/<first byte>-<bytes>     as it was compressed when it was recorded, for ever the same
    /analysis/<run>.<token>/<name>?asked=<JSON>         what is found out from the kept weights, by another process
    /analysis/<run>.<token>/<name>/progress?asked=…     how much of that is done: {"share": 0.4}, or null

What is longer than an address may be, such as a picture, is posted to `/analysis/<run>.<token>/<name>` as JSON.

A browser keeps what it was sent, and decompresses it; nothing is decoded here.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dlcore.access import OPERATOR
from dlcore.errors import DlcoreError, RunError, RunNotFound
from dlcore.i18n import N_, Text, language
from dlcore.serving.store import runs

MOST_ASKED = 20_000  # characters of an address
MOST_POSTED = 8_000_000  # of what is posted: a picture of some megabytes
FOR_EVER = "private, max-age=31536000, immutable"


def _part(request: Request) -> Response:
    run_id, _dot, token = request.path_params["key"].partition(".")
    if not runs().check_token(run_id, token):
        return PlainTextResponse("This address is not valid.", status_code=403)
    first, length = request.path_params["first"], request.path_params["length"]
    try:
        content = runs().film_part(run_id, request.path_params["file"], first, length, OPERATOR)
    except RunError as error:
        return PlainTextResponse(str(error), status_code=404)
    headers = {"Content-Encoding": "gzip", "Cache-Control": FOR_EVER}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _analysis(request: Request) -> Response:
    run_id, _dot, token = request.path_params["key"].partition(".")
    if not runs().check_token(run_id, token):
        return PlainTextResponse("This address is not valid.", status_code=403)
    return _answered(request, run_id, request.query_params.get("asked", "{}"), MOST_ASKED, "private, max-age=600")


async def _posted(request: Request) -> Response:
    run_id, _dot, token = request.path_params["key"].partition(".")
    if not await run_in_threadpool(runs().check_token, run_id, token):
        return PlainTextResponse("This address is not valid.", status_code=403)
    content = bytearray()
    async for some in request.stream():
        content += some
        if len(content) > MOST_POSTED:
            return PlainTextResponse("This is too long.", status_code=413)
    written = content.decode("utf-8", "replace")
    return await run_in_threadpool(_answered, request, run_id, written, MOST_POSTED, "no-store")


def _answered(request: Request, run_id: str, written: str, most: int, caching: str) -> Response:
    """What is found out, or how much of it; `written` is what is asked, of so many characters at most."""
    try:
        asked, name = _parsed(written, most), request.path_params["name"]
        with language(request.query_params.get("language", "en")):
            if request.url.path.endswith("/progress"):
                return JSONResponse({"share": runs().analysis_progress(run_id, name, asked, OPERATOR)})
            content = runs().analyse(run_id, name, asked, OPERATOR)
    except RunNotFound as error:
        return PlainTextResponse(str(error), status_code=404)
    except DlcoreError as error:
        return PlainTextResponse(str(error), status_code=409)
    headers = {"Content-Encoding": "gzip", "Cache-Control": caching}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _parsed(written: str, most: int) -> dict[str, Any]:
    """What is asked, as plain JSON. Raises DlcoreError for anything else."""
    try:
        asked = json.loads(written) if len(written) <= most else None
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise DlcoreError(Text(N_("What is asked must be a JSON object of {most} characters at most."), most=most))
    return asked


routes = [
    Route("/film/{key}/{file}/{first:int}-{length:int}", _part),
    Route("/analysis/{key}/{name}", _analysis, methods=["GET"]),
    Route("/analysis/{key}/{name}", _posted, methods=["POST"]),
    Route("/analysis/{key}/{name}/progress", _analysis),
]
