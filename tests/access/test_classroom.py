"""What a teacher sees of a class at a glance, and what is shown to a class."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from dlcore.access import OPERATOR, Viewer, student
from dlcore.errors import ClassNotFound, RunError, RunNotFound
from dlcore.runs import Runs
from dlcore.runs.store import rows, schema
from dlcore.runs.store.classes import SchoolClass
from dlcore.runs.store.dispatch import Dispatch
from dlcore.runs.store.engine import writing
from dlcore.studies import Study
from dlcore.studies.seeds import Seeds
from tests.access.walk import TIA
from tests.runs.living import digits


def told(store: Runs, run_id: str, accuracies: list[float], **columns: Any) -> None:
    """Write epochs of a run as its worker does, epoch 0 first."""

    def scores(value: float) -> dict[str, Any]:
        return {"loss": 1 - value, "accuracy": value, "confusion": [[1, 0], [0, 1]]}

    rest = {"learning_rate": 0.1, "gradient_norm": None, "seconds": 0.1, "samples_per_second": 0.0}
    bodies = [
        {"event": "EpochEnded", "epoch": epoch, "train": scores(value / 2), "validation": scores(value), **rest}
        for epoch, value in enumerate(accuracies)
    ]
    best = max(range(len(accuracies)), key=accuracies.__getitem__)
    written = {"epoch": len(accuracies) - 1, "best_epoch": best, "best": scores(accuracies[best]), **columns}
    with writing(store._engine) as connection:
        cursor = connection.execute(sa.select(schema.runs.c.cursor).where(schema.runs.c.id == run_id)).scalar_one()
        rows.change(connection, run_id, written | {"cursor": rows.append(connection, run_id, cursor, bodies)})


def test_of_each_student_it_says_the_run_that_trains_else_the_newest(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    zoe = store.join_class(seventh.code, "Zoe", "blue sky", "here")
    first, second, third = (store.submit(digits(), ann, name=name) for name in ("one", "two", "three"))
    told(store, first, [0.1, 0.9, 0.5], state="finished", started_at=100.0, finished_at=130.0, seconds=20.0)
    told(store, second, [0.1, 0.4], state="running", started_at=200.0, heartbeat_at=210.0, seconds=5.0)
    hers, theirs = store.class_activity(seventh.id, TIA)
    assert (hers.called, hers.runs, theirs.called, theirs.runs, theirs.current) == ("Ann", 3, "Zoe", 0, None)
    assert hers.current is not None
    assert (hers.current.id, hers.current.epoch, hers.best) == (second, 1, 0.9)
    assert hers.current.scores == {"accuracy": 0.4, "loss": pytest.approx(0.6)}
    assert hers.current.improved_at == 210.0  # its newest epoch is its best
    store.stop(third, ann)
    with writing(store._engine) as connection:
        rows.change(connection, second, {"state": "stopped"})
    (again, _zoe) = store.class_activity(seventh.id, TIA)
    assert again.current is not None
    assert again.current.id == third
    assert zoe.name == theirs.name


def test_a_better_score_is_as_old_as_the_epochs_that_followed_it(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    run_id = store.submit(digits(), ann)
    told(store, run_id, [0.1, 0.8, 0.5, 0.5, 0.5], state="running", started_at=0.0, heartbeat_at=400.0, seconds=40.0)
    (hers,) = store.class_activity(seventh.id, TIA)
    assert hers.current is not None
    assert hers.current.improved_at == 400 - 3 * 10


def test_curves_come_once_and_then_only_what_is_new(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    run_id = store.submit(digits(), ann)
    told(store, run_id, [0.1, 0.4])
    curves = store.score_curves({run_id: "accuracy"}, {}, TIA)
    assert curves == {run_id: (2, [(0, 0.1), (1, 0.4)])}
    assert store.score_curves({run_id: "accuracy"}, {run_id: 2}, TIA) == {}
    told(store, run_id, [0.7])
    assert store.score_curves({run_id: "accuracy"}, {run_id: 2}, TIA) == {run_id: (3, [(0, 0.7)])}
    assert store.score_curves({run_id: "accuracy"}, {}, student("bob")) == {}


def test_who_was_away_for_long_begins_a_new_sitting(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    def hers() -> tuple[float | None, float | None]:
        (found,) = store.class_activity(seventh.id, TIA)
        return found.since, found.seen_at

    assert hers() == (None, None)
    for at, since in ((1000.0, 1000.0), (1500.0, 1000.0), (2050.0, 1000.0), (2700.0, 2700.0)):
        store.note_seen({ann.name: at})
        assert hers() == (since, at)


def test_evidence_of_lessons_comes_by_the_lesson(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    store.save_preference(ann, "lesson.neuron", {"hand": {"attempts": 1, "done_at": 5.0}})
    store.save_preference(ann, "lesson.neuron.train.done", True)  # as a version before this one kept it
    store.save_preference(ann, "language", "en")
    (hers,) = store.class_activity(seventh.id, TIA)
    assert hers.lessons == {"neuron": {"hand": {"attempts": 1, "done_at": 5.0}}}


# What is shown


def test_the_students_of_a_class_see_a_run_only_as_long_as_it_is_shown(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    run_id, bob = store.submit(digits(), TIA), student("bob")
    with pytest.raises(RunNotFound):
        store.status(run_id, ann)
    store.show_run(seventh.id, run_id, TIA)
    assert store.status(run_id, ann).id == run_id
    assert run_id not in [each.id for each in store.list(ann)]
    for refused in (store.stop, store.pause, store.delete):
        with pytest.raises(RunNotFound):
            refused(run_id, ann)
    with pytest.raises(RunNotFound):
        store.status(run_id, bob)
    store.end_show(seventh.id, TIA)
    with pytest.raises(RunNotFound):
        store.status(run_id, ann)


def test_the_token_of_a_run_that_is_shown_opens_nothing_afterwards(
    store: Runs, seventh: SchoolClass, ann: Viewer
) -> None:
    run_id = store.submit(digits(), TIA)
    store.show_run(seventh.id, run_id, TIA)
    hers, mine = store.token(run_id, ann), store.token(run_id, TIA)
    assert store.check_token(run_id, hers)
    assert store.check_token(run_id, mine)
    store.end_show(seventh.id, TIA)
    assert not store.check_token(run_id, hers)
    assert store.check_token(run_id, mine)
    store.show_run(seventh.id, run_id, TIA)
    assert not store.check_token(run_id, hers)


def test_a_class_is_told_what_is_shown_and_at_which_epoch(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    run_id = store.submit(digits(), TIA)
    assert store.shown_run(seventh.id, ann) is None
    store.show_epoch(seventh.id, 3, TIA)
    assert store.shown_run(seventh.id, ann) is None
    store.show_run(seventh.id, run_id, TIA)
    store.show_epoch(seventh.id, 7, TIA)
    for viewer in (ann, TIA):
        shown = store.shown_run(seventh.id, viewer)
        assert shown is not None
        assert (shown.run_id, shown.epoch) == (run_id, 7)
    assert store.shown_run(seventh.id, student("bob")) is None
    assert store.shown_run(seventh.id, Viewer("bob", "teacher")) is None
    store.delete(run_id, TIA)
    assert store.shown_run(seventh.id, ann) is None
    with pytest.raises(RunError, match="from 0 to"):
        store.show_epoch(seventh.id, -1, TIA)


def test_a_teacher_shows_only_what_a_teacher_sees(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    strangers = store.submit(digits(), student("bob"))
    with pytest.raises(RunNotFound):
        store.show_run(seventh.id, strangers, TIA)
    with pytest.raises(ClassNotFound):
        store.show_run(seventh.id, store.submit(digits(), ann), ann)


def test_a_teachers_own_list_is_without_the_runs_of_the_class(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    hers, mine = store.submit(digits(), ann), store.submit(digits(), TIA)
    assert [each.id for each in store.list(TIA)] == [mine, hers]
    assert [each.id for each in store.list(TIA, own=True)] == [mine]


def test_a_teachers_own_studies_are_without_those_of_the_class(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    hers, mine = (store.submit_study(Study.of(Seeds(), digits(), 2), each) for each in (ann, TIA))
    assert {each.id for each in store.stored_studies(TIA)} == {mine, hers}
    assert [each.id for each in store.stored_studies(TIA, own=True)] == [mine]


def test_the_classes_of_a_student_are_told_to_that_student(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    assert store.classes_of(ann) == {seventh.id: "7b"}
    assert store.classes_of(student("bob")) == {}
    assert store.classes_of(TIA) == {}


def test_what_is_shown_trains_before_all_that_wait(store: Runs, seventh: SchoolClass, ann: Viewer) -> None:
    hers = [store.submit(digits(), ann) for _run in range(3)]
    demonstration = store.submit(digits(), TIA)
    dispatch = Dispatch(store._engine, "home")
    dispatch.claim(store.submit(digits(), TIA))  # so that it is not her turn
    assert next(each.id for each in dispatch.queue()) == hers[0]
    store.show_run(seventh.id, demonstration, TIA)
    assert next(each.id for each in dispatch.queue()) == demonstration
    assert store.status(demonstration, OPERATOR).position == 1
    store.end_show(seventh.id, TIA)
    assert next(each.id for each in dispatch.queue()) == hers[0]


def test_a_class_of_thirty_is_seen_with_as_few_statements_as_one_of_three(store: Runs, seventh: SchoolClass) -> None:
    asked: list[str] = []
    sa.event.listen(store._engine, "before_cursor_execute", lambda _1, _2, statement, *_3: asked.append(statement))
    counted = []
    for already, students in ((0, 3), (3, 30)):
        fill(store, seventh, students=students, each=10, first=already)
        asked.clear()
        assert [each.runs for each in store.class_activity(seventh.id, TIA)] == [10] * students
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 8


def fill(store: Runs, seventh: SchoolClass, students: int, each: int, first: int = 0) -> None:
    """Give a class students with finished runs, the first of whom are there already."""
    experiment = digits().to_dict()
    best = json.loads('{"loss": 0.2, "accuracy": 0.9, "confusion": [[5, 0], [0, 5]]}')
    with writing(store._engine) as connection:
        for student_ in range(first, students):
            owner = f"{student_:032x}"
            member = {"class_id": seventh.id, "name": owner, "called": f"Student {student_:02}", "word": "",
                      "joined_at": 1.0}  # fmt: skip
            connection.execute(sa.insert(schema.members).values(member))
            for number in range(each):
                row = rows.queued(experiment, owner, f"digits {number}", None, None)
                row |= {"id": f"{student_:08x}{number:08x}", "created_at": float(number), "queued_at": float(number),
                        "state": "finished", "finished_at": number + 1.0, "best": best, "best_epoch": 1,
                        "epoch": 3}  # fmt: skip
                connection.execute(sa.insert(schema.runs).values(row))
