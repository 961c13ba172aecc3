"""A server for classes whose school has an identity provider, and a browser before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dlcore.access import FIRST_TEACHER
from dlcore.runs import Runs
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving import class_routes, identity, oidc_routes, work_routes
from dlcore.serving.hosts import Hosts, Names
from tests.serving.identity_provider import IdentityProvider

HERE = "http://testserver"


@pytest.fixture(scope="module")
def school() -> Iterator[IdentityProvider]:
    """The identity provider, for the tests of a file."""
    school = IdentityProvider()
    school.start()
    yield school
    school.stop()


@pytest.fixture
def provider(school: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> IdentityProvider:
    """It, as it should be, and trusted here."""
    school.reset()
    school.people = {"anna": {"name": "Anna Müller"}, "lee": {"name": "Ms Lee"}}
    for name, value in school.environment().items():
        monkeypatch.setenv(name, value)
    return school


@pytest.fixture
def browser(store: Runs) -> Iterator[Callable[[], TestClient]]:
    """Makes browsers, each with cookies of its own."""
    middleware = [Middleware(Hosts, names=lambda: Names("127.0.0.1", ["testserver"])), Middleware(identity.Visitors)]
    routes = [*class_routes.routes, *work_routes.routes, *oidc_routes.routes]
    app = Starlette(routes=routes, middleware=middleware)
    opened: list[TestClient] = []

    def open_browser() -> TestClient:
        accept = {"accept": "text/html", "accept-language": "en"}
        opened.append(TestClient(app, base_url=HERE, follow_redirects=False, headers=accept))
        return opened[-1]

    yield open_browser
    for each in opened:
        each.close()


@pytest.fixture
def seventh(store: Runs) -> SchoolClass:
    return store.make_class("7b", FIRST_TEACHER)
