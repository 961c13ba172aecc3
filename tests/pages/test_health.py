"""The health route says whether runs are trained, with a reason; browsers get their page all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from dlcore.i18n import N_, Text
from dlcore.runs import workforce
from dlcore.runs.workforce import Workforce
from dlcore.serving import health
from dlcore.serving.store import runs


class Keeper:
    """A keeper whose dispatcher serves, or not."""

    def __init__(self) -> None:
        self.told: Text | None = None

    def trouble(self) -> Text | None:
        return self.told


async def _streamlits(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


@pytest.fixture
def keeper(home: Path) -> Keeper:
    keeper = Keeper()
    health.watch(keeper)  # type: ignore[arg-type]
    runs()
    return keeper


@pytest.fixture
def browser(keeper: Keeper) -> TestClient:
    routes = [*health.routes, Route(health.STREAMLITS, _streamlits)]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(health.Health)]))


def test_a_server_that_trains_is_healthy(browser: TestClient) -> None:
    answer = browser.get("/health")
    assert (answer.status_code, answer.json()) == (
        200,
        {"ok": True, "database": "ok", "dispatcher": "ok", "workers": "ok"},
    )
    assert browser.get(health.STREAMLITS).text == "ok"


def test_without_a_dispatcher_it_is_not_and_says_why(browser: TestClient, keeper: Keeper) -> None:
    keeper.told = Text(N_("No dispatcher serves {home}: runs wait. Its log says why."), home="/home/ann")
    for address in ("/health", health.STREAMLITS):
        answer = browser.get(address)
        assert answer.status_code == 503
        assert answer.json() == {"ok": False, "database": "ok", "dispatcher": str(keeper.told), "workers": "ok"}


def test_without_a_worker_it_is_not_but_where_a_cluster_comes_and_goes(browser: TestClient, home: Path) -> None:
    workforce.write(home, Workforce([], 0, None, without_seconds=10))
    assert browser.get("/health").json()["workers"] == "ok"  # it starts
    workforce.write(home, Workforce([], 0, None, without_seconds=120))
    answer = browser.get("/health")
    assert answer.status_code == 503
    assert "2 min" in answer.json()["workers"]
    workforce.write(home, Workforce([], 0, "tls://elsewhere:8786", without_seconds=120))
    assert browser.get("/health").status_code == 200


@pytest.mark.parametrize("damage", ["gone", "emptied", "overwritten"])
def test_without_a_database_it_is_not_and_makes_none(browser: TestClient, home: Path, damage: str) -> None:
    file = home / "dlcore.db"
    if damage == "gone":
        file.unlink()
    else:
        file.write_bytes(b"" if damage == "emptied" else b"no database" * 1000)
    answer = browser.get("/health")
    assert answer.status_code == 503
    assert "dlcore.db" in answer.json()["database"]
    assert file.exists() == (damage != "gone")


def test_browsers_are_given_their_page(browser: TestClient, keeper: Keeper) -> None:
    keeper.told = Text("nobody")
    answer = browser.get(health.STREAMLITS, headers={"Sec-Fetch-Mode": "cors"})
    assert (answer.status_code, answer.text) == (200, "ok")
