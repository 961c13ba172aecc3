"""A student's way through a task of the class: begin, train, hand in; the server measures it again by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from dlcore.access import Viewer, student
from dlcore.data.uploads import upload_access
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs, Settings
from dlcore.runs.store import schema
from dlcore.runs.store.classes import new_member
from dlcore.runs.store.engine import writing
from dlcore.serving import identity
from tests.access.given import brought, experiment
from tests.browser.conftest import Served
from tests.browser.conversation import settled
from tests.browser.expecting import expect
from tests.runs.living import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TIA = Viewer("tia", "teacher")
DUE = datetime(2035, 12, 24, 16, 0, tzinfo=UTC)  # midnight in Shanghai


@pytest.fixture
def store(served: Served) -> Iterator[Runs]:
    """The runs of the server, beside it."""
    with Runs(Settings(home=served.home)) as runs:
        yield runs


def in_class(store: Runs, page: Page, class_id: str) -> Viewer:
    """Whoever has opened this page, as a student of the class."""
    (cookie,) = [each for each in page.context.cookies() if each["name"] == identity.COOKIE]
    viewer = identity.visitor({identity.COOKIE: cookie["value"]})
    assert viewer is not None
    row = new_member(class_id, "Ann", "blue sky") | {"name": viewer.name}
    with writing(store._engine) as connection:
        connection.execute(sa.insert(schema.members).values(row))
    return student(viewer.name)


def test_a_student_begins_the_task_trains_and_hands_in(
    visitor: Callable[..., Page], served: Served, store: Runs, tmp_path: Path
) -> None:
    seventh = store.make_class("7b", TIA)
    cats = brought(store, tmp_path)
    task = Assignment(locks=("data",), score=0.1)
    with upload_access.using(store.upload_access(TIA)):
        assignment_id = store.give_assignment(seventh.id, "Cats", experiment(cats), task, TIA, DUE, 1)
    page = visitor(timezone_id="Asia/Shanghai")
    expect(page.locator(".row").first).to_be_visible()
    ann = in_class(store, page, seventh.id)
    page.reload()
    page.get_by_role("button", name="Begin the task").click()
    bar = page.locator(".st-key-task_bar")
    expect(bar).to_contain_text("due 2035-12-25 00:00 (Asia/Shanghai)")
    expect(bar).to_contain_text("1 of 1 attempt left")
    expect(page.locator(".row")).to_have_count(3)
    settled(page)
    page.get_by_role("button", name="Train").first.click()
    expect(bar.get_by_role("button", name="Hand in")).to_be_enabled()
    bar.get_by_role("button", name="Hand in").click()
    page.get_by_role("button", name="Hand in this run").click()
    expect(bar).to_contain_text(re.compile(r"Handed in on \d{4}-\d\d-\d\d \d\d:\d\d: cats 1, accuracy [01]\.\d{3}"))
    expect(bar).to_contain_text("0 of 1 attempt left")
    measured = wait_until(lambda: store.submissions(assignment_id, ann)[0].measured("test"), "measured again")
    assert measured.accuracy is not None
    assert not store.submissions(assignment_id, ann)[0].differs
    page.reload()
    expect(bar).to_contain_text("The server has checked it.")
    page.goto(f"{served.address}/data?data={cats.dataset}")
    expect(page.get_by_text("Your teacher brought it for a task of your class.")).to_be_visible()
    expect(page.get_by_text("Rename or delete")).to_have_count(0)
    assert store.submissions(assignment_id, ann)[0].submitted_at < datetime.now(UTC) + timedelta(seconds=1)
