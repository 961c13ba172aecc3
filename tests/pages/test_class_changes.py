"""A teacher renames a class, gives it another code, deletes it, and opens the run behind a row of the task table."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
import zxingcpp as zxing
from PIL import Image
from streamlit.testing.v1 import AppTest

from dlcore.access import Viewer
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.submission_checks import submission_checks
from pages.components.classroom.class_changes import DELETE, RENAME, RENEW
from pages.components.classroom.join_code import picture
from pages.components.shared import keys
from tests.pages.test_sharing import said
from tests.pages.test_studio import NAVIGATION
from tests.runs.living import digits
from tests.runs.tasks import finish

TIA = Viewer("tia", "teacher")


@pytest.fixture
def seventh(store: Runs) -> SchoolClass:
    return store.make_class("7b", TIA)


def opened(section: str = "students") -> AppTest:
    page = AppTest.from_file(str(NAVIGATION), default_timeout=60)
    page.session_state[keys.VIEWER] = TIA
    page.run()
    page.switch_page("classroom.py").run()
    page.segmented_control(key=keys.CLASS_SECTION).select(section).run()
    assert not page.exception
    return page


def press(page: AppTest, label: str) -> None:
    (button,) = (each for each in page.button if each.label == label)
    button.click().run()
    assert not page.exception


def test_a_class_is_renamed_in_its_place(store: Runs, seventh: SchoolClass) -> None:
    page = opened()
    page.text_input(key=f"{RENAME}.name.{seventh.id}").set_value("8b *")
    press(page, "Rename the class")
    assert page.selectbox(key=keys.CLASS).options == ["8b *"]
    assert store.find_class(seventh.id, TIA).name == "8b *"
    page.text_input(key=f"{RENAME}.name.{seventh.id}").set_value("  ")
    press(page, "Rename the class")
    assert "1 to 200 characters" in page.error[0].value
    assert store.find_class(seventh.id, TIA).name == "8b *"


def test_a_new_code_stands_there_at_once(store: Runs, seventh: SchoolClass) -> None:
    page = opened()
    assert page.code[0].value.endswith(f"/join?code={seventh.code}")
    page.button(key=RENEW).click().run()
    assert not page.exception
    code = store.find_class(seventh.id, TIA).code
    assert code != seventh.code
    assert page.code[0].value.endswith(f"/join?code={code}")


def test_the_picture_is_read_by_another_decoder_as_the_address() -> None:
    for address in ("http://192.168.0.7:8501/join?code=KRT3BJPQ", "https://学校.example/join?code=ABCDEFGH"):
        (found,) = zxing.read_barcodes(Image.open(io.BytesIO(picture(address))).convert("L"))
        assert (found.text, found.format) == (address, zxing.BarcodeFormat.QRCode)


def test_a_class_is_deleted_only_by_its_name(store: Runs, seventh: SchoolClass) -> None:
    other = store.make_class("8a", TIA)
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    page = opened()
    page.selectbox(key=keys.CLASS).select("7b").run()
    page.text_input(key=f"{DELETE}.typed.{seventh.id}").set_value("8a")
    press(page, "Delete the class")
    assert "not the name of the class" in page.error[0].value
    assert len(store.classes(TIA)) == 2
    page.text_input(key=f"{DELETE}.typed.{seventh.id}").set_value(" 7b ")
    press(page, "Delete the class")
    assert [each.id for each in store.classes(TIA)] == [other.id]
    assert page.selectbox(key=keys.CLASS).options == ["8a"]
    assert not store.classes_of(ann)


@pytest.fixture
def task(store: Runs, seventh: SchoolClass, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, str]:
    """A task of Ann, who handed in her worse run, and of Bob, who only tried; (its id, her run, his better run)."""
    monkeypatch.setattr(submission_checks, "begin", lambda found: None)
    ann, bob = (store.join_class(seventh.code, each, "blue sky", each) for each in ("Ann", "Bob"))
    due_at = datetime.now(UTC) + timedelta(days=1)
    assignment_id = store.give_assignment(seventh.id, "Digits", digits(), Assignment(locks=("data",)), TIA, due_at)

    def trained(viewer: Viewer, accuracy: float) -> str:
        return finish(store, store.submit(digits(), viewer, assignment=assignment_id), accuracy)

    hers, _better, his, _worse = trained(ann, 0.6), trained(ann, 0.9), trained(bob, 0.8), trained(bob, 0.7)
    store.hand_in(hers, assignment_id, ann)
    return assignment_id, hers, his


def test_a_row_stands_for_what_counts_else_for_the_best(
    store: Runs, seventh: SchoolClass, task: tuple[str, str, str]
) -> None:
    assignment_id, hers, his = task
    store.join_class(seventh.code, "Cy", "blue sky", "Cy")
    found = store.assignment_results(assignment_id, TIA)
    assert [each.shown_run for each in found] == [hers, his, None]
    store.delete(hers, Viewer(store.members(seventh.id, TIA)[0].name, "student"))
    (first, *_others) = store.assignment_results(assignment_id, TIA)
    assert first.shown_run not in (hers, None)


def test_the_table_says_who_trains_now(store: Runs, seventh: SchoolClass, task: tuple[str, str, str]) -> None:
    assignment_id, _hers, _his = task
    cy = store.join_class(seventh.code, "Cy", "blue sky", "Cy")
    page = opened("tasks")
    assert list(page.dataframe[0].value["State"]) == ["handed in", "not handed in", "not handed in"]
    store.submit(digits(), cy, assignment=assignment_id)
    page.run()
    assert list(page.dataframe[0].value["State"]) == ["handed in", "not handed in", "training now"]
    assert list(page.dataframe[0].value["Runs"]) == [2, 2, 1]
    assert "1 of 3 have handed in." in said(page)
