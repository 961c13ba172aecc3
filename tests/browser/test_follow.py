"""Follow me: the browser of a student goes where the teacher's slider goes, and back when that ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from dlcore.access import FIRST_TEACHER, student
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs, Settings, browser_link
from tests.browser.conftest import Served
from tests.browser.expecting import expect
from tests.browser.grid import tick_row
from tests.runs.living import digits, until_state

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The app for classes, with one of them."""
    served = Served(tmp_path_factory.mktemp("class") / "home")
    served.home.mkdir()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DLCORE_CLASSES", "true")
        served.start()
    yield served
    served.stop()


def test_a_student_follows_the_slider_of_the_teacher_and_comes_back(
    visitor: Callable[..., Page], served: Served
) -> None:
    with Runs(Settings(home=served.home)) as store:
        school_class = store.make_class("7b", FIRST_TEACHER)
        store.join_class(school_class.code, "Ann", "blue sky", "here")
        run_id = store.submit(digits(8), FIRST_TEACHER, name="demonstration")
        until_state(store, run_id, "finished")
    teacher = visitor(served.claim().removeprefix(served.address).lstrip("/"))
    teacher.goto(f"{served.address}/classroom?section=now&run={run_id}")
    pupil = visitor(f"join?code={school_class.code}")
    pupil.fill("[name=name]", "Ann")
    pupil.fill("[name=word]", "blue sky")
    pupil.get_by_role("button", name="I was here before").click()
    expect(pupil.locator(".row").first).to_be_visible()
    pupil.goto(f"{served.address}/glossary?term=loss")

    teacher.get_by_role("button", name="Show to the class").click()
    pupil.wait_for_url("**/follow**")
    for page in (teacher, pupil):
        expect(page.locator(".live-slider")).to_be_visible()
    expect(teacher.get_by_text("The class follows this run")).to_be_visible()
    for epoch in ("5", "2"):
        teacher.locator(".live-slider").fill(epoch)
        expect(pupil.locator(".live-slider")).to_have_value(epoch)
        expect(pupil).to_have_url(re.compile(rf"epoch={epoch}\b"))

    pupil.get_by_role("button", name="Leave").click()
    pupil.wait_for_url("**/glossary?term=loss")
    pupil.get_by_role("button", name="Follow").click()
    pupil.wait_for_url("**/follow**")
    expect(pupil.locator(".live-slider")).to_have_value("2")
    teacher.get_by_role("button", name="End showing").click()
    pupil.wait_for_url("**/glossary?term=loss")
    teacher.get_by_role("button", name="All students").click()
    expect(teacher.locator(".class-board li", has_text="Ann")).to_contain_text("here now")


def test_the_table_of_a_task_grows_while_a_student_works_and_a_row_opens_the_run(
    visitor: Callable[..., Page], served: Served
) -> None:
    with Runs(Settings(home=served.home)) as store:
        school_class = store.make_class("8c", FIRST_TEACHER)
        ben = student(store.join_class(school_class.code, "Ben", "green hill", "there").name)
        task = store.give_assignment(school_class.id, "Digits", digits(2), Assignment(score=0.1), FIRST_TEACHER)
        teacher = visitor(f"{browser_link.PATH[1:]}?{browser_link.PARAMETER}={browser_link.new_code(served.home)}")
        teacher.goto(f"{served.address}/classroom?class={school_class.id}&section=tasks")
        table = teacher.get_by_test_id("stDataFrame").locator("table")
        expect(table).to_contain_text("not handed in")
        run_id = store.submit(digits(2), ben, name="a first try", assignment=task)
        until_state(store, run_id, "finished")
        expect(table.get_by_test_id("glide-cell-7-0")).to_have_text("1")  # run
    tick_row(teacher, 0)
    expect(teacher.get_by_text("Ben · a first try")).to_be_visible()
    expect(teacher.locator(".live-slider")).to_be_visible()
    teacher.get_by_role("button", name="All students").click()
    expect(table).to_contain_text("not handed in")
