"""The files that the app's pages need in a browser, and where they are.

    /files/<mark>/<folder>/<file>         a script or style of pages/components/web; the mark is of all of them
    /files/plotly-<version>-<mark>.js     plotly.js, reduced to the charts we draw

Every address changes with what is behind it, so that a browser may keep it for ever. A component's inline script is one
line that imports its file: the file is sent once, not with every update of the component.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import re
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dlcore.figures.style import plotly_javascript
from dlcore.serving import frontend, javascript, plotly_bundle
from dlcore.serving.compression import encodings
from dlcore.serving.static_files import Folder, StaticFile, answer

FOLDER = Path(__file__).parents[2] / "pages/components/web"
STREAMLITS = Path(str(find_spec("streamlit").origin)).parent / "static"  # type: ignore[union-attr]  # it is installed

# What the pages show first, by Streamlit's names: a browser is told of them with the page, and of the chunks they need.
EVERYWHERE = ("Html", "ButtonGroup", "BidiComponent", "Button")
STUDIO = ("Selectbox", "NumberInput", "ImageList")
COMPARE = ("Selectbox", "NumberInput", "Multiselect")
AT_ONCE = ("react-dom", "styled-components")  # chunks called all over before a page shows anything, as is the entry


def loader(component: str, file: str = "component.js") -> str:
    """The inline script of a component: `pages/components/web/<component>/<file>` does the work."""
    return (
        f"const file = import(new URL('{address(f'{component}/{file}')}', document.baseURI).href);\n"
        "export default async (component) => (await file).default(component);\n"
    )


def ignored() -> None:
    """The callback of a component's value: Streamlit runs the script again when a value has one."""


@functools.cache
def own() -> Folder:
    """The JavaScript and the styles of this folder."""
    return Folder(FOLDER, ".js", ".css")


def address(path: str) -> str:
    """Where a file of this folder is, relative to any page: `./files/0123456789abcdef/live_view/run.js`."""
    return f"./files/{own().mark}/{path}"


@functools.cache
def plotly_address() -> str:
    """Where plotly.js is, relative to any page."""
    makers = "".join(inspect.getsource(each) for each in (plotly_bundle, javascript))
    return f"./files/plotly-{plotly_javascript()[0]}-{hashlib.sha256(makers.encode()).hexdigest()[:8]}.js"


@functools.cache
def _plotly() -> StaticFile:
    @functools.cache
    def read() -> bytes:
        part = plotly_bundle.reduced(plotly_javascript()[1].read_text("utf-8"))
        return javascript.compiled_at_once(part).encode()  # nearly all of it is called before the first line is drawn

    return StaticFile("plotly.js", read)


@functools.cache
def streamlits() -> Folder:
    """Streamlit's own bundles; of those that draw every page, a browser compiles no function for itself."""
    manifest = _manifest()
    at_once = [manifest["index.html"], *(each for each in manifest.values() if each.get("name") in AT_ONCE)]
    return Folder(STREAMLITS / "static", at_once=[str(each["file"]).removeprefix("static/") for each in at_once])


@functools.cache
def _manifest() -> dict[str, dict[str, object]]:
    written: dict[str, dict[str, object]] = json.loads((STREAMLITS / "manifest.json").read_text("utf-8"))
    return written


@functools.cache
def _links(chunks: tuple[str, ...], modules: tuple[str, ...], plotly: bool) -> tuple[str, ...]:
    everywhere, early = "browser_page/component.js", ("browser_page/early.js",) if plotly else ()
    own_modules = dict.fromkeys(each for name in (everywhere, *early, *modules) for each in own().modules(name))
    links = [frontend.module(f"./{each}") for each in frontend.chunks(_manifest(), chunks)]
    links += [frontend.module(address(each)) for each in own_modules]
    if plotly:
        links += [
            frontend.preload(address("live_view/live_view.css"), "style"),
            frontend.preload(plotly_address(), "script"),
            *(frontend.script(address(each)) for each in early),
        ]
    return tuple(links)


def links(path: str) -> tuple[str, ...]:
    """What the page at this path of the address will ask for, as elements for its head."""
    last = path.rpartition("/")[2]
    if last == "":
        modules = ("live_view/live_view.js", "layer_stack/component.js", "reveal/component.js")
        return _links(EVERYWHERE + STUDIO, modules, plotly=True)
    if last == "compare":
        return _links(EVERYWHERE + COMPARE, ("live_view/comparison.js",), plotly=True)
    if last == "study":
        return _links(EVERYWHERE, ("figure/component.js",), plotly=True)
    return _links(EVERYWHERE, (), plotly=False)


def get_ready() -> None:
    """Make and pack what a first visitor's browser asks for, so that nobody waits for that."""
    asked = _ADDRESS.findall((STREAMLITS / "index.html").read_text("utf-8") + "".join(links("/")))
    files = [streamlits().find(each.removeprefix("static/")) for each in asked]
    files += [own().find(each.removeprefix(address("").removeprefix("./"))) for each in asked]
    for encoding in encodings():
        for file in (_plotly(), *filter(None, files)):
            file.body(encoding)


_ADDRESS = re.compile(r'(?:href|src)="\./([^"]+)"')


async def _serve_own(request: Request) -> Response:
    is_newest = request.path_params["mark"] == own().mark
    return await answer(request, own().find(request.path_params["path"]) if is_newest else None)


async def _serve_plotly(request: Request) -> Response:
    return await answer(request, _plotly())


routes = [
    Route(plotly_address().removeprefix("."), _serve_plotly),
    Route("/files/{mark}/{path:path}", _serve_own),
]
