"""The operator's page: who may see it, what it tells of everybody's runs, and what its buttons do."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import FIRST_TEACHER, OPERATOR, Viewer, student
from dlcore.i18n import Text
from dlcore.runs import Runs, workforce
from dlcore.runs.store import rows
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.engine import writing
from dlcore.runs.workforce import SeenWorker, Workforce
from dlcore.serving import identity
from pages.components.shared import keys
from tests.runs.living import digits

NAVIGATION = Path(__file__).parents[2] / "pages" / "navigation.py"
TOKEN = "an operator's secret"


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLCORE_METRICS_TOKEN", TOKEN)


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor is not «me»."""
    monkeypatch.setattr(identity, "newcomer", lambda: student("zoe"))


def opened() -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.run()
    page.switch_page("operations.py").run()
    assert not page.exception
    return page


def said(page: AppTest) -> str:
    return "\n".join(str(each.value) for each in (*page.markdown, *page.caption, *page.error, *page.info, *page.code))


def show_token(page: AppTest, sent: str) -> AppTest:
    page.text_input(key=keys.OPERATOR_TOKEN).set_value(sent)
    return page.button[0].click().run()


@pytest.fixture
def failing(store: Runs) -> str:
    """Runs of three owners: one trains, one waits, one failed; the id of the last."""
    owners = ("ann", "bob", "cy")
    run_id, trains, _waits = (store.submit(digits(9), student(each), name=f"{each}'s") for each in owners)
    assert Dispatch(store._engine, "test").claim(trains)
    error = Text("The <b>disk</b> broke.").to_json()
    with writing(store._engine) as connection:
        rows.change(connection, run_id, {"state": "failed", "error": error, "finished_at": rows.now()})
    workforce.write(store.settings.home, Workforce([SeenWorker("vm:7", 400_000_000, trains)], 0, None))
    return run_id


@pytest.mark.usefixtures("somebody", "failing")
def test_a_learner_sees_nothing_of_it_without_a_token() -> None:
    page = opened()
    assert not page.text_input
    assert "DLCORE_METRICS_TOKEN" in said(page)
    assert "ann" not in said(page)


@pytest.mark.usefixtures("token", "somebody", "failing")
def test_the_token_opens_it_and_nothing_else_does() -> None:
    page = opened()
    for wrong in ("", TOKEN[:-1], TOKEN + "x", "密码"):
        page = show_token(page, wrong)
        assert "not the token" in said(page)
        assert "ann" not in said(page)
    page = show_token(page, TOKEN)
    assert "ann's" in said(page)


@pytest.mark.usefixtures("failing")
def test_at_the_own_machine_it_tells_of_everybodys_runs_and_of_the_machine() -> None:
    told = said(opened())
    for each in ("bob's", "cy's", "place 1", "ann's", "SQLite"):
        assert each in told
    assert r"\<b\>disk" in told or "&lt;b&gt;disk" in told
    frame = opened().dataframe[0].value
    assert frame.iloc[0].tolist() == ["vm:7", "400 MB", "bob's"]


@pytest.mark.usefixtures("failing")
def test_who_took_the_address_of_the_console_is_operator_where_the_server_is_for_classes_and_a_teacher_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(identity, "newcomer", lambda: FIRST_TEACHER)
    assert "ann's" in said(opened())
    monkeypatch.setattr(identity, "newcomer", lambda: Viewer("tia", "teacher"))
    assert "ann's" not in said(opened())


def test_its_buttons_act_on_anybodys_run(store: Runs, failing: str) -> None:
    page = opened()
    training, waiting = store.under_way(OPERATOR)
    page.button(key=f"{keys.OPERATE}.pause.{training.id}").click().run()
    assert store.status(training.id, OPERATOR).command == "pause"
    page.button(key=f"{keys.OPERATE}.stop.{waiting.id}").click().run()
    assert store.status(waiting.id, OPERATOR).state == "stopped"
    assert f"{keys.OPERATE}.resume.{failing}" not in [each.key for each in page.button]  # nothing to go on from
