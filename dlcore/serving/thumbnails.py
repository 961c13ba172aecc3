"""The pictures of data sets and starting points, as files that a browser keeps for ever.

An address carries a hash of the picture, so that a new picture has a new address.
"""

from __future__ import annotations

import functools
import hashlib

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from dlcore.figures.thumbnails import THEMES, themed
from dlcore.figures.thumbnails.files import shipped

FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "no-cache"


def address(kind: str, name: str, theme: str | None) -> str:
    """Where a picture is served, below the app's own address, for a page of this theme (light where it is unknown)."""
    theme = theme if theme in THEMES else "light"
    return f"thumbnails/{kind}/{name}.{theme}.svg?{_marks()[kind, name]}"


@functools.cache
def _pictures() -> dict[tuple[str, str, str], bytes]:
    """(kind, name, theme) -> SVG. This decides what is served, never a name in an address."""
    return {
        (kind, name, theme): themed(svg, theme).encode() for (kind, name), svg in shipped().items() for theme in THEMES
    }


@functools.cache
def _marks() -> dict[tuple[str, str], str]:
    return {
        (kind, name): hashlib.sha256(content).hexdigest()[:12]
        for (kind, name, theme), content in _pictures().items()
        if theme == "light"
    }


async def _serve(request: Request) -> Response:
    kind, name, theme = (request.path_params[each] for each in ("kind", "name", "theme"))
    content = _pictures().get((kind, name, theme))
    if content is None:
        return PlainTextResponse("There is no such picture.", status_code=404)
    caching = FOR_EVER if request.url.query else FOR_NOW
    return Response(content, media_type="image/svg+xml", headers={"Cache-Control": caching})


routes = [Route("/thumbnails/{kind}/{name}.{theme}.svg", _serve)]
