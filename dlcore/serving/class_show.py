"""The addresses behind *follow me*: what a class is shown, and where the teacher's slider stands.

    GET  /class/shown?key=<key>     {"run": "…", "epoch": 12, "since": 1790000000.5}; {} while nothing is shown
    POST /class/epoch?key=<key>     {"epoch": 12}, from the browser of the teacher; null is the newest epoch

The key says who asks about which class; what they may do stands in the database. A browser of a student asks once or
twice a second: that is also how the teacher knows who has a page open.
"""

from __future__ import annotations

import json

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dlcore.errors import DlcoreError
from dlcore.serving.presence import presence
from dlcore.serving.store import runs

SHOWN, EPOCH = "/class/shown", "/class/epoch"
MOST_BYTES = 200  # of what is posted
NOT_KEPT = {"Cache-Control": "no-store"}


def address(route: str, class_key: str) -> str:
    """Where a browser asks, relative to any page."""
    return f".{route}?key={class_key}"


def _shown(request: Request) -> Response:
    found = runs().open_class_key(request.query_params.get("key", ""))
    if found is None:
        return PlainTextResponse("This address is not valid.", status_code=403)
    class_id, viewer = found
    if viewer.role == "student":
        presence.note(viewer.name)
    shown = runs().shown_run(class_id, viewer)
    told = {} if shown is None else {"run": shown.run_id, "epoch": shown.epoch, "since": shown.since}
    return JSONResponse(told, headers=NOT_KEPT)


async def _epoch(request: Request) -> Response:
    content = b""
    async for some in request.stream():
        content += some
        if len(content) > MOST_BYTES:
            return PlainTextResponse("This is too long.", status_code=413)
    return await run_in_threadpool(_move, request.query_params.get("key", ""), content)


def _move(key: str, content: bytes) -> Response:
    found = runs().open_class_key(key)
    if found is None:
        return PlainTextResponse("This address is not valid.", status_code=403)
    try:
        epoch = json.loads(content)["epoch"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return PlainTextResponse('Post {"epoch": 12}, or null for the newest.', status_code=400)
    if epoch is not None and type(epoch) is not int:
        return PlainTextResponse("An epoch is a whole number.", status_code=400)
    try:
        runs().show_epoch(found[0], epoch, found[1])
    except DlcoreError as error:
        return PlainTextResponse(str(error), status_code=409)
    return Response(status_code=204, headers=NOT_KEPT)


routes = [Route(SHOWN, _shown), Route(EPOCH, _epoch, methods=["POST"])]
