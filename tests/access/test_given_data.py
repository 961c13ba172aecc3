"""Data that a teacher brought, as a task of their class: the class reads and trains on them, and nobody else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcore.access import OPERATOR, Viewer, student
from dlcore.errors import UploadError
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs, Upload
from dlcore.runs.store.classes import SchoolClass
from tests.access.given import brought, experiment, give
from tests.access.walk import TIA
from tests.runs.living import digits


@pytest.fixture
def cats(store: Runs, tmp_path: Path) -> Upload:
    """What Tia brought; nobody was given it yet."""
    return brought(store, tmp_path)


def test_the_class_reads_what_its_task_begins_with(
    store: Runs, seventh: SchoolClass, ann: Viewer, cats: Upload
) -> None:
    with pytest.raises(UploadError, match="is somebody else's"):
        store.find_upload(cats.id, ann)
    give(store, seventh, cats)
    assert store.find_upload(cats.id, ann) == cats
    assert store.given_uploads(ann) == [cats]
    assert store.uploads(ann) == []
    assert len(store.frame(cats.id, ann, rows=1000)) == 200
    assert store.upload_access(ann).describe(cats.id) == cats.description


def test_nobody_else_does(store: Runs, seventh: SchoolClass, ann: Viewer, cats: Upload) -> None:
    give(store, seventh, cats)
    eighth = store.make_class("8a", Viewer("bob", "teacher"))
    zoe = store.join_class(eighth.code, "Zoe", "green sea", "here")
    for other in (zoe, student("bob"), student(""), Viewer("bob", "teacher")):
        assert store.given_uploads(other) == []
        with pytest.raises(UploadError, match="is somebody else's"):
            store.find_upload(cats.id, other)
    store.remove_member(seventh.id, ann.name, TIA)
    with pytest.raises(UploadError, match="is somebody else's"):
        store.frame(cats.id, ann)


def test_whoever_was_given_it_cannot_change_it_or_hand_it_on(
    store: Runs, seventh: SchoolClass, ann: Viewer, cats: Upload
) -> None:
    give(store, seventh, cats)
    for change in (lambda: store.rename_upload(cats.id, "mine", ann), lambda: store.delete_upload(cats.id, ann)):
        with pytest.raises(UploadError, match="is somebody else's"):
            change()
    with pytest.raises(UploadError, match="is somebody else's"):
        store.runs_of_upload(cats.id, ann)  # others' runs are named there
    assert store.uploads(TIA) == [cats]


def test_its_teacher_deletes_the_task_before_the_data(
    store: Runs, seventh: SchoolClass, ann: Viewer, cats: Upload
) -> None:
    assignment_id = give(store, seventh, cats)
    for owner in (TIA, OPERATOR):
        with pytest.raises(UploadError, match=r"cats.* is what the task “Cats” of the class 7b begins with"):
            store.delete_upload(cats.id, owner)
    assert len(store.frame(cats.id, ann)) > 0
    store.delete_assignment(assignment_id, TIA)
    with pytest.raises(UploadError, match="is somebody else's"):
        store.find_upload(cats.id, ann)
    store.delete_upload(cats.id, TIA)
    assert store.uploads(TIA) == []


def test_a_task_of_other_data_gives_none(store: Runs, seventh: SchoolClass, ann: Viewer, cats: Upload) -> None:
    store.give_assignment(seventh.id, "Digits", digits(), Assignment(), TIA)
    assert store.given_uploads(ann) == []
    store.delete_upload(cats.id, TIA)


def test_a_run_is_called_after_data_that_its_owner_may_read_and_after_no_others(
    store: Runs, seventh: SchoolClass, ann: Viewer, cats: Upload
) -> None:
    give(store, seventh, cats)
    plain = experiment(cats).to_dict()
    called = [store.status(store._submit(plain, each, None, None), OPERATOR).name for each in (ann.name, "bob")]
    assert called == ["cats 1", f"{cats.dataset} 1"]
