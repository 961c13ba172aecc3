"""Nothing of Ann's is told to anybody else: not by any function of the store, not at any address of the server."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route
from starlette.testclient import TestClient

from dlcore.access import student
from dlcore.runs import Runs
from dlcore.runs.resident import residents
from dlcore.serving import identity
from dlcore.serving.store import runs as store_of_the_server
from dlcore.studies import Study
from dlcore.studies.seeds import Seeds
from tests.access.test_walk import OTHERS
from tests.access.walk import ANN, TIA, Things, functions, leaks, prepare
from tests.force.figures import Figure, Note
from tests.runs.living import digits

pytestmark = pytest.mark.slow

# Addresses that tell everybody the same, or only what the cookies of the browser that asks stand for.
OF_EVERYBODY = {
    "/files/{mark}/{path:path}", "/thumbnails/{kind}/{name}.{theme}.svg", "/health", "/me", "/join", "/teacher",
    "/signout", "/oidc", "/oidc/back",
}  # fmt: skip
OF_SIGNED_IN = ("/work", "/forget", "/oidc/teacher")
OF_OPERATORS = "/metrics"
FILM = "film-000000000000-00000000/0-10"  # a file of a film, and a piece of it
REFUSED = {401, 403, 404, 405}  # … or not to be asked in this way


@pytest.fixture
def things(store: Runs, tmp_path: Path) -> Things:
    return prepare(store, tmp_path)


@pytest.mark.long  # as tests/access/test_walk.py, whose walk it counts
def test_no_function_of_the_store_tells_or_changes_anything_for_any_other_role(
    store: Runs, things: Things, note: Note
) -> None:
    asked = len(functions()) * len(OTHERS)
    found = list(leaks(store, things, OTHERS))
    note(Figure(8, "leaks, every function × role", (float(len(found)),), "", 0, "all", asked, "functions × roles"))
    assert found == []


@functools.cache
def user_routes() -> tuple[Route, ...]:
    """All that the app answers beside its pages."""
    from app import app

    return tuple(app._user_routes)


@pytest.fixture
def client(store: Runs, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("DLCORE_CLASSES", "true")
    monkeypatch.setenv("DLCORE_METRICS_TOKEN", "a long secret of the operator")
    for name, value in {"ISSUER": "http://127.0.0.1:1", "CLIENT_ID": "layers", "CLIENT_SECRET": "none"}.items():
        monkeypatch.setenv(f"DLCORE_OIDC_{name}", value)  # asked by nobody here
    monkeypatch.setattr(residents, "ask", lambda *_asked: b"an answer")
    assert store_of_the_server().settings.home == store.settings.home
    app = Starlette(routes=user_routes(), middleware=[Middleware(identity.Visitors)])
    with TestClient(app, follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def addresses(things: Things) -> dict[str, Callable[[str], str]]:
    """By route, the address at which Ann's things are asked for with a token."""
    run, study = things.run_id, things.study_id
    found: dict[str, Callable[[str], str]] = {
        "/downloads/report": lambda token: f"/downloads/report?runs={run}.{token}",
        "/film/{key}/{file}/{first:int}-{length:int}": lambda token: f"/film/{run}.{token}/{FILM}",
        "/analysis/{key}/{name}": lambda token: f"/analysis/{run}.{token}/probed",
        "/analysis/{key}/{name}/progress": lambda token: f"/analysis/{run}.{token}/probed/progress",
        "/live/stream": lambda token: f"/live/stream?run={run}.{token}.0",
    }
    for route in user_routes():
        if "{run_id}" in route.path:
            found[route.path] = lambda token, path=route.path: f"{path.format(run_id=run)}?token={token}"
        if "{study_id}" in route.path:
            found[route.path] = lambda token, path=route.path: f"{path.format(study_id=study)}?token={token}"
    return found


def test_every_address_is_known_to_be_of_everybody_or_opened_by_a_token(store: Runs, things: Things) -> None:
    keyed = {"/class/shown", "/class/epoch", OF_OPERATORS, *OF_SIGNED_IN, *OF_EVERYBODY, *addresses(things)}
    assert {each.path for each in user_routes() if "plotly" not in each.path} == keyed


def others_tokens(store: Runs, things: Things) -> list[str]:
    """Tokens that open something else, or nothing: of Bob's run and study, of Ann's for another kind, and made up."""
    bob = student("bob")
    run, study = store.submit(digits(), bob), store.submit_study(Study.of(Seeds(), digits(), 1), bob)
    own = store.token(things.run_id, ANN)
    return [store.token(run, bob), store.study_token(study, bob), own[:-1], own[::-1], f"{own}0", "", "0" * len(own)]


def test_no_address_tells_anything_to_who_shows_anothers_token(
    store: Runs, things: Things, client: TestClient, note: Note
) -> None:
    told, asked = [], 0
    wrong = others_tokens(store, things)
    crossed = {True: store.token(things.run_id, ANN), False: store.study_token(things.study_id, ANN)}
    for path, address in addresses(things).items():
        right = crossed["study" not in path]
        if path != "/live/stream":  # which would follow the run for ever
            assert client.get(address(right)).status_code != 403, path  # the token is what opens it
        for token in (*wrong, crossed["study" in path]):
            for answer in asked_both_ways(client, address(token)):
                asked += 1
                told += [] if answer.status_code in REFUSED else [f"{path}: {answer.status_code}"]
    for answer in unsigned(store, things, client):
        asked += 1
        told += [] if answer.status_code in REFUSED else [f"{answer.url}: {answer.status_code}"]
    note(Figure(8, "leaks, every route × another's token", (float(len(told)),), "", 0, "all", asked, "requests"))
    assert told == []


def asked_both_ways(client: TestClient, address: str, **headers: str) -> list[httpx.Response]:
    return [client.get(address, headers=headers), client.post(address, content=b"{}", headers=headers)]


def unsigned(store: Runs, things: Things, client: TestClient) -> Iterator[httpx.Response]:
    """What needs a key of a class, a browser that has signed in, or the operator's token; shown others."""
    theirs = store.class_key(things.class_id, TIA)
    key = store.class_key(things.bobs_class, OTHERS[-2])
    for wrong in ("", "x", theirs[:-1], theirs.replace(things.class_id, things.bobs_class),
                  key.replace(things.bobs_class, things.class_id), things.class_id):  # fmt: skip
        yield client.get(f"/class/shown?key={wrong}")
        yield client.post(f"/class/epoch?key={wrong}", json={"epoch": 1})
    for path in OF_SIGNED_IN:
        for value in ("", "x", things.class_id, store.token(things.run_id, ANN)):
            yield from asked_both_ways(client, path, cookie=f"{identity.SESSION_COOKIE}={value}")
    for sent in ("", "x", store.token(things.run_id, ANN)):
        yield client.get(OF_OPERATORS, headers={"authorization": f"Bearer {sent}"})
