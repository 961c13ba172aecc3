"""The room of a class through Streamlit's own test harness: who finds it, and what its forms keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import FIRST_TEACHER, ME, OPERATOR, Viewer
from dlcore.access.quotas import QUOTAS
from dlcore.runs import Runs
from dlcore.serving import identity
from pages.components.shared import keys

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"


def opened(monkeypatch: pytest.MonkeyPatch, viewer: Viewer, **query: str) -> AppTest:
    monkeypatch.setenv("DLCORE_CLASSES", "true")
    monkeypatch.setattr(identity, "newcomer", lambda: viewer)
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.run()
    page.switch_page("classroom.py")
    page.query_params.update(query)
    page.run()
    assert not page.exception
    return page


def test_a_teacher_makes_classes_and_sees_one_at_a_time(store: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(monkeypatch, FIRST_TEACHER)
    for name in ("7b", "<i>8a</i>"):
        page.text_input(keys.CLASS_NAME).set_value(name)
        page.button[0].click().run()
        assert not page.exception
    chosen = page.selectbox(keys.CLASS)
    assert chosen.options == ["<i>8a</i>", "7b"]
    assert chosen.value == store.classes(FIRST_TEACHER)[0].id
    chosen.select("7b").run()
    code = store.classes(FIRST_TEACHER)[1].code
    assert page.code[0].value.endswith(f"/join?code={code}")


def test_a_name_that_is_none_is_refused_with_a_sentence(store: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened(monkeypatch, FIRST_TEACHER)
    page.text_input(keys.CLASS_NAME).set_value("   ")
    page.button[0].click().run()
    assert "A name must have 1 to 200 characters" in page.error[0].value
    assert store.classes(FIRST_TEACHER) == []


def test_the_form_keeps_what_is_other_than_declared(store: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    seventh = store.make_class("7b", FIRST_TEACHER)
    page = opened(monkeypatch, FIRST_TEACHER, section="limits")
    field = f"{keys.CLASS_QUOTAS}.{seventh.id}.student"
    page.number_input(f"{field}.running").set_value(1)
    page.number_input(f"{field}.bytes").set_value(500)
    page.button[-1].click().run()
    assert not page.exception
    assert page.success
    allowed = store.class_quotas(seventh.id, FIRST_TEACHER)
    assert (allowed["student"].running, allowed["student"].bytes) == (1, 500_000_000)
    assert allowed["teacher"] == QUOTAS["teacher"]


def test_nobody_else_has_such_a_page(store: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    lee = store.open_invitation(store.invite_teacher("Lee", OPERATOR))
    assert lee is not None
    made = store.make_class("hers", lee)
    page = opened(monkeypatch, FIRST_TEACHER, **{"class": made.id})
    assert "You have no class yet" in page.markdown[0].value
    monkeypatch.setattr(identity, "newcomer", lambda: ME)
    with pytest.raises(ValueError, match="classroom"):
        AppTest.from_file(str(NAVIGATION), default_timeout=60).run().switch_page("classroom.py").run()
