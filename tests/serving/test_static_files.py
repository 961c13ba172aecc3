"""Files for browsers: packed as the browser takes them, kept by it, and none but those that are listed."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from dlcore.serving import compression, static_files
from dlcore.serving.static_files import FOR_NOW, Folder, StaticFile, answer

SCRIPT = b"export const many = [" + b"1, " * 400 + b"];\n"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    (tmp_path / "inside").mkdir()
    (tmp_path / "a.js").write_bytes(SCRIPT)
    (tmp_path / "tiny.css").write_bytes(b"p { margin: 0 }")
    (tmp_path / "inside" / "letters.woff2").write_bytes(b"letters" * 100)
    (tmp_path / "secret.py").write_bytes(b"password = 1")
    return Folder(tmp_path, ".js", ".css", ".woff2")


@pytest.fixture
def client(folder: Folder) -> TestClient:
    async def serve(request: Request) -> Response:
        return await answer(request, folder.find(request.path_params["path"]))

    return TestClient(Starlette(routes=[Route("/{path:path}", serve)]))


def unpacked(content: bytes, encoding: str | None) -> bytes:
    if encoding == "gzip":
        return gzip.decompress(content)
    if encoding == "br":
        return pyarrow.decompress(content, len(SCRIPT), "brotli", asbytes=True)
    return content


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0.5, br;q=0.1", "br"),
        ("GZIP", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("identity", None),
        ("gzip;q=much", None),
        ("", None),
    ],
)
def test_a_script_is_packed_as_its_browser_takes_it(client: TestClient, accept: str, expected: str | None) -> None:
    with client.stream("GET", "/a.js", headers={"Accept-Encoding": accept}) as got:
        content = b"".join(got.iter_raw())
    assert got.headers.get("content-encoding") == expected
    assert unpacked(content, expected) == SCRIPT
    assert len(content) < len(SCRIPT) or expected is None
    assert got.headers["vary"] == "Accept-Encoding"
    assert got.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/tiny.css", "/inside/letters.woff2"])
def test_what_packing_makes_no_smaller_is_sent_as_it_is(client: TestClient, path: str) -> None:
    got = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "content-encoding" not in got.headers
    assert got.status_code == 200
    assert got.content


def test_without_brotli_a_browser_gets_gzip(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "encodings", lambda: ("gzip",))
    assert client.get("/a.js", headers={"Accept-Encoding": "br, gzip"}).headers["content-encoding"] == "gzip"


def test_a_browser_that_has_it_gets_no_second_copy(client: TestClient) -> None:
    first = client.get("/a.js", headers={"Accept-Encoding": "gzip"})
    for known in (first.headers["etag"], f"W/{first.headers['etag']}", f'"x", {first.headers["etag"]}'):
        again = client.get("/a.js", headers={"Accept-Encoding": "gzip", "If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    plain = client.get("/a.js", headers={"Accept-Encoding": "identity", "If-None-Match": first.headers["etag"]})
    assert plain.content == SCRIPT  # the same file, packed otherwise, is not the same answer


@pytest.mark.parametrize("path", ["secret.py", "inside", "inside/../a.js", "../a.js", "a.js\0", "A.JS", "", "/a.js"])
def test_nothing_is_found_that_is_not_listed(folder: Folder, path: str) -> None:
    assert folder.find(path) is None


@pytest.mark.parametrize("path", ["/secret.py", "/..%2fa.js", "/inside%2f..%2fa.js", "/a.js%00", "/"])
def test_nothing_else_is_sent(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_of_many_who_ask_at_once_one_packs(monkeypatch: pytest.MonkeyPatch) -> None:
    packed, read = [], []
    file = StaticFile("a.js", lambda: read.append(1) or SCRIPT)  # type: ignore[func-returns-value]
    slow = threading.Event()

    def pack(content: bytes, encoding: str) -> bytes:
        slow.wait(5)
        packed.append(encoding)
        return gzip.compress(content)

    monkeypatch.setattr(static_files, "pack", pack)
    threads = [threading.Thread(target=file.body, args=("gzip",)) for _ in range(30)]
    for each in threads:
        each.start()
    slow.set()
    for each in threads:
        each.join()
    assert packed == ["gzip"]
    assert len(read) == 1


def test_a_file_that_may_change_is_asked_for_again(folder: Folder) -> None:
    async def serve(request: Request) -> Response:
        return await answer(request, folder.find("a.js"), FOR_NOW)

    client = TestClient(Starlette(routes=[Route("/", serve)]))
    assert client.get("/").headers["cache-control"] == "no-cache"


def test_the_mark_of_a_folder_changes_with_any_name_and_any_content(tmp_path: Path) -> None:
    def mark(change: Callable[[], object]) -> str:
        change()
        return Folder(tmp_path, ".js").mark

    marks = [
        mark(lambda: (tmp_path / "a.js").write_text("1")),
        mark(lambda: (tmp_path / "a.js").write_text("2")),
        mark(lambda: (tmp_path / "b.js").write_text("2")),
        mark(lambda: (tmp_path / "b.js").rename(tmp_path / "c.js")),
    ]
    assert len(set(marks)) == 4
    assert mark(lambda: (tmp_path / "d.py").write_text("other")) == marks[-1]


def test_the_modules_of_a_script_are_all_that_it_imports_however_deep(tmp_path: Path) -> None:
    (tmp_path / "view").mkdir()
    (tmp_path / "kit").mkdir()
    (tmp_path / "view/view.js").write_text('import { a } from "./a.js";\nimport {\n  b,\n  c,\n} from "../kit/b.js";\n')
    (tmp_path / "view/a.js").write_text("import '../kit/b.js';\nconst text = 'import x from \"./not.js\"';\n")
    (tmp_path / "kit/b.js").write_text('export { d } from "./d.js";\nimport { a } from "../view/a.js";\n')
    (tmp_path / "kit/d.js").write_text("export const d = 1;\n")
    (tmp_path / "kit/other.js").write_text("")
    found = Folder(tmp_path, ".js").modules("view/view.js")
    assert found == ["view/view.js", "view/a.js", "kit/b.js", "kit/d.js"]


def test_a_script_that_is_compiled_at_once_is_the_same_after_a_line_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "js").mkdir()
    for name in ("index.js", "other.js"):
        (tmp_path / "js" / name).write_text("export const letter = 'é';\n", "utf-8")
    folder = Folder(tmp_path, at_once=["js/index.js"])
    plain, told = (
        found.body().content.decode() for name in ("js/other.js", "js/index.js") if (found := folder.find(name))
    )
    assert told == f"//# allFunctionsCalledOnLoad\n{plain}"
