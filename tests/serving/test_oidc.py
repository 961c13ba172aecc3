"""Signing in by a school's identity provider, a server of its own here: roles, classes and cookies stay ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from dlcore.access import FIRST_TEACHER, OPERATOR, Viewer
from dlcore.runs import Runs
from dlcore.runs.store import rows
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving import identity
from dlcore.serving.oidc_cookie import COOKIE
from tests.runs.living import digits
from tests.serving.conftest import HERE
from tests.serving.identity_provider import IdentityProvider

Open = Callable[[], TestClient]
BUTTON = "Sign in with Green School"


def come(client: TestClient, provider: IdentityProvider, account: str, code: str = "", **fields: str) -> str:
    """Go there and back; what the page says, empty where it leads on into the app."""
    there = client.post("/oidc", data={"code": code, "name": "x", "word": "x", **fields}, headers={"origin": HERE})
    assert there.status_code == 303, there.text
    answer = client.get(provider.sign_in(there.headers["location"], account))
    if answer.status_code == 303:
        assert answer.headers["location"] == "../"
        return ""
    return answer.text


def ask(client: TestClient, code: str, **fields: str) -> str:
    """Type the code of a class on the page that asks for it; what the page says."""
    answer = client.post("/oidc/back", data={"code": code, **fields}, headers={"origin": HERE})
    return "" if answer.status_code == 303 else answer.text


def viewer(client: TestClient) -> Viewer:
    return identity.viewer_of(dict(client.cookies))


def called(store: Runs, school_class: SchoolClass) -> list[str]:
    return [each.called for each in store.members(school_class.id, FIRST_TEACHER)]


def invited(client: TestClient, store: Runs) -> Viewer:
    """The teacher whom this browser is from now on."""
    client.get(f"/teacher?code={store.invite_teacher('Lee', OPERATOR)}")
    assert viewer(client).role == "teacher"
    return viewer(client)


def tie(client: TestClient, provider: IdentityProvider, account: str) -> str:
    """What a teacher is told who ties an identity."""
    there = client.post("/oidc/teacher", data={"way": ""}, headers={"origin": HERE})
    return client.get(provider.sign_in(there.headers["location"], account)).text


def test_a_student_joins_by_the_code_that_was_typed_and_comes_back_without_it(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    first, second = browser(), browser()
    assert BUTTON in first.get(f"/join?code={seventh.code}").text
    assert come(first, provider, "anna", f" {seventh.code[:4].lower()} {seventh.code[4:]}") == ""
    assert called(store, seventh) == ["Anna Müller"]
    assert come(second, provider, "anna") == ""
    assert viewer(first) == viewer(second) == Viewer(store.members(seventh.id, FIRST_TEACHER)[0].name, "student")
    assert come(second, provider, "anna", seventh.code) == ""
    assert called(store, seventh) == ["Anna Müller"]


def test_who_comes_without_a_code_is_asked_for_it(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    client = browser()
    said = come(client, provider, "anna")
    assert "Green School knows you, and you are in no class here yet." in said
    assert identity.session_viewer(dict(client.cookies)) is None
    assert "There is no class with this code." in ask(client, "NOCLASS2")
    assert "There is no class with this code." in ask(client, "")
    assert ask(client, seventh.code) == ""
    assert called(store, seventh) == ["Anna Müller"]
    assert COOKIE not in client.cookies


def test_wrong_codes_are_slowed_by_the_same_count_as_at_the_door(
    browser: Open, provider: IdentityProvider, seventh: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "now", lambda: 1_000_000.0)
    client = browser()
    said = [come(client, provider, "anna", "NOCLASS2")] + [ask(client, "NOCLASS2") for _try in range(3)]
    assert ["There is no class with this code." in each for each in said] == [True] * 4
    fields = {"code": "NOCLASS2", "name": "Ann", "word": "blue sky", "way": "new"}
    assert "do not belong together" in client.post("/join", data=fields, headers={"origin": HERE}).text
    assert "Too many tries" in ask(client, seventh.code)
    assert "Too many tries" in client.post("/join", data=fields, headers={"origin": HERE}).text
    assert "Too many tries" in come(browser(), provider, "anna", seventh.code)


def test_the_second_of_a_name_is_numbered_and_no_word_lets_either_in(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    provider.people["anna2"] = {"name": "Anna Müller"}
    come(browser(), provider, "anna", seventh.code)
    come(browser(), provider, "anna2", seventh.code)
    assert called(store, seventh) == ["Anna Müller", "Anna Müller 2"]
    first, _second = store.members(seventh.id, FIRST_TEACHER)
    word = store.reset_word(seventh.id, first.name, FIRST_TEACHER)
    assert store.sign_in(seventh.code, "Anna Müller", word, "here").name == first.name


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({"name": "<script>alert(1)</script>"}, "<script>alert(1)</script>"),
        ({"name": "\u202eannA\u202c  \n\t Müller\x00"}, "annA Müller"),
        ({"name": "שלום"}, "שלום"),
        ({"name": "x" * 200}, "x" * 200),
        ({"name": "x" * 5_000}, "x" * 200),
        ({"name": "🦊" * 5_000}, "🦊" * 200),
        ({"name": " "}, "Student"),
        ({"name": 7}, "Student"),
        ({}, "Student"),
        ({"preferred_username": "anna.m"}, "anna.m"),
    ],
)
def test_a_name_claim_is_cleaned_as_a_typed_name_is(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass, told: dict[str, object], shown: str
) -> None:
    provider.people["anna"] = told
    client = browser()
    said = come(client, provider, "anna") + ask(client, "NOCLASS2")
    assert len(client.cookies[COOKIE]) < 4_000  # a browser keeps no larger one
    assert ask(client, seventh.code) == ""
    assert called(store, seventh) == [shown]
    assert "<script" not in said + client.get("/signout").text


def test_a_name_that_only_the_provider_s_own_page_about_people_tells_is_asked_there(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    provider.people |= {"anna": {}, "userinfo:anna": {"name": "Anna"}, "bob": {}}
    provider.people["userinfo:bob"] = {"name": "Somebody else", "sub": "carol"}
    come(browser(), provider, "anna", seventh.code)
    come(browser(), provider, "bob", seventh.code)
    assert called(store, seventh) == ["Anna", "Student"]


def test_a_student_comes_into_a_second_class_with_its_code_and_is_the_same(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    eighth = store.make_class("8a", FIRST_TEACHER)
    client = browser()
    come(client, provider, "anna", seventh.code)
    anna = viewer(client)
    assert come(client, provider, "anna", eighth.code) == ""
    assert viewer(client) == anna
    assert [each.name for each in store.members(eighth.id, FIRST_TEACHER)] == [anna.name]
    said = come(client, provider, "anna", "NOCLASS2")
    assert "There is no class with this code." in said
    assert 'href="../"' in said
    assert viewer(client) == anna


def test_a_newcomers_work_comes_along_if_they_want(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    client = browser()
    client.get("/join")
    before = viewer(client)
    run_id = store.submit(digits(), before)
    come(client, provider, "bob", seventh.code)
    assert store.status(run_id, before)
    client.post("/signout", headers={"origin": HERE})
    assert 'name="carry"' in come(client, provider, "anna", carry="1")
    ask(client, seventh.code, carry="1")
    assert store.status(run_id, viewer(client)).owner == viewer(client).name != before.name


def test_signing_out_ends_it_here_and_says_how_to_come_back(
    browser: Open, provider: IdentityProvider, seventh: SchoolClass
) -> None:
    client = browser()
    client.get("/join")
    before = viewer(client)
    come(client, provider, "anna", seventh.code)
    anna = viewer(client)
    assert "To come back, sign in with Green School." in client.get("/signout").text
    client.post("/signout", headers={"origin": HERE})
    assert viewer(client) == before
    come(client, provider, "anna")
    assert viewer(client) == anna


def test_who_is_removed_is_signed_out_and_known_no_more(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    client = browser()
    come(client, provider, "anna", seventh.code)
    store.remove_member(seventh.id, viewer(client).name, FIRST_TEACHER)
    assert identity.session_viewer(dict(client.cookies)) is None
    assert "you are in no class here yet" in come(client, provider, "anna")


def test_who_deletes_all_their_work_is_known_no_more(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    client = browser()
    come(client, provider, "anna", seventh.code)
    assert client.post("/forget", headers={"origin": HERE}).status_code == 303
    assert "you are in no class here yet" in come(client, provider, "anna")
    assert called(store, seventh) == []


def test_a_student_made_one_with_another_comes_in_as_that_one(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    first = store.join_class(seventh.code, "Ann", "blue sky", "here")
    client = browser()
    come(client, provider, "anna", seventh.code)
    store.merge_members(seventh.id, viewer(client).name, first.name, FIRST_TEACHER)
    assert come(client, provider, "anna") == ""
    assert viewer(client) == first


def test_a_teacher_who_was_invited_ties_an_identity_and_comes_back_by_it(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    client, other = browser(), browser()
    lee = invited(client, store)
    assert "Sign in with Green School from now on" in client.get("/oidc/teacher").text
    said = tie(client, provider, "lee")
    assert provider.asked["prompt"] == "login"
    assert "Green School lets you in as the teacher Lee." in said
    assert "There you are Ms Lee." in said
    assert come(other, provider, "lee") == ""
    assert viewer(other) == lee
    assert come(other, provider, "lee", seventh.code) == ""
    assert (viewer(other), called(store, seventh)) == (lee, [])
    other.post("/oidc/teacher", data={"way": "forget"}, headers={"origin": HERE})
    assert "Sign in with Green School from now on" in other.get("/oidc/teacher").text
    assert "you are in no class here yet" in come(browser(), provider, "lee")


def test_a_teacher_whom_the_operator_signs_out_is_let_in_by_the_provider_no_more(
    browser: Open, provider: IdentityProvider, store: Runs
) -> None:
    client = browser()
    invited(client, store)
    tie(client, provider, "lee")
    store.sign_teacher_out("Lee", OPERATOR)
    assert "you are in no class here yet" in come(client, provider, "lee")


def test_nobody_becomes_a_teacher_by_the_provider(
    browser: Open, provider: IdentityProvider, store: Runs, seventh: SchoolClass
) -> None:
    provider.people["anna"] = {"name": "Anna", "role": "teacher", "groups": ["teachers", "admin"]}
    client = browser()
    come(client, provider, "anna", seventh.code)
    anna = viewer(client)
    assert anna.role == "student"
    answers = [client.get("/oidc/teacher"), client.post("/oidc/teacher", data={"way": ""}, headers={"origin": HERE})]
    assert [each.status_code for each in answers] == [403, 403]
    teacher = browser()
    lee = invited(teacher, store)
    assert "Somebody else comes in by this already" in tie(teacher, provider, "anna")
    assert (viewer(teacher), come(client, provider, "anna"), viewer(client)) == (lee, "", anna)


def test_a_form_of_another_page_ties_nothing(browser: Open, provider: IdentityProvider, store: Runs) -> None:
    client = browser()
    invited(client, store)
    for path in ("/oidc", "/oidc/back", "/oidc/teacher"):
        assert client.post(path, data={"way": ""}, headers={"origin": "http://evil.example"}).status_code == 403


def test_a_teacher_who_signs_out_while_away_ties_nothing(
    browser: Open, provider: IdentityProvider, store: Runs
) -> None:
    client = browser()
    lee = invited(client, store)
    there = client.post("/oidc/teacher", data={"way": ""}, headers={"origin": HERE}).headers["location"]
    client.post("/signout", headers={"origin": HERE})
    assert "You are signed out here meanwhile" in client.get(provider.sign_in(there, "lee")).text
    assert not store.has_identity(lee)


def test_behind_a_proxy_the_provider_leads_back_to_the_name_and_scheme_of_the_outside(
    browser: Open, provider: IdentityProvider
) -> None:
    client = browser()
    outside = TestClient(ProxyHeadersMiddleware(client.app, "*"), base_url=HERE, follow_redirects=False)
    answer = outside.get("/oidc", headers={"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.7"})
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["redirect_uri"] == ["https://testserver/oidc/back"]
    (kept,) = [each for each in answer.headers.get_list("set-cookie") if each.startswith(COOKIE)]
    assert re.search("Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$", kept)


def test_in_chinese_there_and_back(browser: Open, provider: IdentityProvider) -> None:
    client = browser()
    client.headers["accept-language"] = "zh-CN"
    there = client.get("/oidc").headers["location"]
    assert parse_qs(urlsplit(there).query)["ui_locales"] == ["zh-CN"]
    client.headers["accept-language"] = "en"
    assert re.search("[一-龥]", client.get(provider.sign_in(there, "anna")).text)


@pytest.mark.parametrize("without", ["DLCORE_CLASSES", "DLCORE_OIDC"])
def test_where_it_is_not_set_there_is_nothing_of_it(
    browser: Open, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    for name in provider.environment():
        if name.startswith(without):
            monkeypatch.delenv(name)
    client = browser()
    assert [client.get(path).status_code for path in ("/oidc", "/oidc/back", "/oidc/teacher")] == [404] * 3
    assert client.post("/oidc", headers={"origin": HERE}).status_code == 404
    assert "Sign in with" not in client.get("/join").text
