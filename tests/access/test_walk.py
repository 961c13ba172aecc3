"""Somebody else's thing is a thing that does not exist, whatever is asked of it by whom."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from dlcore.access import OPERATOR, Viewer, student
from dlcore.errors import ClassNotFound, RunNotFound, UploadError
from dlcore.runs import Runs
from dlcore.runs.resident import residents
from tests.access.walk import OF_NOBODY, TIA, Things, call, functions, leaks, prepare

OTHERS = [
    *map(student, ("bob", "", "ANN", "ann ", "welcome")),
    Viewer("bob", "teacher"), Viewer("", "teacher"),
]  # fmt: skip


@pytest.fixture
def things(store: Runs, tmp_path: Path) -> Things:
    return prepare(store, tmp_path)


def test_every_public_function_takes_a_viewer_and_none_has_a_default() -> None:
    public = {name for name, _ in inspect.getmembers(Runs, inspect.isfunction) if not name.startswith("_")}
    assert public - functions().keys() == OF_NOBODY
    for name, function in functions().items():
        parameter = inspect.signature(function).parameters["viewer"]
        assert (parameter.default, parameter.annotation) == (inspect.Parameter.empty, "Viewer"), name


def test_nobody_else_learns_or_changes_anything(store: Runs, things: Things) -> None:
    assert list(leaks(store, things, OTHERS)) == []


def test_somebody_elses_thing_is_answered_like_one_that_is_not_there(store: Runs, things: Things) -> None:
    for name, function in functions().items():
        asked = things.arguments()
        for kind in ("run_id", "study_id", "upload_id"):
            if kind in inspect.signature(function).parameters and name not in ("_epochs", "_shown_to", "_told"):
                with pytest.raises((RunNotFound, UploadError, ClassNotFound)) as theirs:
                    call(store, name, student("bob"), asked)
                with pytest.raises((RunNotFound, UploadError, ClassNotFound)) as nobodys:
                    call(store, name, student("bob"), asked | {kind: "0" * 16})
                assert str(theirs.value).replace(asked[kind], "") == str(nobodys.value).replace("0" * 16, ""), name


ABOUT = {"run_id", "study_id", "upload_id"}


def _outcome(store: Runs, name: str, things: Things) -> bool:
    """Whether a function answers Ann's teacher about Ann's things, or refuses for another reason than who asks."""
    try:
        call(store, name, TIA, things.arguments())
    except (RunNotFound, UploadError, ClassNotFound):
        return False
    except Exception:  # there is no weight, no film, no such setting
        return True
    return True


def test_a_teacher_reads_and_stops_the_runs_of_the_class_and_changes_nothing_else(
    store: Runs, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(residents, "ask", lambda *_asked: b"an answer")
    about = {
        name: _outcome(store, name, things)
        for name, function in functions().items()
        if not name.startswith("_")
        and {"run_id", "study_id", "upload_id"} & inspect.signature(function).parameters.keys()
    }
    assert {name for name, answered in about.items() if not answered} == {
        "delete", "hand_in", "hold", "open_test_part", "pause", "rename", "resume", "set_knobs", "step",
        "delete_study", "resume_study",
        "delete_upload", "find_upload", "frame", "rename_upload", "runs_of_upload",
    }  # fmt: skip
    assert things.run_id in [each.id for each in store.list(TIA)]
    assert store.status(things.run_id, TIA).state == "stopped"
    assert store.draft(TIA) is None
    store.remove_member(things.class_id, "ann", TIA)
    assert store.list(TIA) == []


def test_the_operator_sees_everything_and_keeps_nothing(store: Runs, things: Things) -> None:
    assert store.status(things.run_id, OPERATOR).owner == "ann"
    assert things.run_id in [each.id for each in store.list(OPERATOR)]
    assert [each.id for each in store.uploads(OPERATOR)] == [things.upload_id]
    with pytest.raises(Exception, match="Nobody in particular"):
        store.save_draft(OPERATOR, {})
