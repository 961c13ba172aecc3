"""A teacher gives the class the experiment on the desk as a task, and sees who has handed in what."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import Viewer
from dlcore.experiment import Experiment
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.csv_file import csv_file
from dlcore.serving.submission_checks import submission_checks
from pages.components.classroom.task_results import as_frame
from pages.components.shared import draft, keys
from tests.pages.test_sharing import said
from tests.pages.test_studio import NAVIGATION
from tests.runs.living import digits
from tests.runs.tasks import finish

TIA = Viewer("tia", "teacher")
TASK = Assignment(locks=("data",), score=0.7)


@pytest.fixture(autouse=True)
def _unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread measures what a test hands in: its weights are none."""
    monkeypatch.setattr(submission_checks, "begin", lambda found: None)


@pytest.fixture
def seventh(store: Runs) -> SchoolClass:
    return store.make_class("7b", TIA)


def opened() -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.session_state[keys.VIEWER] = TIA
    page.query_params["section"] = "tasks"
    page.run()
    page.switch_page("classroom.py").run()
    assert not page.exception
    page.segmented_control(key=keys.CLASS_SECTION).select("tasks").run()
    assert not page.exception
    return page


def test_what_is_on_the_desk_is_given_with_locks_a_date_and_attempts(store: Runs, seventh: SchoolClass) -> None:
    store.save_draft(TIA, draft.draft_of(digits(epochs=7)))
    page = opened()
    assert "digits, 5 layers, 7 epochs, seed 0" in said(page)
    assert page.button(key=keys.GIVE_TASK).disabled
    page.text_input(key=f"{keys.GIVE_TASK}.title").input("First *digits*").run()
    page.date_input(key=f"{keys.GIVE_TASK}.day").set_value(date(2030, 5, 1)).run()
    page.time_input(key=f"{keys.GIVE_TASK}.hour").set_value(time(12, 0)).run()
    page.number_input(key=f"{keys.GIVE_TASK}.score").set_value(0.9)
    page.number_input(key=f"{keys.GIVE_TASK}.attempts").set_value(3).run()
    page.button(key=keys.GIVE_TASK).click().run()
    assert not page.exception
    (task,) = store.class_assignments(seventh.id, TIA)
    assert (task.title, task.attempts, task.task) == ("First *digits*", 3, {"locks": ["data"], "score": 0.9})
    assert task.due_at == datetime(2030, 5, 1, 12, tzinfo=UTC)
    assert Experiment.from_stored(task.experiment) == digits(epochs=7)
    assert "due 2030-05-01 12:00 (UTC)" in said(page)
    assert page.text_input(key=f"{keys.GIVE_TASK}.title").value == ""


def handed_in(store: Runs, seventh: SchoolClass, due_at: datetime) -> tuple[str, Viewer]:
    """A task for which Ann has handed in, and Bob has not."""
    ann, _bob = (store.join_class(seventh.code, each, "blue sky", each) for each in ("=Ann", "Bob"))
    assignment_id = store.give_assignment(seventh.id, "Digits", digits(), TASK, TIA, due_at)
    run_id = finish(store, store.submit(digits(), ann, name="hers", assignment=assignment_id))
    kept = store.hand_in(run_id, assignment_id, ann)
    checked = {"judging": {"loss": 0.5, "accuracy": 0.5}, "test": {"loss": 0.6, "accuracy": 0.625}}
    store._save_check(kept.id, checked, None)
    return assignment_id, ann


def test_each_student_has_a_row_with_the_record_beside_what_was_measured(store: Runs, seventh: SchoolClass) -> None:
    handed_in(store, seventh, datetime.now(UTC) - timedelta(days=1))
    page = opened()
    frame = page.dataframe[0].value
    assert list(frame["Student"]) == ["=Ann", "Bob"]
    assert list(frame["State"]) == ["late", "not handed in"]
    row = frame.iloc[0]
    assert (row["Score"], row["Checked"], row["Test"], row["Reached"], row["Attempts"]) == (0.75, 0.5, 0.625, "no", 1)
    assert "1 of 2 have handed in." in said(page)
    (warning,) = page.warning
    assert "the record of hers says 0\\.75" in warning.value or "says 0.75, its weights score 0.5" in warning.value


def test_the_table_is_taken_along_and_no_spreadsheet_computes_a_name(store: Runs, seventh: SchoolClass) -> None:
    assignment_id, _ann = handed_in(store, seventh, datetime.now(UTC) + timedelta(days=1))
    task, found = store.find_assignment(assignment_id, TIA), store.assignment_results(assignment_id, TIA)
    raw = csv_file(as_frame(task, found)).decode("utf-8-sig")
    first, second, *_rest = csv.DictReader(io.StringIO(raw))
    assert (first["Student"], first["State"], first["Score"]) == ("'=Ann", "handed in", "0.75")
    assert (second["Student"], second["Score"]) == ("Bob", "")


def test_an_extension_makes_a_late_one_in_time(store: Runs, seventh: SchoolClass) -> None:
    assignment_id, ann = handed_in(store, seventh, datetime.now(UTC) - timedelta(days=1))
    page, form = opened(), f"{keys.TASK_RESULTS}.extend"
    page.selectbox(key=f"{form}.student").select(ann.name)
    page.date_input(key=f"{form}.day").set_value(date(2035, 1, 2)).run()
    page.button(key=form).click().run()
    assert not page.exception
    assert store.extensions(assignment_id, TIA) == {ann.name: datetime(2035, 1, 2, 23, 59, tzinfo=UTC)}
    assert list(page.dataframe[0].value["State"]) == ["handed in", "not handed in"]
    page.button(key=f"{form}.none").click().run()
    assert store.extensions(assignment_id, TIA) == {}


def test_a_task_is_deleted_after_a_second_question(store: Runs, seventh: SchoolClass) -> None:
    handed_in(store, seventh, datetime.now(UTC))
    page = opened()
    page.button(key=f"{keys.TASK_RESULTS}.delete_now").click().run()
    assert not page.exception
    assert store.class_assignments(seventh.id, TIA) == []
    assert "no task yet" in " ".join(each.value for each in page.info)
