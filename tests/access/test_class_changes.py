"""A class is called otherwise, gets another code, and is forgotten: nothing of another class or of a student goes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from dlcore.access import Viewer, student
from dlcore.errors import ClassError, ClassNotFound
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs
from dlcore.runs.store import schema
from dlcore.runs.store.classes import SchoolClass
from dlcore.runs.store.engine import reading, writing
from tests.access.walk import TIA
from tests.runs.living import digits
from tests.runs.tasks import finish

OF_A_CLASS = ("classes", "members", "assignments", "extensions", "submissions", "shown_runs", "identities")


def test_a_class_is_called_otherwise_and_all_else_stays(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    store.rename_class(seventh.id, "  8b ", TIA)
    (found,) = store.classes(TIA)
    assert (found.name, found.code, found.created_at) == ("8b", seventh.code, seventh.created_at)
    assert store.profile(ann).class_name == "8b"
    for name in ("", "  ", "x" * 201):
        with pytest.raises(ClassError, match="1 to 200 characters"):
            store.rename_class(seventh.id, name, TIA)
    assert store.find_class(seventh.id, TIA).name == "8b"


def test_an_old_code_opens_nothing_at_once_and_whoever_is_in_stays(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    cookie = store.session_cookie(ann)
    code = store.renew_code(seventh.id, TIA)
    assert code != seventh.code
    assert store.find_class(seventh.id, TIA).code == code
    for enter in (store.join_class, store.sign_in):
        with pytest.raises(ClassError, match="do not belong together"):
            enter(seventh.code, "Ann", "blue sky", "there")
    assert store.session_viewer(cookie) == ann
    assert store.sign_in(code, "Ann", "blue sky", "here") == ann


def full(store: Runs, seventh: SchoolClass, ann: Viewer) -> tuple[str, str]:
    """A task for which Ann has handed in, late by leave, and her run is shown; (the task, her run)."""
    task = store.give_assignment(seventh.id, "Digits", digits(), Assignment(locks=("data",)), TIA)
    run_id = finish(store, store.submit(digits(), ann, name="hers", assignment=task))
    store.hand_in(run_id, task, ann)
    found = store.find_class(seventh.id, TIA).created_at
    store.extend(task, ann.name, found, TIA)
    store.show_run(seventh.id, run_id, TIA)
    store.save_preference(TIA, f"class.{seventh.id}.asked", task)
    row = {"issuer": "https://school.example", "subject": ann.name, "role": "student", "name": ann.name}
    with writing(store._engine) as connection:
        connection.execute(sa.insert(schema.identities).values(**row, created_at=0.0))
    return task, run_id


def rows_of(store: Runs) -> dict[str, list[tuple[object, ...]]]:
    with reading(store._engine) as connection:
        tables = (schema.metadata.tables[name] for name in OF_A_CLASS)
        return {table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr) for table in tables}


def files_of(store: Runs) -> set[str]:
    return {path.name for path in (store.settings.home / "artifacts" / "submissions").rglob("*") if path.is_file()}


def test_a_class_goes_with_its_tasks_and_nothing_of_another_one_does(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    full(store, seventh, ann)
    rows, files = rows_of(store), files_of(store)
    assert all(rows.values())
    other = store.make_class("8a", TIA)
    zoe = store.join_class(other.code, "Zoe", "red earth", "there")
    _task, run_id = full(store, other, zoe)
    assert files_of(store) > files
    store.delete_class(seventh.id, TIA)
    left = rows_of(store)
    assert {name: len(found) for name, found in left.items()} == dict.fromkeys(OF_A_CLASS, 1)
    assert not any(each in left[name] for name in OF_A_CLASS for each in rows[name])
    assert not files_of(store) & files
    assert files_of(store)
    assert [each.name for each in store.classes(TIA)] == ["8a"]
    assert store.preferences(TIA, "class.").keys() == {f"class.{other.id}.asked"}
    assert store.status(run_id, TIA).owner == zoe.name


def test_what_a_student_has_stays_theirs_and_their_teacher_sees_it_no_more(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    _task, run_id = full(store, seventh, ann)
    cookie = store.session_cookie(ann)
    store.delete_class(seventh.id, TIA)
    assert store.status(run_id, student(ann.name)).name == "hers"
    assert run_id not in [each.id for each in store.list(TIA)]
    assert store.session_viewer(cookie) is None


def test_who_is_in_two_classes_goes_on_in_the_other_one(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    full(store, seventh, ann)
    other = store.make_class("8a", TIA)
    with writing(store._engine) as connection:
        (row,) = connection.execute(sa.select(schema.members)).mappings()
        connection.execute(sa.insert(schema.members).values({**row, "class_id": other.id}))
    store.delete_class(seventh.id, TIA)
    assert store.sign_in(other.code, "Ann", "blue sky", "here") == ann
    assert store.profile(ann).class_name == "8a"
    assert len(rows_of(store)["identities"]) == 1


def test_only_who_teaches_a_class_changes_it(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    for other in (ann, student("bob"), Viewer("bob", "teacher"), Viewer("", "teacher")):
        for change in (store.renew_code, store.delete_class):
            with pytest.raises(ClassNotFound):
                change(seventh.id, other)
        with pytest.raises(ClassNotFound):
            store.rename_class(seventh.id, "x", other)
    assert store.find_class(seventh.id, TIA) == seventh
