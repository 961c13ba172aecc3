"""The pictures of data sets, starting points and lessons, as files that a browser keeps for ever.

An address carries a hash of the picture, so that a new picture has a new address.
"""

from __future__ import annotations

import functools
import hashlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dlcore.figures.thumbnails import THEMES, themed
from dlcore.figures.thumbnails.canvas import Theme
from dlcore.figures.thumbnails.files import shipped
from dlcore.lessons.thumbnails import files as lessons
from dlcore.serving.static_files import FOR_EVER, FOR_NOW, StaticFile, answer


def address(kind: str, name: str, theme: str | None) -> str:
    """Where a picture is served, below the app's own address, for a page of this theme (light where it is unknown)."""
    theme = theme if theme in THEMES else "light"
    return f"thumbnails/{kind}/{name}.{theme}.svg?{_marks()[kind, name]}"


LESSON, MOVING = "lesson", "lesson-moving"  # kinds: the picture of a lesson at rest, and as it moves


@functools.cache
def _pictures() -> dict[tuple[str, str, str], StaticFile]:
    """(kind, name, theme) -> the picture. This decides what is served, never a name in an address."""
    return {
        (kind, name, theme): StaticFile(f"{name}.svg", functools.partial(_content, kind, svg, theme))
        for (kind, name), svg in _all().items()
        for theme in THEMES
    }


@functools.cache
def _all() -> dict[tuple[str, str], str]:
    """(kind, name) -> SVG for a light page."""
    moving = {(MOVING, name): svg for name, svg in lessons.shipped().items()}
    still = {(LESSON, name): lessons.still(svg) for name, svg in lessons.shipped().items()}
    return {**shipped(), **moving, **still}


def _content(kind: str, svg: str, theme: Theme) -> bytes:
    made = lessons.themed(svg, theme) if kind in (LESSON, MOVING) else themed(svg, theme)
    return made.encode()


@functools.cache
def _marks() -> dict[tuple[str, str], str]:
    """(kind, name) -> what changes with the picture."""
    return {
        (kind, name): hashlib.sha256(_content(kind, svg, "light")).hexdigest()[:12]
        for (kind, name), svg in _all().items()
    }


async def _serve(request: Request) -> Response:
    kind, name, theme = (request.path_params[each] for each in ("kind", "name", "theme"))
    return await answer(request, _pictures().get((kind, name, theme)), FOR_EVER if request.url.query else FOR_NOW)


routes = [Route("/thumbnails/{kind}/{name}.{theme}.svg", _serve)]
