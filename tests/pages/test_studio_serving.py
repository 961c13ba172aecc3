"""What the server does around the pages: who a visitor is, which headers go out, what can be downloaded."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import plotly
import pytest
import safetensors.torch
import torch
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dlcore.access import ME, OPERATOR, Viewer, student
from dlcore.errors import DlcoreError, RunNotFound
from dlcore.i18n import Text, current_language, language
from dlcore.presets import PRESETS
from dlcore.runs import Runs, Settings, browser_link
from dlcore.runs.exports import Exported
from dlcore.runs.secret import read_secret
from dlcore.serving import assets, downloads, frontend, identity
from dlcore.serving.headers import SecurityHeaders
from dlcore.serving.javascript import AT_ONCE
from pages.components.shared import trouble, visitor

PAGE = {"accept": "text/html"}


@pytest.fixture
def client() -> Iterator[TestClient]:
    """The app's own routes and middleware, without Streamlit."""

    async def page(_request: object) -> HTMLResponse:
        return HTMLResponse("<p>hello</p>")

    async def numbers(_request: object) -> JSONResponse:
        return JSONResponse([1])

    own = [Route("/", page), Route("/numbers", numbers)]
    app = Starlette(
        routes=[*own, *assets.routes, *downloads.routes, *identity.routes],
        middleware=[Middleware(SecurityHeaders), Middleware(identity.Visitors)],
    )
    with TestClient(app) as client:
        yield client


# Who is here


def test_a_new_browser_gets_a_cookie_that_scripts_cannot_read(client: TestClient) -> None:
    cookie = client.get("/", headers=PAGE).headers["set-cookie"]
    assert re.match(rf"{identity.COOKIE}=[0-9a-f]{{32}}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax$", cookie)


def test_a_browser_keeps_its_cookie(client: TestClient) -> None:
    client.get("/", headers=PAGE)
    assert "set-cookie" not in client.get("/", headers=PAGE).headers


def test_two_browsers_are_two_people(client: TestClient) -> None:
    first = client.get("/", headers=PAGE).headers["set-cookie"]
    client.cookies.clear()
    assert client.get("/", headers=PAGE).headers["set-cookie"] != first


@pytest.mark.parametrize("forged", ["me", "welcome", "", "0" * 31, "G" * 32, "../../etc"])
def test_a_cookie_that_was_not_made_here_is_replaced(client: TestClient, forged: str) -> None:
    answer = client.get("/", headers={**PAGE, "cookie": f"{identity.COOKIE}={forged}"})
    assert "set-cookie" in answer.headers


def test_only_pages_hand_out_cookies(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/numbers", headers={"accept": "*/*"}).headers


TOKEN = "0123456789abcdef" * 2


@pytest.fixture
def as_served(monkeypatch: pytest.MonkeyPatch) -> None:
    """Visitors as on a server, where tests of pages else are «me»."""
    monkeypatch.setattr(identity, "newcomer", REAL_NEWCOMER)


REAL_NEWCOMER = identity.newcomer


@pytest.mark.usefixtures("as_served", "store")
@pytest.mark.parametrize("cookie", ["me", "welcome", "x" * 32, "", "0" * 31, TOKEN + "0", TOKEN.upper()])
@pytest.mark.parametrize("name", [identity.COOKIE, identity.OWN_COOKIE, "other"])
def test_who_shows_no_cookie_of_ours_is_a_visitor_of_their_own_and_never_me(name: str, cookie: str) -> None:
    owners = [identity.viewer_of({name: cookie}).name for _visit in range(3)]
    assert len({*owners, "me", "welcome"}) == 5
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in owners)


@pytest.mark.usefixtures("as_served", "store")
def test_an_owner_is_a_hash_of_the_cookie() -> None:
    assert identity.viewer_of({identity.COOKIE: TOKEN}) == student(hashlib.sha256(TOKEN.encode()).hexdigest()[:32])


@pytest.mark.usefixtures("as_served")
def test_a_session_stays_whose_it_was_when_its_browser_has_left(store: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit shows no cookies then, while the script may still run."""
    session = SimpleNamespace(context=SimpleNamespace(cookies={identity.COOKIE: TOKEN}), session_state={})
    monkeypatch.setattr(visitor, "st", session)
    first = visitor.viewer()
    session.context.cookies = {}
    assert visitor.viewer() == first == identity.viewer_of({identity.COOKIE: TOKEN})


# The address that the console shows


def test_the_address_of_the_console_makes_one_browser_me_and_works_once(client: TestClient, store: Runs) -> None:
    code = browser_link.new_code(store.settings.home)
    refused = client.get("/me?code=wrong")
    assert refused.status_code == 403
    assert refused.text.startswith("This address was used already")
    taken = client.get(f"/me?code={code}", follow_redirects=False)
    assert (taken.status_code, taken.headers["location"]) == (303, "./")
    assert taken.headers["cache-control"] == "no-store"
    name, _equals, value = taken.headers["set-cookie"].partition(";")[0].partition("=")
    assert "HttpOnly; SameSite=Lax" in taken.headers["set-cookie"]
    assert identity.viewer_of({name: value}) == ME
    second = client.get(f"/me?code={code}", headers={"accept-language": "zh-CN,zh"}, follow_redirects=False)
    assert second.status_code == 403
    assert "set-cookie" not in second.headers
    assert "serve" in second.text
    assert not second.text.isascii()


@pytest.mark.parametrize("headers", [{"purpose": "prefetch"}, {"sec-purpose": "prefetch;prerender"}])
def test_a_look_ahead_does_not_use_the_address_up(client: TestClient, store: Runs, headers: dict[str, str]) -> None:
    code = browser_link.new_code(store.settings.home)
    assert client.get(f"/me?code={code}", headers=headers, follow_redirects=False).status_code == 503
    assert client.head(f"/me?code={code}", follow_redirects=False).status_code == 503
    assert client.get(f"/me?code={code}", follow_redirects=False).status_code == 303


def test_a_newer_address_replaces_the_one_before(client: TestClient, store: Runs) -> None:
    first, second = (browser_link.new_code(store.settings.home) for _start in range(2))
    assert client.get(f"/me?code={first}", follow_redirects=False).status_code == 403
    assert client.get(f"/me?code={second}", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("code", ["", "%00", "x" * 5000, "%ff%fe", "&code=other"])
def test_no_other_code_is_taken(client: TestClient, store: Runs, code: str) -> None:
    browser_link.new_code(store.settings.home)
    assert client.get(f"/me?code={code}", follow_redirects=False).status_code == 403


def test_of_many_who_use_an_address_at_once_one_has_it(settings: Settings) -> None:
    code = browser_link.new_code(settings.home)
    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(lambda _: browser_link.use_code(settings.home, code), range(64))) == 1


def test_the_code_lies_nowhere_as_it_is(settings: Settings) -> None:
    code = browser_link.new_code(settings.home)
    for path in settings.home.iterdir():
        assert code.encode() not in path.read_bytes()
        assert path.stat().st_mode & 0o77 == 0 or path.name == browser_link.LOCK


@pytest.mark.usefixtures("as_served")
def test_a_cookie_of_another_installation_makes_nobody_me(store: Runs, tmp_path: Path) -> None:
    mine, other = store._secret, read_secret(tmp_path)
    assert browser_link.is_cookie(mine, browser_link.new_cookie(mine))
    forged = browser_link.new_cookie(mine)
    another_number = ("1" if forged[0] == "0" else "0") + forged[1:]
    for value in (browser_link.new_cookie(other), forged[:-1], another_number, f"{forged}0", "", ".", forged.upper()):
        assert identity.viewer_of({identity.OWN_COOKIE: value}) != ME, value


# Headers


@pytest.mark.parametrize("path", ["/", "/numbers", "/nowhere"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


# Files


def test_a_component_loads_its_script_from_an_address_that_may_be_kept_for_ever(client: TestClient) -> None:
    (address,) = re.findall(r"'\.(/files/[^']+)'", assets.loader("layer_stack"))
    answer = client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "export default" in answer.text


def test_what_a_script_imports_is_kept_as_long_as_itself(client: TestClient) -> None:
    """A browser finds it relative to the script: the mark of the content is part of its address, too."""
    for path in ("live_view/live_view.js", "live_view/comparison.js", "layer_stack/component.js"):
        modules = assets.own().modules(path)
        assert len(modules) > 3
        for each in modules:
            answer = client.get(assets.address(each).removeprefix("."))
            assert (answer.status_code, "immutable" in answer.headers["cache-control"]) == (200, True), each


def test_a_file_of_another_content_is_not_there(client: TestClient) -> None:
    older = assets.address("live_view/run.js").replace(assets.own().mark, "0" * 16)
    answer = client.get(older.removeprefix("."))
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")


@pytest.mark.parametrize("path", [
    "layer_stack/rows.py", "layer_stack/nothing.js", "..%2f..%2fapp.py", "../components/draft.py",
    "%2e%2e/navigation.py", "layer_stack/../draft.py", "",
])  # fmt: skip
def test_nothing_else_of_the_tree_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/files/{assets.own().mark}/{path}").status_code == 404


def test_plotly_is_the_installed_one_packed_and_kept_for_ever(client: TestClient) -> None:
    assert plotly.__version__ in assets.plotly_address()
    answer = client.get(assets.plotly_address().removeprefix("."), headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text.startswith("//# allFunctionsCalledOnLoad\n")
    assert "plotly.js v" in answer.text[:200]


@pytest.mark.parametrize("page", ["/", "/compare"])
def test_a_page_with_charts_asks_for_plotly_and_its_own_modules_at_once(page: str) -> None:
    links = "".join(assets.links(page))
    module = "live_view.js" if page == "/" else "comparison.js"
    for address in (assets.plotly_address(), assets.address(f"live_view/{module}"), assets.address("live_view/run.js")):
        assert f'href="{address}"' in links


def test_a_page_without_charts_does_not_ask_for_plotly() -> None:
    assert "plotly" not in "".join(assets.links("/data"))
    assert "early.js" not in "".join(assets.links("/data"))


@pytest.mark.parametrize("page", ["/", "/compare"])
def test_what_a_page_names_is_run_early_by_the_last_script_of_its_head(page: str) -> None:
    assert assets.links(page)[-1] == frontend.script(assets.address("browser_page/early.js"))


def test_streamlits_scripts_that_draw_every_page_are_compiled_at_once_and_no_others() -> None:
    told = [name for name in assets.streamlits()
            if name.endswith(".js") and (file := assets.streamlits().find(name)) is not None
            and file.body().content.startswith(AT_ONCE.encode())]  # fmt: skip
    page = (assets.STREAMLITS / "index.html").read_text("utf-8")
    (entry,) = re.findall(r'<script type="module" crossorigin src="\./static/([^"]+)"', page)
    assert entry in told
    assert any(name.startswith("js/react-dom.") for name in told)
    assert len(told) < 6
    for name in told:
        file = assets.streamlits().find(name)
        assert file is not None
        assert file.body().content == AT_ONCE.encode() + (assets.STREAMLITS / "static" / name).read_bytes()


def test_every_chunk_that_is_named_is_one_that_streamlit_has() -> None:
    named = re.findall(r'href="\./static/([^"]+)"', "".join(assets.links("/")))
    assert len(named) > 20
    assert all(assets.streamlits().find(each) for each in named)


# Downloads


@pytest.fixture
def trained(store: Runs, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run whose weights are asked for; the store answers with weights of two numbers."""
    run_id = store.submit(PRESETS["digits-mlp"].experiment, student("ada"), name="My ← run/1")
    content = safetensors.torch.save({"1.bias": torch.tensor([1.0, 2.0])})
    monkeypatch.setattr(Runs, "_weights", lambda _self, _id, _epoch, _viewer: (content, 7, "My ← run/1"))
    return run_id


def test_weights_download_under_a_name_that_says_run_and_epoch(client: TestClient, trained: str) -> None:
    answer = client.get(downloads.weights_address(trained, student("ada")).removeprefix("."))
    assert unquote(answer.headers["content-disposition"]).endswith("My-run-1_best-epoch-7.safetensors")
    assert safetensors.torch.load(answer.content)["1.bias"].tolist() == [1.0, 2.0]


def test_weights_download_as_another_process_packed_them_for_torch(
    client: TestClient, trained: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "made").write_bytes(b"packed")
    asked: list[object] = []

    def export(_self: Runs, *arguments: object) -> Exported:
        asked.append(arguments)
        return Exported(tmp_path / "made", "My-run-1_last.pt", None, 6)

    monkeypatch.setattr(Runs, "export", export)
    answer = client.get(downloads.weights_address(trained, student("ada"), "last", "pt").removeprefix("."))
    assert answer.content == b"packed"
    assert unquote(answer.headers["content-disposition"]).endswith("My-run-1_last.pt")
    assert asked == [(trained, "pt", OPERATOR, "last")]


def test_the_experiment_downloads_as_yaml(client: TestClient, trained: str, store: Runs) -> None:
    answer = client.get(downloads.yaml_address(trained, student("ada")).removeprefix("."))
    assert answer.text == store.experiment(trained, OPERATOR).to_yaml()
    assert unquote(answer.headers["content-disposition"]).endswith("My-run-1.yaml")


def test_nobody_gets_the_address_of_somebody_elses_weights(trained: str) -> None:
    for address in (downloads.weights_address, downloads.yaml_address):
        with pytest.raises(RunNotFound):
            address(trained, student("eve"))
    with pytest.raises(RunNotFound):
        downloads.export_address(trained, student("eve"), "bundle")


def test_an_export_downloads_in_the_language_it_was_made_in(
    client: TestClient, trained: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(_self: Runs, run_id: str, kind: str, _viewer: Viewer, epoch: str) -> Exported:
        path = tmp_path / "made"
        path.write_text(f"{run_id} {kind} {epoch} {current_language()}")
        return Exported(path, "我的.onnx", 0.0, 1)

    monkeypatch.setattr(Runs, "export", export)
    with language("zh_CN"):
        address = downloads.export_address(trained, student("ada"), "onnx", "last").removeprefix(".")
    answer = client.get(address)
    assert answer.text == f"{trained} onnx last zh_CN"
    assert unquote(answer.headers["content-disposition"]).endswith("我的.onnx")
    assert client.get(address.replace("token=", "token=0")).status_code == 403


@pytest.mark.parametrize("token", ["", "0" * 64, "no"])
def test_a_token_that_was_not_made_here_opens_nothing(client: TestClient, trained: str, token: str) -> None:
    assert client.get(f"/downloads/{trained}/weights.pt?token={token}").status_code == 403
    assert client.get(f"/downloads/{trained}/experiment.yaml?token={token}").status_code == 403


def test_an_unknown_epoch_is_answered_with_a_sentence(client: TestClient, store: Runs) -> None:
    run_id = store.submit(PRESETS["digits-mlp"].experiment, student("ada"))
    address = downloads.weights_address(run_id, student("ada")).removeprefix(".")
    assert "has not kept any weights yet" in client.get(address).text
    answer = client.get(address.replace("epoch=best", "epoch=first"))
    assert answer.status_code == 409
    assert "not of 'first'" in answer.text


# Trouble


def test_a_traceback_goes_to_the_log_and_a_number_to_the_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []
    monkeypatch.setattr(trouble, "st", SimpleNamespace(error=lambda text, **_: said.append(text)))
    assert trouble.report(ZeroDivisionError("division by zero")) is True
    number = re.search(r"page error ([0-9a-f]{8})", caplog.text)
    assert number is not None
    assert number[1] in said[0]
    assert "zero" not in said[0]


def test_what_the_learner_can_put_right_is_said_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(trouble, "st", SimpleNamespace(error=lambda text, **_: said.append(text)))
    trouble.report(DlcoreError(Text("Two and two is five.")))
    assert said == ["Two and two is five."]
