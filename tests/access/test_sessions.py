"""Who has signed in is whom the cookie says: until a word is reset, a student removed, or a teacher signed out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from dlcore.access import OPERATOR, Viewer, student
from dlcore.access.quotas import QUOTAS
from dlcore.errors import ClassError, ClassNotFound
from dlcore.runs import Runs, Settings
from dlcore.runs.store.classes import SchoolClass
from tests.access.walk import TIA
from tests.runs.living import digits


def test_a_cookie_is_the_student_it_was_made_for_and_each_is_another(store: Runs, ann: Viewer) -> None:
    first, second = store.session_cookie(ann), store.session_cookie(ann)
    assert first != second
    assert store.session_viewer(first) == store.session_viewer(second) == ann


def test_a_reset_word_ends_every_cookie_and_the_new_word_makes_another(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    before = store.session_cookie(ann)
    word = store.reset_word(seventh.id, ann.name, TIA)
    assert store.session_viewer(before) is None
    again = store.sign_in(seventh.code, "Ann", word, "here")
    assert store.session_viewer(store.session_cookie(again)) == ann


def test_who_is_removed_is_signed_out(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    cookie = store.session_cookie(ann)
    store.remove_member(seventh.id, ann.name, TIA)
    assert store.session_viewer(cookie) is None
    with pytest.raises(ClassNotFound):
        store.session_cookie(ann)


def test_no_other_cookie_is_anybody(store: Runs, ann: Viewer, tmp_path: Path) -> None:
    right = store.session_cookie(ann)
    _role, name, number, signature = right.split(".")
    with Runs(Settings(home=tmp_path / "other")) as other:
        theirs = other.join_class(other.make_class("7b", TIA).code, "Ann", "blue sky", "here")
        foreign = other.session_cookie(theirs)
    forged = [f"teacher.{name}.{number}.{signature}", f"student.{name}.{'0' * 32}.{signature}", right[:-1],
              f"{right}0", right.upper(), "", "...", f"operator.{name}.{number}.{signature}",
              f"student.{'0' * 32}.{number}.{signature}"]  # fmt: skip
    assert [store.session_viewer(each) for each in (*forged, foreign)] == [None] * 10


def test_an_invitation_makes_one_browser_the_teacher_once(store: Runs) -> None:
    code = store.invite_teacher("Mr <b>Lee</b>", OPERATOR)
    with ThreadPoolExecutor(4) as threads:
        opened = [each for each in threads.map(lambda _: store.open_invitation(code), range(8)) if each is not None]
    (lee,) = opened
    assert lee.role == "teacher"
    assert store.session_viewer(store.session_cookie(lee)) == lee
    assert store.profile(lee).called == "Mr <b>Lee</b>"
    assert store.make_class("8a", lee) in store.classes(lee)


def test_a_newer_invitation_replaces_the_one_before_and_is_for_the_same_teacher(store: Runs) -> None:
    first = store.invite_teacher("Lee", OPERATOR)
    lee = store.open_invitation(first)
    second, third = store.invite_teacher("Lee", OPERATOR), store.invite_teacher("Lee", OPERATOR)
    assert (store.open_invitation(second), store.open_invitation(third)) == (None, lee)
    assert [each.called for each in store.teachers(OPERATOR)] == ["Lee"]
    assert (store.open_invitation(""), store.open_invitation("\ud800")) == (None, None)


def test_a_teacher_who_is_signed_out_is_so_in_every_browser(store: Runs) -> None:
    lee = store.open_invitation(store.invite_teacher("Lee", OPERATOR))
    assert lee is not None
    cookie, unused = store.session_cookie(lee), store.invite_teacher("Lee", OPERATOR)
    store.sign_teacher_out("Lee", OPERATOR)
    assert (store.session_viewer(cookie), store.open_invitation(unused)) == (None, None)
    with pytest.raises(ClassNotFound, match="no teacher Bob"):
        store.sign_teacher_out("Bob", OPERATOR)


@pytest.mark.parametrize("viewer", [TIA, student("bob"), student(""), Viewer("", "teacher")])
def test_only_the_operator_appoints_teachers(store: Runs, viewer: Viewer) -> None:
    store.invite_teacher("Lee", OPERATOR)
    for appoint in (store.invite_teacher, store.sign_teacher_out):
        with pytest.raises(ClassError):
            appoint("Lee", viewer)
    assert store.teachers(viewer) == []


def test_what_was_done_before_joining_comes_along(store: Runs, seventh: SchoolClass) -> None:
    visitor = student("0123" * 8)
    assert not store.has_work(visitor)
    run_id = store.submit(digits(), visitor, name="before")
    store.save_draft(visitor, {"mine": 1})
    assert store.has_work(visitor)
    ann = store.join_class(seventh.code, "Ann", "blue sky", "here")
    store.carry_work(ann.name, visitor)
    assert store.status(run_id, ann).name == "before"
    assert store.status(run_id, TIA).name == "before"
    assert store.draft(ann) == {"mine": 1}
    assert not store.has_work(visitor)
    with pytest.raises(ClassNotFound):
        store.carry_work("nobody", visitor)


def test_a_teacher_sees_how_many_runs_each_student_has(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    store.join_class(seventh.code, "Bob", "red sky", "here")
    store.submit(digits(), ann)
    store.submit(digits(), ann)
    store.submit(digits(), student("stranger"))
    assert store.member_runs(seventh.id, TIA) == {ann.name: 2}


def test_a_class_says_what_it_allows_and_the_rest_is_as_declared(store: Runs, seventh: SchoolClass) -> None:
    store.set_quotas(seventh.id, {"student": {"running": 1, "seconds": None}}, TIA)
    allowed = store.class_quotas(seventh.id, TIA)
    assert allowed["student"] == replace(QUOTAS["student"], running=1, seconds=None)
    assert allowed["teacher"] == QUOTAS["teacher"]
