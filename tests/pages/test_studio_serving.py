"""What the server does around the pages: who a visitor is, which headers go out, what can be downloaded."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
import safetensors.torch
import torch
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dlcore.errors import DlcoreError, RunNotFound
from dlcore.i18n import Text, current_language, language
from dlcore.presets import PRESETS
from dlcore.runs import Runs
from dlcore.runs.exports import Exported
from pages.components import assets, downloads, identity, trouble
from pages.components.headers import SecurityHeaders

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
        routes=[*own, *assets.routes, *downloads.routes],
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


@pytest.mark.parametrize("cookie", ["me", "welcome", "x" * 32, ""])
def test_an_owner_is_never_what_the_cookie_says(monkeypatch: pytest.MonkeyPatch, cookie: str) -> None:
    monkeypatch.setattr(identity, "st", SimpleNamespace(context=SimpleNamespace(cookies={identity.COOKIE: cookie})))
    assert identity.owner() == identity.ALONE


def test_an_owner_is_a_hash_of_the_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    token = "0123456789abcdef" * 2
    monkeypatch.setattr(identity, "st", SimpleNamespace(context=SimpleNamespace(cookies={identity.COOKIE: token})))
    assert identity.owner() == hashlib.sha256(token.encode()).hexdigest()[:32]


# Headers


@pytest.mark.parametrize("path", ["/", "/numbers", "/nowhere"])
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


# Scripts of components


def test_a_component_loads_its_script_from_an_address_that_may_be_kept_for_ever(client: TestClient) -> None:
    (address,) = re.findall(r"'\.(/component-files/[^']+)'", assets.loader("layer_stack"))
    answer = client.get(address)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    assert "export default" in answer.text


@pytest.mark.parametrize("path", [
    "layer_stack/rows.py", "layer_stack/nothing.js", "..%2f..%2fapp.py", "../components/draft.py",
    "%2e%2e/navigation.py",
])  # fmt: skip
def test_nothing_else_of_the_tree_is_served(client: TestClient, path: str) -> None:
    assert client.get(f"/component-files/{path}").status_code == 404


# Downloads


@pytest.fixture
def trained(store: Runs, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run whose weights are asked for; the store answers with weights of two numbers."""
    run_id = store.submit(PRESETS["digits-mlp"].experiment, owner="ada", name="My ← run/1")
    content = safetensors.torch.save({"1.bias": torch.tensor([1.0, 2.0])})
    monkeypatch.setattr(Runs, "_weights", lambda _self, _id, _epoch, _owner: (content, 7, "My ← run/1"))
    return run_id


def test_weights_download_under_a_name_that_says_run_and_epoch(client: TestClient, trained: str) -> None:
    answer = client.get(downloads.weights_address(trained, "ada").removeprefix("."))
    assert unquote(answer.headers["content-disposition"]).endswith("My-run-1_best-epoch-7.safetensors")
    assert safetensors.torch.load(answer.content)["1.bias"].tolist() == [1.0, 2.0]


def test_weights_download_as_a_state_dict_too(client: TestClient, trained: str) -> None:
    answer = client.get(downloads.weights_address(trained, "ada", "last", "pt").removeprefix("."))
    assert torch.load(io.BytesIO(answer.content), weights_only=True)["1.bias"].tolist() == [1.0, 2.0]


def test_the_experiment_downloads_as_yaml(client: TestClient, trained: str, store: Runs) -> None:
    answer = client.get(downloads.yaml_address(trained, "ada").removeprefix("."))
    assert answer.text == store.experiment(trained).to_yaml()
    assert unquote(answer.headers["content-disposition"]).endswith("My-run-1.yaml")


def test_nobody_gets_the_address_of_somebody_elses_weights(trained: str) -> None:
    for address in (downloads.weights_address, downloads.yaml_address):
        with pytest.raises(RunNotFound):
            address(trained, "eve")
    with pytest.raises(RunNotFound):
        downloads.export_address(trained, "eve", "bundle")


def test_an_export_downloads_in_the_language_it_was_made_in(
    client: TestClient, trained: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(_self: Runs, run_id: str, kind: str, epoch: str) -> Exported:
        path = tmp_path / "made"
        path.write_text(f"{run_id} {kind} {epoch} {current_language()}")
        return Exported(path, "我的.onnx", 0.0, 1)

    monkeypatch.setattr(Runs, "export", export)
    with language("zh_CN"):
        address = downloads.export_address(trained, "ada", "onnx", "last").removeprefix(".")
    answer = client.get(address)
    assert answer.text == f"{trained} onnx last zh_CN"
    assert unquote(answer.headers["content-disposition"]).endswith("我的.onnx")
    assert client.get(address.replace("token=", "token=0")).status_code == 403


@pytest.mark.parametrize("token", ["", "0" * 64, "no"])
def test_a_token_that_was_not_made_here_opens_nothing(client: TestClient, trained: str, token: str) -> None:
    assert client.get(f"/downloads/{trained}/weights.pt?token={token}").status_code == 403
    assert client.get(f"/downloads/{trained}/experiment.yaml?token={token}").status_code == 403


def test_an_unknown_epoch_is_answered_with_a_sentence(client: TestClient, store: Runs) -> None:
    run_id = store.submit(PRESETS["digits-mlp"].experiment, owner="ada")
    address = downloads.weights_address(run_id, "ada").removeprefix(".")
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
