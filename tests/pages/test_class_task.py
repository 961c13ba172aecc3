"""A student does a task of the class in the Studio: begins it, is held to it, hands in a run, sees how it stands."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from streamlit.testing.v1 import AppTest

from dlcore.access import Viewer
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs
from dlcore.serving.submission_checks import submission_checks
from pages.components.shared import draft, keys, local_time
from tests.pages.test_sharing import said
from tests.pages.test_studio import NAVIGATION, present, train
from tests.runs.living import digits
from tests.runs.tasks import finish

TIA = Viewer("tia", "teacher")
TASK = Assignment(locks=("data",), score=0.7, note="Mind the gap.")


@pytest.fixture(autouse=True)
def _unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """No thread measures what a test hands in: its weights are none."""
    monkeypatch.setattr(submission_checks, "begin", lambda found: None)


@pytest.fixture
def ann(store: Runs) -> Viewer:
    return store.join_class(store.make_class("7b", TIA).code, "Ann", "blue sky", "here")


def give(store: Runs, days: float | None = 1, attempts: int | None = 2) -> str:
    due_at = None if days is None else datetime.now(UTC) + timedelta(days=days)
    (school_class,) = store.classes(TIA)
    return store.give_assignment(school_class.id, "Digits *first*", digits(), TASK, TIA, due_at, attempts)


def opened(viewer: Viewer) -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.session_state[keys.VIEWER] = viewer
    page.run()
    assert not page.exception
    return page


def begun(viewer: Viewer, assignment_id: str) -> AppTest:
    page = opened(viewer)
    page.button(key=f"{keys.CLASS_TASKS}.{assignment_id}").click().run()
    assert not page.exception
    return page


def test_a_student_finds_the_task_of_the_class_and_begins_it(store: Runs, ann: Viewer) -> None:
    assignment_id = give(store)
    page = begun(ann, assignment_id)
    assert draft.experiment_of(present(page)) == digits()
    text = said(page)
    for each in ("Digits \\*first\\*", "validation accuracy", "Mind the gap.", "Locked by your teacher: data", "due ",
                 "2 of 2 attempts left", "Not handed in yet."):  # fmt: skip
        assert each in text
    assert page.selectbox(key=keys.DATASET).disabled
    train(page).click().run()
    (run,) = store.list(ann, assignment=assignment_id)
    assert store.experiment(run.id, ann) == digits()
    assert opened(ann).selectbox(key=keys.DATASET).disabled  # in a new tab, too


def test_who_is_in_no_class_sees_nothing_of_it(store: Runs, ann: Viewer) -> None:
    give(store)
    page = opened(Viewer("bob", "student"))
    assert not [each for each in page.button if str(each.key).startswith(keys.CLASS_TASKS)]


def test_what_is_locked_is_refused_with_the_sentence_of_the_store(store: Runs, ann: Viewer) -> None:
    page = begun(ann, give(store))
    page.session_state[keys.DRAFT] = draft.begun(draft.draft_of(digits(seed=4)))
    page.run()
    assert train(page).disabled
    assert "set the seed back to 0" in said(page)
    page.button(key="task_again").click().run()
    assert not train(page).disabled


def hand_in(store: Runs, ann: Viewer, assignment_id: str) -> AppTest:
    """Train as if a worker had, and press the button."""
    store.save_preference(ann, keys.ASSIGNMENT, f"class:{assignment_id}")
    store.save_draft(ann, draft.draft_of(digits()))
    finish(store, store.submit(digits(), ann, name="hers", assignment=assignment_id))
    page = opened(ann)
    page.button(key=f"{keys.HAND_IN}.now").click().run()
    assert not page.exception
    return page


def test_a_run_is_handed_in_and_the_bar_says_so(store: Runs, ann: Viewer) -> None:
    assignment_id = give(store)
    page = hand_in(store, ann, assignment_id)
    (kept,) = store.submissions(assignment_id, ann)
    assert kept.name == "hers"
    text = said(page)
    assert ":green[" in text
    assert "hers, accuracy 0.750" in text
    assert "1 of 2 attempts left" in text
    assert "has not checked it yet" in text
    store._save_check(kept.id, {"judging": {"loss": 0.5, "accuracy": 0.75}, "test": {"loss": 0.6}}, None)
    page.run()
    assert "The server has checked it." in said(page)
    store._save_check(kept.id, {"judging": {"loss": 0.5, "accuracy": 0.25}}, None)
    page.run()
    assert "the server measured accuracy 0.250" in said(page)


def test_late_is_said_and_still_taken(store: Runs, ann: Viewer) -> None:
    assignment_id = give(store, days=-1)
    assert "Not handed in, and the date has passed" in said(begun(ann, assignment_id))
    page = hand_in(store, ann, assignment_id)
    assert "Handed in late" in said(page)
    store.extend(assignment_id, ann.name, datetime.now(UTC) + timedelta(days=2), TIA)
    page.run()
    assert "Handed in on" in said(page)
    assert "extended for you to" in said(page)


def test_a_task_that_is_over_is_still_seen_with_what_came_of_it(store: Runs, ann: Viewer) -> None:
    assignment_id = give(store, attempts=1)
    hand_in(store, ann, assignment_id)
    store.save_preference(ann, keys.ASSIGNMENT, None)
    page = opened(ann)
    (over,) = [each for each in page.expander if each.label == "Tasks that are over"]
    assert "Handed in on" in over.markdown[0].value
    assert not [each for each in page.button if str(each.key).startswith(keys.CLASS_TASKS)]


def test_a_task_that_is_gone_is_left_without_a_word_of_its_locks(store: Runs, ann: Viewer) -> None:
    assignment_id = give(store)
    page = begun(ann, assignment_id)
    store.delete_assignment(assignment_id, TIA)
    page.run()
    assert not page.exception
    assert not page.selectbox(key=keys.DATASET).disabled


def test_times_are_shown_by_the_clock_of_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    from zoneinfo import ZoneInfo

    moment = datetime(2026, 12, 1, 17, 30, tzinfo=UTC)
    monkeypatch.setattr(local_time, "zone", lambda: ZoneInfo("Asia/Shanghai"))
    assert local_time.shown_with_zone(moment) == "2026-12-02 01:30 (Asia/Shanghai)"
    assert local_time.moment_of(datetime(2026, 12, 2).date(), datetime(2026, 12, 2, 1, 30).time()) == moment
