"""Files for browsers, from memory: read once, packed once for each encoding, and known again by their content.

A browser that has a file whose address changes with its content keeps it for ever; any other it asks for again, and
is told «304 Not Modified» where it has the newest.
"""

from __future__ import annotations

import functools
import hashlib
import mimetypes
import re
import threading
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dlcore.serving.compression import WORTH_BYTES, Encoding, accepted, pack
from dlcore.serving.javascript import compiled_at_once

FOR_EVER = "public, max-age=31536000, immutable"
FOR_NOW = "no-cache"  # kept, and asked for again before it is used
TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".woff2": "font/woff2",
         ".svg": "image/svg+xml", ".html": "text/html"}  # fmt: skip
PACKED = (".js", ".css", ".json", ".svg", ".html")  # pictures and fonts are packed already


@dataclass(frozen=True)
class Body:
    """A file as it is sent: its bytes, how they are packed (None: not at all), and the tag by which they are known."""

    content: bytes
    encoding: Encoding | None
    tag: str


class StaticFile:
    """One file; `read` gives its content whenever it is asked, always the same."""

    def __init__(self, name: str, read: Callable[[], bytes]) -> None:
        suffix = PurePosixPath(name).suffix
        self.media_type = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._is_packed = suffix in PACKED
        self._read = read
        self._kept: dict[Encoding | None, Body] = {}
        self._lock = threading.Lock()

    def encoding(self, accept: str) -> Encoding | None:
        """How it is sent to who accepts this; None for as it is."""
        return accepted(accept) if self._is_packed else None

    def known(self, encoding: Encoding | None) -> Body | None:
        """What is sent, where it is at hand; None where somebody has to read or to pack first."""
        return self._kept.get(encoding)

    def body(self, encoding: Encoding | None = None) -> Body:
        """What is sent, made where it is not at hand; of many who ask at once, one does it."""
        with self._lock:
            if encoding not in self._kept:
                self._kept[encoding] = self._made(encoding)
            return self._kept[encoding]

    def _made(self, encoding: Encoding | None) -> Body:
        content = self._read()
        mark = hashlib.sha256(content).hexdigest()[:16]
        if encoding is None or len(content) < WORTH_BYTES:
            return Body(content, None, f'"{mark}"')
        return Body(pack(content, encoding), encoding, f'"{mark}-{encoding}"')


async def answer(request: Request, file: StaticFile | None, caching: str = FOR_EVER) -> Response:
    """A file as this browser takes it; 304 where it has it, 404 where there is none."""
    if file is None:
        return PlainTextResponse("There is no such file.", status_code=404, headers={"Cache-Control": "no-store"})
    encoding = file.encoding(request.headers.get("accept-encoding", ""))
    body = file.known(encoding)
    if body is None:  # whoever comes first waits for it, and keeps nobody else from being answered
        body = await run_in_threadpool(file.body, encoding)
    headers = {"Cache-Control": caching, "ETag": body.tag, "Vary": "Accept-Encoding"}
    if has(request.headers.get("if-none-match", ""), body.tag):
        return Response(status_code=304, headers=headers)
    if body.encoding is not None:
        headers["Content-Encoding"] = body.encoding
    return Response(body.content, media_type=file.media_type, headers=headers)


def has(if_none_match: str, tag: str) -> bool:
    """Whether a browser that sends this header has the content with this entity tag."""
    return tag in (each.strip().removeprefix("W/") for each in if_none_match.split(","))


class Folder:
    """The files in and under a folder, found once: this list decides what is served, never a name in an address.

    suffixes: of the files that are served; all are where none is named.
    at_once: scripts that a browser is told to compile as a whole, by their paths below the folder.
    """

    def __init__(self, root: Path, *suffixes: str, at_once: Collection[str] = ()) -> None:
        paths = sorted(path for path in root.rglob("*") if path.is_file())
        chosen = {path.relative_to(root).as_posix(): path for path in paths if not suffixes or path.suffix in suffixes}
        self._files = {
            name: StaticFile(path.name, functools.partial(_script, path) if name in at_once else path.read_bytes)
            for name, path in chosen.items()
        }

    def find(self, path: str) -> StaticFile | None:
        """The file of this path below the folder, with `/` between its parts; None where there is none."""
        return self._files.get(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    @cached_property
    def mark(self) -> str:
        """Changes with the name or the content of any of the files."""
        told = hashlib.sha256()
        for path, file in self._files.items():
            told.update(f"{path}\0{file.body().tag}\0".encode())
        return told.hexdigest()[:16]

    def modules(self, path: str) -> list[str]:
        """A JavaScript module of this folder and all that it imports from here, itself first."""
        found = [path]
        for each in found:
            file = self._files.get(each)
            assert file is not None, f"{each} is imported, and there is no such file"
            script = file.body().content.decode()
            found += [name for name in _imports(each, script) if name not in found]
        return found


def _script(path: Path) -> bytes:
    return compiled_at_once(path.read_text("utf-8")).encode()


_IMPORT = re.compile(r"^(?:import|export)\b[^;'\"]*?['\"](\.[^'\"]+)['\"]", re.MULTILINE)


def _imports(path: str, script: str) -> list[str]:
    """What a module imports by a relative address, as paths of the folder."""
    return list(dict.fromkeys(_resolved(path, each) for each in _IMPORT.findall(script)))


def _resolved(path: str, relative: str) -> str:
    parts: list[str] = list(PurePosixPath(path).parent.parts)
    for part in relative.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
