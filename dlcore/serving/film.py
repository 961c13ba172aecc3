"""The address behind the slider: parts of a run's film.

    /film/<run>.<token>/<file>/<first byte>-<bytes>     as it was compressed when it was recorded, for ever the same
    /analysis/<run>.<token>/<name>?asked=<JSON>         what is found out from the kept weights, by another process
    /analysis/<run>.<token>/<name>/progress?asked=…     how much of that is done: {"share": 0.4}, or null

A browser keeps what it was sent, and decompresses it; nothing is decoded here.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dlcore.errors import DlcoreError, RunError, RunNotFound
from dlcore.i18n import N_, Text, language
from dlcore.serving.store import runs

MOST_ASKED = 20_000  # characters
FOR_EVER = "private, max-age=31536000, immutable"


def _part(request: Request) -> Response:
    run_id, _dot, token = request.path_params["key"].partition(".")
    if not runs().check_token(run_id, token):
        return PlainTextResponse("This address is not valid.", status_code=403)
    first, length = request.path_params["first"], request.path_params["length"]
    try:
        content = runs().film_part(run_id, request.path_params["file"], first, length)
    except RunError as error:
        return PlainTextResponse(str(error), status_code=404)
    headers = {"Content-Encoding": "gzip", "Cache-Control": FOR_EVER}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _analysis(request: Request) -> Response:
    run_id, _dot, token = request.path_params["key"].partition(".")
    if not runs().check_token(run_id, token):
        return PlainTextResponse("This address is not valid.", status_code=403)
    try:
        asked = _asked(request)
        with language(request.query_params.get("language", "en")):
            if request.url.path.endswith("/progress"):
                return JSONResponse({"share": runs().analysis_progress(run_id, request.path_params["name"], asked)})
            content = runs().analyse(run_id, request.path_params["name"], asked)
    except RunNotFound as error:
        return PlainTextResponse(str(error), status_code=404)
    except DlcoreError as error:
        return PlainTextResponse(str(error), status_code=409)
    headers = {"Content-Encoding": "gzip", "Cache-Control": "private, max-age=600"}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _asked(request: Request) -> dict[str, Any]:
    """What is asked, as plain JSON. Raises DlcoreError for anything else."""
    written = request.query_params.get("asked", "{}")
    try:
        asked = json.loads(written) if len(written) <= MOST_ASKED else None
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        raise DlcoreError(
            Text(N_("What is asked must be a JSON object of {most} characters at most."), most=MOST_ASKED)
        )
    return asked


routes = [
    Route("/film/{key}/{file}/{first:int}-{length:int}", _part),
    Route("/analysis/{key}/{name}", _analysis),
    Route("/analysis/{key}/{name}/progress", _analysis),
]
