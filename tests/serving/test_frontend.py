"""Streamlit's page and bundles as we send them: what is a page stays Streamlit's to say, and so do its headers."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.testclient import TestClient

from dlcore.serving.frontend import Frontend, chunks, module, preload
from dlcore.serving.static_files import Folder

HTML = "<!DOCTYPE html>\n<html>\n<head>\n<title>Page</title>\n</head>\n<body>" + "<p>text</p>" * 200 + "</body></html>"


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """A server that answers as Streamlit does: its page at every address of a page, its files as they are."""
    (tmp_path / "static" / "js").mkdir(parents=True)
    (tmp_path / "static" / "js" / "index.abc.js").write_text("let a = 1;\n" * 100)
    (tmp_path / "index.html").write_text(HTML)

    async def page(_request: Request) -> Response:
        return FileResponse(tmp_path / "index.html", headers={"Cache-Control": "no-cache", "X-Streamlit": "yes"})

    async def other(_request: Request) -> Response:
        return HTMLResponse("<head></head>another page")

    async def away(_request: Request) -> Response:
        return RedirectResponse("/")

    routes = [Route("/", page), Route("/runs", page), Route("/other", other), Route("/away", away)]
    files = Folder(tmp_path / "static")
    by_path = {"/": [module("./a.js"), preload("./p.js?a=1&b", "script")]}
    links = Middleware(Frontend, html=tmp_path / "index.html", files=files, links=lambda path: by_path.get(path, ()))
    app = Starlette(routes=routes, middleware=[links])
    app.mount("/static", StaticFiles(directory=tmp_path / "static"))
    return TestClient(app, follow_redirects=False)


def test_the_page_names_in_its_head_what_it_will_ask_for(client: TestClient) -> None:
    text = client.get("/").text
    head, rest = text.split("</head>")
    assert '<link rel="modulepreload" crossorigin href="./a.js">' in head
    assert '<link rel="preload" as="script" fetchpriority="low" href="./p.js?a=1&amp;b">' in head
    assert head.partition("<link")[0] + "</head>" + rest == HTML


def test_another_page_has_links_of_its_own(client: TestClient) -> None:
    assert client.get("/runs").text == HTML


def test_headers_of_the_page_are_kept_but_those_of_its_file(client: TestClient) -> None:
    got = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert got.headers["x-streamlit"] == "yes"
    assert got.headers["cache-control"] == "no-cache"
    assert got.headers["content-encoding"] == "gzip"
    assert got.headers["content-type"].startswith("text/html")
    assert "last-modified" not in got.headers
    assert "accept-ranges" not in got.headers
    assert len(got.headers.get_list("content-length")) == 1


def test_who_has_the_page_is_told_so(client: TestClient) -> None:
    first = client.get("/")
    again = client.get("/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/runs", headers={"If-None-Match": first.headers["etag"]}).text == HTML


def test_what_is_not_the_page_goes_through(client: TestClient) -> None:
    assert client.get("/other").text == "<head></head>another page"
    assert client.get("/away").status_code == 307
    assert client.get("/nowhere").status_code == 404
    assert client.post("/").status_code == 405


def test_a_question_for_the_head_alone_gets_no_body(client: TestClient) -> None:
    got = client.head("/")
    assert got.status_code == 200
    assert got.headers["etag"] == client.get("/").headers["etag"]


def test_bundles_are_packed_and_kept_for_ever(client: TestClient) -> None:
    got = client.get("/static/js/index.abc.js", headers={"Accept-Encoding": "br, gzip"})
    assert got.headers["content-encoding"] == "br"
    assert "immutable" in got.headers["cache-control"]
    assert client.get("/static/js/nothing.js").status_code == 404
    assert client.get("/static/../index.html").status_code == 404


MANIFEST = {
    "index.html": {"file": "static/js/index.js", "imports": ["_react"], "isEntry": True},
    "_react": {"file": "static/js/react.js"},
    "_field": {"file": "static/js/field.js", "imports": ["_react", "_deep", "_gone"]},
    "_deep": {"file": "static/js/deep.js", "imports": ["_field"]},
    "src/Button.tsx": {"file": "static/js/Button.js", "name": "Button", "isDynamicEntry": True, "imports": ["_field"]},
    "src/Map.tsx": {"file": "static/js/Map.js", "name": "Map", "isDynamicEntry": True, "imports": []},
    "_Button": {"file": "static/js/no.js", "name": "Button"},
}


def test_the_chunks_of_an_element_are_all_it_imports_that_the_page_has_not() -> None:
    found = chunks(MANIFEST, ("Button", "OfALaterVersion"))
    assert found == ["static/js/Button.js", "static/js/field.js", "static/js/deep.js"]
