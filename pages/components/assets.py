"""The JavaScript of the app's own components, served as files: sent once, not with every update of a component.

A component's inline script is one line that imports its file. The address carries a hash of the content, so
that a browser may keep it for ever and still gets the new one after an update.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

FOLDER = Path(__file__).parent
FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "no-cache"


def loader(component: str, file: str = "component.js") -> str:
    """The inline script of a component: `pages/components/<component>/<file>` does the work."""
    mark = hashlib.sha256(_read(component, file)).hexdigest()[:16]
    return (
        f"const file = import(new URL('./component-files/{component}/{file}?{mark}', document.baseURI).href);\n"
        "export default async (component) => (await file).default(component);\n"
    )


def _read(component: str, file: str) -> bytes:
    return (FOLDER / component / file).read_bytes()


async def _serve(request: Request) -> Response:
    """A `.js` file of a component's folder; everything else is not found."""
    path = FOLDER / request.path_params["component"] / request.path_params["file"]
    if path.suffix != ".js" or path.parent.parent != FOLDER or not path.is_file():
        return Response(status_code=404)
    caching = FOR_EVER if request.url.query else FOR_NOW
    return Response(path.read_bytes(), media_type="text/javascript", headers={"Cache-Control": caching})


routes = [Route("/component-files/{component}/{file}", _serve)]
