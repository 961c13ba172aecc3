"""Streamlit's front end: its page and its bundles, sent packed, from memory, with what a page will soon ask for named.

Streamlit sends its bundles as they are, for a proxy to pack. And a browser learns of the parts of a page one after the
other: of a chunk when the script run first shows an element of its kind, of a component's file when the chunk is there,
then of what that imports, and last of plotly.js; a page whose head names them is sent instead of Streamlit's. Which
address is a page, Streamlit decides: ours goes out where it would send its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dlcore.serving.static_files import FOR_NOW, Folder, StaticFile, answer

Links = Callable[[str], Sequence[str]]  # the path of a page -> elements for its head
HEAD_ENDS = b"</head>"
STATIC = "/static/"


def module(address: str) -> str:
    """An element that lets a browser fetch and compile a JavaScript module."""
    return f'<link rel="modulepreload" crossorigin href="{escape(address)}">'


def preload(address: str, kind: str) -> str:
    """An element that lets a browser fetch a script or a style, when it has nothing more urgent to do."""
    return f'<link rel="preload" as="{kind}" fetchpriority="low" href="{escape(address)}">'


def script(address: str) -> str:
    """An element that runs a JavaScript module, after those that the page names before it."""
    return f'<script type="module" crossorigin src="{escape(address)}"></script>'


class Frontend:
    """Middleware that sends what Vite has built: `html` as the page, and `files` under /static/.

    links: by the path of a page, the elements that its head gets.
    """

    def __init__(self, app: ASGIApp, html: Path, files: Folder, links: Links) -> None:
        self.app = app
        self._html = html.read_bytes()
        self._files = files
        self._links = links
        self._pages: dict[tuple[str, ...], StaticFile] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path.startswith(STATIC):
            file = await answer(Request(scope), self._files.find(path.removeprefix(STATIC)))
            await file(scope, receive, send)
            return
        ours = False

        async def send_ours(message: Message) -> None:
            nonlocal ours
            if message["type"] == "http.response.start" and self._is_the_page(message):
                ours = True
                await self._send(message, Request(scope), receive, send)
            elif not ours:
                await send(message)

        await self.app(scope, receive, send_ours)

    def _is_the_page(self, start: Message) -> bool:
        headers = Headers(raw=start["headers"])
        of_page = headers.get("content-type", "").startswith("text/html")
        return start["status"] == 200 and of_page and headers.get("content-length") == str(len(self._html))

    async def _send(self, start: Message, request: Request, receive: Receive, send: Send) -> None:
        """Ours, with whatever headers of Streamlit's answer are not about its file."""
        made = await answer(request, self._page(request.url.path), FOR_NOW)
        own = MutableHeaders(raw=list(start["headers"]))
        for name in ("content-length", "content-type", "etag", "last-modified", "accept-ranges", "vary"):
            del own[name]
        for name, value in own.items():
            made.headers.setdefault(name, value)
        await made(request.scope, receive, send)

    def _page(self, path: str) -> StaticFile:
        """The page at this path, with its links."""
        links = tuple(self._links(path))
        if links not in self._pages:
            written = self._html.replace(HEAD_ENDS, "\n".join([*links, ""]).encode() + HEAD_ENDS, 1)
            self._pages[links] = StaticFile("index.html", lambda: written)
        return self._pages[links]


def chunks(manifest: dict[str, dict[str, Any]], names: Sequence[str]) -> list[str]:
    """The files of Vite's manifest that these chunks need beside those of the page itself, each once.

    names: of chunks that are asked for when they are first used; one that the manifest lacks is left out.
    """
    known = set(_imported(manifest, ["index.html"]))
    wanted = [key for key, each in manifest.items() if each.get("isDynamicEntry") and each.get("name") in names]
    return [manifest[key]["file"] for key in _imported(manifest, wanted) if key not in known]


def _imported(manifest: dict[str, dict[str, Any]], keys: Sequence[str]) -> list[str]:
    found = list(dict.fromkeys(keys))
    for key in found:
        found += [each for each in manifest.get(key, {}).get("imports", ()) if each not in found]
    return [key for key in found if key in manifest]
