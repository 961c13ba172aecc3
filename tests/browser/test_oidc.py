"""A school's identity provider before a server that is served with it: a student in two browsers, a proxy, the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Page

from dlcore.access import FIRST_TEACHER, student
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.expecting import expect
from tests.serving.identity_provider import SECRET, IdentityProvider

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUTTON = "Sign in with Green School"


@pytest.fixture(scope="module")
def school() -> Iterator[IdentityProvider]:
    school = IdentityProvider()
    school.people = {"anna": {"name": "Anna <b>Müller</b>"}}
    school.start()
    yield school
    school.stop()


@pytest.fixture(scope="module")
def served(school: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server for classes that trusts the school."""
    served = Served(tmp_path_factory.mktemp("served") / "home")
    served.home.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (school.environment() | {"DLCORE_ALLOWED_HOSTS": "learn.example.org"}).items():
            patch.setenv(name, value)
        served.start()
        yield served
        served.stop()


def sign_in(page: Page, account: str) -> None:
    page.get_by_role("button", name=BUTTON).click()
    page.get_by_label("Account").fill(account)
    page.get_by_role("button", name="Sign in").click()


def test_a_student_joins_by_the_provider_and_comes_back_in_another_browser(
    visitor: Callable[..., Page], served: Served
) -> None:
    with Runs(Settings(home=served.home)) as store:
        seventh = store.make_class("7b", FIRST_TEACHER)
        first = visitor("join")
        first.get_by_label("Code of the class").fill(seventh.code.lower())
        sign_in(first, "anna")
        account = first.get_by_role("button", name="Anna <b>Müller</b>")
        expect(account).to_be_visible()
        assert first.url == f"{served.address}/"

        second = visitor("join")
        sign_in(second, "anna")
        expect(second.get_by_role("button", name="Anna <b>Müller</b>")).to_be_visible()
        cookies = [{each["name"]: each["value"] for each in page.context.cookies()} for page in (first, second)]
        viewers = {store.session_viewer(each["dlcore_session"]) for each in cookies}
        (member,) = store.members(seventh.id, FIRST_TEACHER)
        assert viewers == {student(member.name)}
        assert member.called == "Anna <b>Müller</b>"
    assert SECRET not in (served.home.parent / "server.log").read_text()


def test_behind_a_proxy_the_provider_leads_back_to_the_outside(served: Served) -> None:
    headers = {"host": "learn.example.org", "x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"}
    answer = httpx.get(f"{served.address}/oidc", headers=headers)
    assert answer.status_code == 303
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://learn.example.org/oidc/back"]
