"""Who comes in by an identity: one student or teacher, whatever comes at once, and until they are gone."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dlcore.access import FIRST_TEACHER, OPERATOR, Viewer, student
from dlcore.errors import ClassError
from dlcore.runs import Runs
from dlcore.runs.store.classes import SchoolClass
from dlcore.runs.store.identities import Identity
from tests.access.walk import TIA

HERS = Identity("https://school.example", "4711")


def lee(store: Runs) -> Viewer:
    """A teacher who was invited."""
    found = store.open_invitation(store.invite_teacher("Lee", OPERATOR))
    assert found is not None
    return found


def test_of_many_that_come_at_once_all_are_one_student(store: Runs, seventh: SchoolClass) -> None:
    with ThreadPoolExecutor(4) as threads:
        came = list(threads.map(lambda _: store.join_by_identity(HERS, "Ann", seventh.code, "here"), range(8)))
    assert set(came) == {store.identity_viewer(HERS)}
    assert [(each.name, each.called) for each in store.members(seventh.id, TIA)] == [(came[0].name, "Ann")]


@pytest.mark.parametrize("other", [replace(HERS, issuer="https://other.example"), replace(HERS, subject="4712")])
def test_a_subject_means_nothing_without_its_issuer(store: Runs, seventh: SchoolClass, other: Identity) -> None:
    ann = store.join_by_identity(HERS, "Ann", seventh.code, "here")
    assert store.identity_viewer(other) is None
    assert store.join_by_identity(other, "Ann", seventh.code, "here") != ann


def test_a_wrong_code_stores_nobody(store: Runs, seventh: SchoolClass) -> None:
    for code in ("NOCLASS2", "", seventh.code[:-1]):
        with pytest.raises(ClassError, match="no class with this code"):
            store.join_by_identity(HERS, "Ann", code, "here")
    assert (store.identity_viewer(HERS), store.members(seventh.id, TIA)) == (None, [])


def test_in_two_classes_a_student_has_one_word_and_leaves_one_at_a_time(store: Runs, seventh: SchoolClass) -> None:
    eighth = store.make_class("8a", TIA)
    store.join_class(eighth.code, "Ann", "blue sky", "here")
    ann = store.join_by_identity(HERS, "Ann", seventh.code, "here")
    assert store.join_by_identity(HERS, "Ann", eighth.code, "here") == ann
    assert {each.called: each.name for each in store.members(eighth.id, TIA)}["Ann 2"] == ann.name
    word = store.reset_word(seventh.id, ann.name, TIA)
    assert store.sign_in(eighth.code, "Ann 2", word, "here") == ann
    cookie = store.session_cookie(ann)
    store.remove_member(seventh.id, ann.name, TIA)
    assert (store.identity_viewer(HERS), store.session_viewer(cookie)) == (ann, ann)
    store.remove_member(eighth.id, ann.name, TIA)
    assert (store.identity_viewer(HERS), store.session_viewer(cookie)) == (None, None)


def test_who_comes_into_another_class_or_loses_one_stays_signed_in(store: Runs, seventh: SchoolClass) -> None:
    ann = store.join_by_identity(HERS, "Ann", seventh.code, "here")
    cookie = store.session_cookie(ann)
    eighth = store.make_class("8a", TIA)
    store.join_by_identity(HERS, "Ann", eighth.code, "here")
    assert store.session_viewer(cookie) == ann
    store.delete_class(eighth.id, TIA)
    assert store.session_viewer(cookie) == ann
    store.reset_word(seventh.id, ann.name, TIA)
    assert store.session_viewer(cookie) is None


def test_who_is_made_one_with_another_is_in_the_classes_of_both(store: Runs, seventh: SchoolClass) -> None:
    eighth = store.make_class("8a", TIA)
    first = store.join_class(seventh.code, "Ann", "blue sky", "here")
    second = store.join_by_identity(HERS, "Anna", seventh.code, "here")
    store.join_by_identity(HERS, "Anna", eighth.code, "here")
    store.merge_members(seventh.id, second.name, first.name, TIA)
    assert store.identity_viewer(HERS) == first
    in_both = [
        [(each.name, each.called) for each in store.members(each_class.id, TIA)] for each_class in (seventh, eighth)
    ]
    assert in_both == [[(first.name, "Ann")], [(first.name, "Anna")]]


def test_a_student_who_is_deleted_leaves_no_identity_behind(store: Runs, seventh: SchoolClass) -> None:
    ann = store.join_by_identity(HERS, "Ann", seventh.code, "here")
    store.delete_work(ann.name, OPERATOR)
    with sqlite3.connect(store.settings.home / "dlcore.db") as connection:
        assert connection.execute("SELECT count(*) FROM identities").fetchone() == (0,)


def test_a_teacher_has_several_and_takes_all_back(store: Runs) -> None:
    teacher, second = lee(store), replace(HERS, subject="lee@home")
    for identity in (HERS, second, HERS):
        store.tie_identity(identity, teacher)
    assert [store.identity_viewer(each) for each in (HERS, second)] == [teacher, teacher]
    assert store.has_identity(teacher)
    store.forget_identities(teacher)
    assert (store.identity_viewer(HERS), store.identity_viewer(second), store.has_identity(teacher)) == (
        None,
        None,
        False,
    )


@pytest.mark.parametrize("viewer", [FIRST_TEACHER, TIA, student("bob"), student(""), Viewer("", "teacher"), OPERATOR])
def test_only_a_teacher_who_was_invited_ties_an_identity(store: Runs, viewer: Viewer) -> None:
    with pytest.raises(ClassError, match="who was invited"):
        store.tie_identity(HERS, viewer)
    assert store.identity_viewer(HERS) is None


def test_what_is_somebody_elses_cannot_be_tied_or_joined_with(store: Runs, seventh: SchoolClass) -> None:
    teacher = lee(store)
    ann = store.join_by_identity(HERS, "Ann", seventh.code, "here")
    with pytest.raises(ClassError, match="Somebody else"):
        store.tie_identity(HERS, teacher)
    assert store.identity_viewer(HERS) == ann
    theirs = replace(HERS, subject="lee")
    store.tie_identity(theirs, teacher)
    with pytest.raises(ClassError, match="classes are joined by students"):
        store.join_by_identity(theirs, "Lee", seventh.code, "here")
    assert [each.name for each in store.members(seventh.id, TIA)] == [ann.name]
