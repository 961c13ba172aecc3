"""The door of a class, asked as a browser asks: by addresses, forms and cookies."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dlcore.access import FIRST_TEACHER, ME, OPERATOR, Viewer
from dlcore.runs import Runs, browser_link
from dlcore.runs.store import rows
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving import class_routes, identity, work_routes
from dlcore.serving.hosts import Hosts, Names
from tests.runs.living import digits

HERE = "http://testserver"
BLOCKED = "do not belong together"


@pytest.fixture(autouse=True)
def _for_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLCORE_CLASSES", "true")


@pytest.fixture
def client(store: Runs) -> Iterator[TestClient]:
    middleware = [Middleware(Hosts, names=lambda: Names("127.0.0.1", ["testserver"])), Middleware(identity.Visitors)]
    app = Starlette(routes=[*class_routes.routes, *work_routes.routes, *identity.routes], middleware=middleware)
    with TestClient(app, base_url=HERE, follow_redirects=False, headers={"accept": "text/html"}) as client:
        yield client


@pytest.fixture
def seventh(store: Runs) -> SchoolClass:
    return store.make_class("7b", FIRST_TEACHER)


def join(client: TestClient, code: str, name: str, word: str = "blue sky", way: str = "new", **more: str) -> str:
    """Post the form; what the page says, empty where it leads on into the app."""
    fields = {"code": code, "name": name, "word": word, "way": way, **more}
    answer = client.post("/join", data=fields, headers={"origin": HERE})
    return "" if answer.status_code == 303 else answer.text


def viewer(client: TestClient) -> Viewer:
    return identity.viewer_of(dict(client.cookies))


def test_a_student_joins_and_comes_back_in_another_browser(
    client: TestClient, store: Runs, seventh: SchoolClass
) -> None:
    assert seventh.code in client.get(f"/join?code={seventh.code}").text
    assert join(client, seventh.code, "Ann") == ""
    ann = viewer(client)
    assert [each.name for each in store.members(seventh.id, FIRST_TEACHER)] == [ann.name]
    assert ann.role == "student"
    client.cookies.clear()
    assert viewer(client) != ann
    assert BLOCKED in join(client, seventh.code, "Ann", "red sky", "back")
    assert viewer(client) != ann
    assert join(client, seventh.code, "Ann", way="back") == ""
    assert viewer(client) == ann


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient, seventh: SchoolClass) -> None:
    fields = {"code": seventh.code, "name": "Ann", "word": "blue sky", "way": "new"}
    answer = client.post("/join", data=fields, headers={"origin": HERE})
    (cookie,) = [each for each in answer.headers.get_list("set-cookie") if identity.SESSION_COOKIE in each]
    assert re.search("Path=/; Max-Age=\\d+; HttpOnly; SameSite=Lax$", cookie)


def test_a_form_of_another_page_is_refused(client: TestClient, store: Runs, seventh: SchoolClass) -> None:
    fields = {"code": seventh.code, "name": "Ann", "word": "blue sky", "way": "new"}
    for origin in ("http://evil.example", "null"):
        for path in ("/join", "/signout"):
            assert client.post(path, data=fields, headers={"origin": origin}).status_code == 403
    assert store.members(seventh.id, FIRST_TEACHER) == []


def test_the_second_of_a_name_is_told_what_to_type(client: TestClient, seventh: SchoolClass) -> None:
    join(client, seventh.code, "Ann")
    first = viewer(client)
    said = join(client, seventh.code, "Ann", "red sky")
    assert "You are Ann 2 here" in said
    second = viewer(client)
    assert first != second
    join(client, seventh.code, "Ann 2", "red sky", "back")
    assert viewer(client) == second


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "🦊 שלום", "x" * 200, '"><img src=x>'])
def test_a_name_is_text_and_nothing_else(client: TestClient, store: Runs, seventh: SchoolClass, name: str) -> None:
    wrong = join(client, "NOCLASS2", name)
    assert BLOCKED in wrong
    join(client, seventh.code, name)
    assert store.profile(viewer(client)).called == name
    shown = wrong + client.get("/signout").text + client.get("/join").text
    assert "<script" not in shown
    assert "<img" not in shown


def test_bad_fields_are_named_and_nobody_joins(client: TestClient, store: Runs, seventh: SchoolClass) -> None:
    assert "A name must have 1 to 200 characters, not 0." in join(client, seventh.code, "  ")
    assert "not 201." in join(client, seventh.code, "x" * 201)
    assert "A word must have 4 to 60 characters, not 3." in join(client, seventh.code, "Ann", "abc")
    assert client.post("/join", content=b"code=" + b"x" * 20_000).status_code == 413
    assert client.post("/join", content=b"&".join([b"a=1"] * 50)).status_code == 413
    raw = b"code=%ff%00&name=%ff&word=blue+sky&way=new"
    assert BLOCKED in client.post("/join", content=raw, headers={"origin": HERE}).text
    assert store.members(seventh.id, FIRST_TEACHER) == []


def test_after_five_wrong_codes_the_right_one_waits_too(
    client: TestClient, seventh: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "now", lambda: 1_000_000.0)
    said = [join(client, "NOCLASS2", "Ann") for _try in range(6)]
    assert [BLOCKED in each for each in said] == [True] * 5 + [False]
    assert "Too many tries" in said[5]
    assert "Too many tries" in join(client, seventh.code, "Ann")


def test_a_newcomers_work_comes_along_if_they_want(client: TestClient, store: Runs, seventh: SchoolClass) -> None:
    assert "carry" not in client.get("/join").text
    before = viewer(client)
    run_id = store.submit(digits(), before)
    assert 'name="carry"' in client.get("/join").text
    join(client, seventh.code, "Bob")
    assert store.status(run_id, before)
    join(client, seventh.code, "Ann", carry="1")
    assert store.status(run_id, viewer(client)).owner == viewer(client).name != before.name


def test_signing_out_leads_back_to_who_the_browser_was(client: TestClient, seventh: SchoolClass) -> None:
    client.get("/join")
    before = viewer(client)
    join(client, seventh.code, "Ann")
    assert "your name Ann" in client.get("/signout").text
    assert viewer(client) != before
    assert client.post("/signout", headers={"origin": HERE}).status_code == 303
    assert viewer(client) == before


def test_the_address_of_the_console_makes_the_first_teacher(client: TestClient, store: Runs) -> None:
    client.get(f"/me?code={browser_link.new_code(store.settings.home)}")
    assert viewer(client) == FIRST_TEACHER
    client.post("/signout", headers={"origin": HERE})
    assert viewer(client).role == "student"


def test_an_invited_teacher_comes_in_once(client: TestClient, store: Runs) -> None:
    code = store.invite_teacher("Lee", OPERATOR)
    assert client.get(f"/teacher?code={code}", headers={"purpose": "prefetch"}).status_code == 503
    taken = client.get(f"/teacher?code={code}")
    assert (taken.status_code, taken.headers["location"]) == (303, "./classroom")
    assert store.profile(viewer(client)).called == "Lee"
    assert viewer(client).role == "teacher"
    assert client.get(f"/teacher?code={code}").status_code == 403


@pytest.mark.parametrize("path", ["/join", "/teacher?code=x", "/signout"])
def test_in_chinese_too(client: TestClient, path: str) -> None:
    assert re.search("[一-龥]", client.get(path, headers={"accept-language": "zh-CN"}).text)


def test_where_the_server_is_for_one_learner_there_is_no_door_and_no_role(
    client: TestClient, store: Runs, seventh: SchoolClass, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(client, seventh.code, "Ann")
    ann = viewer(client)
    monkeypatch.delenv("DLCORE_CLASSES")
    assert [client.get(path).status_code for path in ("/join", "/teacher?code=x", "/signout")] == [404] * 3
    assert viewer(client) != ann
    client.get(f"/me?code={browser_link.new_code(store.settings.home)}")
    assert viewer(client) == ME


def test_a_student_takes_all_their_work_along_and_nobody_elses(
    client: TestClient, store: Runs, seventh: SchoolClass
) -> None:
    assert [client.get(path).status_code for path in ("/work", "/forget")] == [403, 403]
    other = store.submit(digits(), store.join_class(seventh.code, "Bob", "red sky", "there"))
    join(client, seventh.code, "Ann")
    run_id = store.submit(digits(), viewer(client), name="hers")
    answer = client.get("/work")
    assert 'filename="Ann.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert f"runs/{run_id}/experiment.yaml" in archive.namelist()
        assert not [each for each in archive.namelist() if other in each]
    assert list((store.settings.home / "exports").iterdir()) == []


def test_a_student_deletes_all_their_work_by_a_form_of_this_server_alone(
    client: TestClient, store: Runs, seventh: SchoolClass
) -> None:
    join(client, seventh.code, "Ann")
    ann = viewer(client)
    store.submit(digits(), ann)
    assert client.post("/forget", headers={"origin": "http://evil.example"}).status_code == 403
    assert "Nobody can bring them back" in client.get("/forget").text
    assert len(store.list(ann)) == 1
    assert client.post("/forget", headers={"origin": HERE}).status_code == 303
    assert (store.list(ann), store.members(seventh.id, FIRST_TEACHER)) == ([], [])
    assert viewer(client) != ann
    assert client.post("/forget", headers={"origin": HERE}).status_code == 403


def test_a_teacher_takes_and_deletes_nothing_by_these_addresses(client: TestClient, store: Runs) -> None:
    client.get(f"/teacher?code={store.invite_teacher('Lee', OPERATOR)}")
    assert viewer(client).role == "teacher"
    assert [client.get("/work").status_code, client.post("/forget").status_code] == [403, 403]
