"""The app's own browser code, served as files: sent once, not with every update of a component.

    /web/<hash>/<folder>/<file>     a script or a style sheet of pages/components/web

A component's inline script is one line that imports its file; what that file needs it imports by itself, so the
folders stand in an address as they stand on disk. The hash is of all files together: a browser may keep each for
ever, and after an update it never mixes old with new.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER = Path(__file__).parents[2] / "pages/components/web"
TYPES = {".js": "text/javascript", ".css": "text/css"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
NEVER_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Packed:
    """A file that browsers ask for, as it is and packed: packing it anew for each of them would take longer."""

    media_type: str
    plain: bytes
    packed: bytes  # by gzip

    @classmethod
    def read(cls, path: Path, level: int = 9) -> Packed:
        """Read a script or a style sheet; `level` is gzip's, 9 for smallest."""
        plain = path.read_bytes()
        return cls(TYPES[path.suffix], plain, gzip.compress(plain, level, mtime=0))

    def answer(self, request: Request, headers: dict[str, str]) -> Response:
        """The file in the form that this browser takes."""
        headers = headers | {"Vary": "Accept-Encoding"}
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self.plain, media_type=self.media_type, headers=headers)
        return Response(self.packed, media_type=self.media_type, headers=headers | {"Content-Encoding": "gzip"})


def loader(component: str, file: str = "component.js") -> str:
    """The inline script of a component: `pages/components/web/<component>/<file>` does the work."""
    return (
        f"const file = import(new URL('{address(component, file)}', document.baseURI).href);\n"
        "export default async (component) => (await file).default(component);\n"
    )


def address(component: str, file: str) -> str:
    """Where a file is, relative to any page. Raises KeyError where none is served under this name."""
    _files()[component, file]
    return f"./web/{_mark()}/{component}/{file}"


def ignored() -> None:
    """The callback of a component's value: Streamlit runs the script again when a value has one."""


@functools.cache
def _files() -> dict[tuple[str, str], Packed]:
    """Every script and style sheet, by folder and name. This list decides, never a name in an address."""
    paths = sorted(path for path in FOLDER.glob("*/*") if path.suffix in TYPES)
    return {(path.parent.name, path.name): Packed.read(path) for path in paths}


@functools.cache
def _mark() -> str:
    mark = hashlib.sha256()
    for (folder, name), file in _files().items():
        mark.update(f"{folder}/{name} {len(file.plain)}\n".encode() + file.plain)
    return mark.hexdigest()[:16]


async def _serve(request: Request) -> Response:
    asked = request.path_params
    file = _files().get((asked["component"], asked["file"]))
    if file is None:
        return PlainTextResponse("There is no such file.", status_code=404)
    return file.answer(request, FOR_EVER if asked["mark"] == _mark() else NEVER_KEPT)


routes = [Route("/web/{mark}/{component}/{file}", _serve)]
