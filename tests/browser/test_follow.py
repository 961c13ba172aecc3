"""Follow me: the browser of a student goes where the teacher's slider goes, and back when that ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from dlcore.access import FIRST_TEACHER
from dlcore.runs import Runs, Settings
from tests.browser.conftest import Served
from tests.browser.expecting import expect
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
    student = visitor(f"join?code={school_class.code}")
    student.fill("[name=name]", "Ann")
    student.fill("[name=word]", "blue sky")
    student.get_by_role("button", name="I was here before").click()
    expect(student.locator(".row").first).to_be_visible()
    student.goto(f"{served.address}/glossary?term=loss")

    teacher.get_by_role("button", name="Show to the class").click()
    student.wait_for_url("**/follow**")
    for page in (teacher, student):
        expect(page.locator(".live-slider")).to_be_visible()
    expect(teacher.get_by_text("The class follows this run")).to_be_visible()
    for epoch in ("5", "2"):
        teacher.locator(".live-slider").fill(epoch)
        expect(student.locator(".live-slider")).to_have_value(epoch)
        expect(student).to_have_url(re.compile(rf"epoch={epoch}\b"))

    student.get_by_role("button", name="Leave").click()
    student.wait_for_url("**/glossary?term=loss")
    student.get_by_role("button", name="Follow").click()
    student.wait_for_url("**/follow**")
    expect(student.locator(".live-slider")).to_have_value("2")
    teacher.get_by_role("button", name="End showing").click()
    student.wait_for_url("**/glossary?term=loss")
    teacher.get_by_role("button", name="All students").click()
    expect(teacher.locator(".class-board li", has_text="Ann")).to_contain_text("here now")
