"""The address behind the slider: parts of a run's film.

    /film/<run>.<token>/<file>/<first byte>-<bytes>     as it was compressed when it was recorded, for ever the same

A browser keeps what it was sent, and decompresses it; nothing is decoded here.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dlcore.errors import RunError
from dlcore.serving.store import runs

FOR_EVER = "private, max-age=31536000, immutable"


def film_address(key: str) -> str:
    """Where the parts of a run's film are. key: `<id>.<token>`."""
    return f"./film/{key}"


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


routes = [Route("/film/{key}/{file}/{first:int}-{length:int}", _part)]
