"""A class from its making on: its teacher and a student in two browsers, before a server that is served for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Served
from tests.browser.conversation import settled
from tests.browser.expecting import expect
from tests.browser.grid import tick_row

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "Ann <b>bold</b> שלום"


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server for classes."""
    monkeypatch.setenv("DLCORE_CLASSES", "true")
    served = Served(tmp_path_factory.mktemp("served") / "home")
    served.home.mkdir()
    served.start()
    yield served
    served.stop()


def join(page: Page, way: str, word: str) -> None:
    page.get_by_label("Your name").fill(NAME)
    page.get_by_label("A short word of your own").fill(word)
    page.get_by_role("button", name=way).click()


def test_a_student_joins_by_the_address_trains_and_is_signed_out_by_a_new_word(
    visitor: Callable[..., Page], served: Served
) -> None:
    teacher = visitor(served.claim().removeprefix(f"{served.address}/"))
    teacher.get_by_role("link", name="My class").click()
    teacher.get_by_label("Name of the class").fill("7b")
    teacher.get_by_role("button", name="Make the class").click()
    expect(teacher.get_by_text("Nobody has joined yet.")).to_be_visible()
    expect(teacher.get_by_test_id("stImage").locator("img")).to_be_visible()
    address = teacher.get_by_test_id("stCode").inner_text().strip()

    student = visitor(address.removeprefix(f"{served.address}/"))
    join(student, "I am new here", "blue sky")
    expect(student.get_by_role("button", name="Ann <b>bold</b>")).to_be_visible()
    expect(student.get_by_role("link", name="My class")).to_have_count(0)
    student.get_by_role("button", name="Train Shortcut").click()
    expect(student.get_by_text("Epoch").first).to_be_visible()
    settled(student)

    teacher.reload()
    table = teacher.get_by_test_id("stDataFrame")
    expect(table.locator("table")).to_contain_text(NAME)
    expect(table.locator("table").get_by_test_id("glide-cell-2-0")).to_have_text("1")  # run
    tick_row(teacher, 0)
    teacher.get_by_role("button", name="Reset the word").click()
    expect(teacher.get_by_text("shown this once")).to_be_visible()
    word = teacher.get_by_test_id("stCode").last.inner_text().strip()

    student.get_by_text("中文", exact=True).click()
    expect(student.get_by_text("你在这里已退出登录")).to_be_visible()
    again = visitor("", context=student.context)
    expect(again.get_by_role("link", name="Join a class")).to_be_visible()
    again.get_by_role("link", name="Join a class").click()
    again.get_by_label("Code of the class").fill(address[-8:])
    join(again, "I was here before", "blue sky")
    expect(again.get_by_role("alert")).to_contain_text("do not belong together")
    join(again, "I was here before", word)
    expect(again.get_by_role("button", name="Ann <b>bold</b>")).to_be_visible()
