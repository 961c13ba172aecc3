"""A task of a class: given by its teacher, held to wherever something is submitted for it, handed in as a copy."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from dlcore.access import OPERATOR, Viewer, student
from dlcore.data.uploads import upload_access
from dlcore.errors import ClassError, ClassNotFound, RunError, RunNotFound, UploadError
from dlcore.experiment import Experiment
from dlcore.export.assignment import Assignment
from dlcore.runs import Runs, Settings
from dlcore.runs.backup import backup, restore
from dlcore.runs.search_driver import SearchDriver, SearchRuns
from dlcore.runs.store import schema
from dlcore.runs.store.classes import SchoolClass
from dlcore.runs.store.engine import writing
from dlcore.studies import Study
from dlcore.studies.folds import Folds
from dlcore.studies.search import Range, Search
from dlcore.studies.seeds import Seeds
from dlcore.training.folds import folds
from tests.access.given import brought, experiment
from tests.access.walk import TIA
from tests.runs.living import digits
from tests.runs.tasks import finish

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
LOCKED = Assignment(locks=("data", "training"), score=0.5)


def give(store: Runs, seventh: SchoolClass, task: Assignment = LOCKED, **more: object) -> str:
    return store.give_assignment(seventh.id, "Digits", digits(), task, TIA, **more)  # type: ignore[arg-type]


def changed(experiment: Experiment, **training: object) -> Experiment:
    return experiment.model_copy(update={"training": experiment.training.model_copy(update=training)})


def test_a_class_finds_its_task_and_nobody_else_does(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    assignment_id = give(store, seventh, due_at=NOON, attempts=2)
    (task,) = store.assignments(ann)
    assert (task.id, task.title, task.class_name, task.due_at, task.attempts) == (
        assignment_id, "Digits", "7b", NOON, 2,
    )  # fmt: skip
    assert store.begin_assignment(assignment_id, ann) == digits()
    for other in (student("bob"), student(""), Viewer("bob", "teacher")):
        assert store.assignments(other) == []
        with pytest.raises(ClassNotFound):
            store.begin_assignment(assignment_id, other)
    with pytest.raises(ClassNotFound):
        store.give_assignment(seventh.id, "mine", digits(), LOCKED, ann)


def test_only_what_the_class_can_train_is_given(store: Runs, seventh: SchoolClass, tmp_path: Path) -> None:
    bobs = brought(store, tmp_path, Viewer("bob", "teacher"))
    theirs = experiment(bobs)
    with pytest.raises(UploadError, match="is somebody else's"):
        store.give_assignment(seventh.id, "own", theirs, LOCKED, TIA)
    with (
        upload_access.using(store.upload_access(OPERATOR)),
        pytest.raises(ClassError, match="a class can read those of its teacher alone"),
    ):
        store.give_assignment(seventh.id, "own", theirs, LOCKED, OPERATOR)
    for attempts in (0, 1_001):
        with pytest.raises(ClassError, match=r"attempts must be from 1 to 1,000"):
            give(store, seventh, attempts=attempts)
    with pytest.raises(ClassError, match="1 to 200 characters"):
        store.give_assignment(seventh.id, " ", digits(), LOCKED, TIA)
    assert store.class_assignments(seventh.id, TIA) == []


def test_the_weights_with_which_a_task_begins_are_its_students_too(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    import safetensors.torch

    from dlcore import network

    raw = safetensors.torch.save(dict(network.build(digits()).state_dict()))
    begun = store.begin_with_file(digits(), raw, "learned.safetensors", TIA)
    assignment_id = store.give_assignment(seventh.id, "on", begun, LOCKED, TIA)
    experiment = store.begin_assignment(assignment_id, ann)
    assert store.submit(experiment, ann, assignment=assignment_id)
    with pytest.raises(RunError, match="begins with the weights that your teacher gave"):
        store.submit(digits(), ann, assignment=assignment_id)


def test_locks_and_limits_are_held_by_the_store_for_runs_folds_and_studies(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    locked = give(store, seventh)
    assert store.status(store.submit(digits(), ann, assignment=locked), ann).assignment == locked
    with pytest.raises(RunError, match="locked this: training"):
        store.submit(digits(epochs=4), ann, assignment=locked)
    with pytest.raises(RunError, match="locked this: data"):
        store.submit(folds(digits())[0], ann, assignment=locked)
    for study in (Study.of(Seeds(), digits(), 2), Study.of(Folds(), digits(), 1)):
        with pytest.raises(RunError, match="locked this"):
            store.submit_study(study, ann, assignment=locked)
    assert store.stored_studies(ann) == []
    for task, said in (
        (Assignment(compute=5_000), r"Epochs × parameters are 7,230; the task allows 5,000"),
        (Assignment(parameters=2_000), r"The network has 2,410 parameters; the task allows 2,000"),
    ):
        with pytest.raises(RunError, match=said):
            store.submit(digits(), ann, assignment=give(store, seventh, task))
    assert len(store.list(ann, assignment=locked)) == 1


def test_the_same_rows_are_tested_where_the_data_are_locked(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    assignment_id = give(store, seventh, Assignment(locks=("data",)))
    with pytest.raises(RunError, match="set the seed back to 0"):
        store.submit(digits(seed=1), ann, assignment=assignment_id)
    assert store.submit(digits(epochs=9), ann, assignment=assignment_id)


def test_a_setting_that_is_locked_cannot_be_turned_in_mid_run(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    assignment_id = give(store, seventh)
    run_id = store.submit(digits(), ann, assignment=assignment_id)
    with pytest.raises(RunError, match="locked this: training"):
        store.set_knobs(run_id, {"optimizer.lr": 0.1}, ann)
    free = store.submit(digits(), ann)
    store.set_knobs(free, {"optimizer.lr": 0.1}, ann)
    layers = give(store, seventh, Assignment(locks=("layers",)))
    held = store.submit(digits(), ann, assignment=layers)
    store.set_knobs(held, {"optimizer.lr": 0.1}, ann)
    with pytest.raises(RunError, match="locked this: layers"):
        store.set_knobs(held, {"network.3.p": 0.9}, ann)


def test_a_search_tries_only_what_the_task_allows(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    assignment_id = give(store, seventh, Assignment(locks=("training",)))
    study = Study.of(Search(ranges=(Range(field="training.optimizer.lr", low=0.001, high=0.1),), trials=3), digits(), 1)
    study_id = store.submit_study(study, ann, assignment=assignment_id)
    with SearchRuns(store.settings) as runs:
        SearchDriver(runs).advance(study_id)
    (run,) = store.list(ann, assignment=assignment_id)
    assert store.experiment(run.id, ann) == digits()
    assert len(store.study(study_id, ann).arms) == 1


def test_what_is_handed_in_stays_when_the_run_goes(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    assignment_id = give(store, seventh)
    run_id = finish(store, store.submit(digits(), ann, name="hers", assignment=assignment_id))
    handed_in = store.hand_in(run_id, assignment_id, ann)
    store.rename(run_id, "another", ann)
    store.delete(run_id, ann)
    for viewer in (ann, TIA):
        (kept,) = store.submissions(assignment_id, viewer)
        assert (kept.id, kept.name, kept.recorded and kept.recorded.accuracy) == (handed_in.id, "hers", 0.75)
        assert Experiment.from_stored(kept.experiment) == digits()
        assert store.submitted_weights(kept.id, viewer) == b"weights"


def test_only_an_ended_run_of_ones_own_that_was_trained_for_the_task_is_handed_in(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    assignment_id = give(store, seventh)
    waiting = store.submit(digits(), ann, assignment=assignment_id)
    with pytest.raises(RunError, match="has finished, or was stopped"):
        store.hand_in(waiting, assignment_id, ann)
    with pytest.raises(RunError, match="trained for this task"):
        store.hand_in(finish(store, store.submit(digits(), ann)), assignment_id, ann)
    with pytest.raises(RunNotFound):
        store.hand_in(waiting, assignment_id, TIA)
    run_id = finish(store, waiting)
    with writing(store._engine) as connection:  # a way around: another experiment under the same run
        mine = sa.update(schema.runs).where(schema.runs.c.id == run_id)
        connection.execute(mine.values(experiment=digits(epochs=50).to_dict()))
    with pytest.raises(RunError, match="locked this: training"):
        store.hand_in(run_id, assignment_id, ann)
    assert not list((store.settings.home / "artifacts" / "submissions").rglob("best*"))


def test_attempts_are_counted_and_then_nothing_more_is_submitted_for_the_task(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    assignment_id = give(store, seventh, attempts=2)
    run_id = finish(store, store.submit(digits(), ann, assignment=assignment_id))
    for _attempt in range(2):
        store.hand_in(run_id, assignment_id, ann)
    with pytest.raises(RunError, match="All 2 attempts of this task are used"):
        store.hand_in(run_id, assignment_id, ann)
    with pytest.raises(RunError, match="All 2 attempts of this task are used"):
        store.submit(digits(), ann, assignment=assignment_id)
    assert len(store.submissions(assignment_id, ann)) == 2


def test_late_is_shown_and_an_extension_moves_the_date_of_one_student(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    bob = store.join_class(seventh.code, "Bob", "green sky", "there")
    past, future = (datetime.now(UTC) + timedelta(days=days) for days in (-1, 1))
    assignment_id = give(store, seventh, due_at=past)
    for each in (ann, bob):
        run_id = finish(store, store.submit(digits(), each, assignment=assignment_id))
        assert store.hand_in(run_id, assignment_id, each).late
    store.extend(assignment_id, ann.name, future, TIA)
    assert [each.late for each in store.submissions(assignment_id, TIA)] == [False, True]
    assert store.assignments(ann)[0].due_at == future
    assert store.assignments(bob)[0].due_at == past
    first, second = store.assignment_results(assignment_id, TIA)
    assert (first.member.called, first.extended, second.extended) == ("Ann", future, None)
    store.extend(assignment_id, ann.name, None, TIA)
    assert store.submissions(assignment_id, ann)[0].late
    with pytest.raises(ClassNotFound):
        store.extend(assignment_id, "stranger", future, TIA)
    with pytest.raises(ClassNotFound):
        store.extend(assignment_id, ann.name, future, ann)


def test_what_was_handed_in_goes_with_its_student_and_with_its_task(
    store: Runs, seventh: SchoolClass, ann: Viewer, tmp_path: Path
) -> None:
    assignment_id = give(store, seventh)
    again = store.join_class(seventh.code, "Ann", "blue sky", "here")
    run_id = finish(store, store.submit(digits(), again, assignment=assignment_id))
    store.hand_in(run_id, assignment_id, again)
    store.extend(assignment_id, again.name, NOON, TIA)
    store.merge_members(seventh.id, again.name, ann.name, TIA)
    assert [each.run_id for each in store.submissions(assignment_id, ann)] == [run_id]
    assert store.assignments(ann)[0].due_at == NOON
    files = store.settings.home / "artifacts" / "submissions"
    assert list(files.rglob("best*"))
    store.take_work(ann.name, tmp_path / "work.zip", ann)
    (kept,) = store.submissions(assignment_id, ann)
    with zipfile.ZipFile(tmp_path / "work.zip") as archive:
        assert json.loads(archive.read(f"submissions/{kept.id}.json"))["record"] == kept.record
    store.delete_work(ann.name, ann)
    assert store.submissions(assignment_id, TIA) == []
    assert not list(files.rglob("best*"))
    store.delete_assignment(assignment_id, TIA)
    assert store.class_assignments(seventh.id, TIA) == []


def test_a_backup_holds_what_was_handed_in(store: Runs, seventh: SchoolClass, ann: Viewer, tmp_path: Path) -> None:
    assignment_id = give(store, seventh)
    run_id = finish(store, store.submit(digits(), ann, assignment=assignment_id))
    kept = store.hand_in(run_id, assignment_id, ann)
    backup(store.settings, tmp_path / "all.zip")
    fresh = Settings(home=tmp_path / "fresh")
    restore(fresh, tmp_path / "all.zip")
    with Runs(fresh) as runs:
        assert runs.submitted_weights(kept.id, TIA) == b"weights"
