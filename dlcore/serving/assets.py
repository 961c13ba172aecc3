"""The JavaScript of the app's own components, served as files: sent once, not with every update of a component.

A component's inline script is one line that imports its file. The address carries a hash of the content, so
that a browser may keep it for ever and still gets the new one after an update.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import dlcore

FOLDER = Path(dlcore.__file__).parents[1] / "pages/components"
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "no-cache"


def loader(component: str, file: str = "component.js") -> str:
    """The inline script of a component: `pages/components/<component>/<file>` does the work."""
    mark = hashlib.sha256(_files()[component, file]).hexdigest()[:16]
    return (
        f"const file = import(new URL('./component-files/{component}/{file}?{mark}', document.baseURI).href);\n"
        "export default async (component) => (await file).default(component);\n"
    )


def ignored() -> None:
    """The callback of a component's value: Streamlit runs the script again when a value has one."""


@functools.cache
def _files() -> dict[tuple[str, str], bytes]:
    """Every script of a component's folder. This list decides what is served, never a name in an address."""
    return {(path.parent.name, path.name): path.read_bytes() for path in FOLDER.glob("*/*.js")}


async def _serve(request: Request) -> Response:
    content = _files().get((request.path_params["component"], request.path_params["file"]))
    if content is None:
        return PlainTextResponse("There is no such file.", status_code=404)
    caching = FOR_EVER if request.url.query else FOR_NOW
    return Response(content, media_type="text/javascript", headers={"Cache-Control": caching})


routes = [Route("/component-files/{component}/{file}", _serve)]
