"""A class as a whole and its tasks, from the command line."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dlcore.access import FIRST_TEACHER, OPERATOR
from dlcore.cli import FINE, WRONG, main
from dlcore.errors import ClassError
from dlcore.export.assignment import Assignment
from dlcore.runs import open as open_runs
from tests.runs.living import digits
from tests.runs.tasks import finish


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DLCORE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LANGUAGE", "en")


@pytest.fixture
def code() -> str:
    """A class with two tasks; Ann has handed in for the first one, Bob has not."""
    with open_runs(dispatcher=False) as runs:
        seventh = runs.make_class("7b", FIRST_TEACHER)
        ann, _bob = (runs.join_class(seventh.code, name, "blue sky", name) for name in ("=Ann", "Bob"))
        due = datetime(2035, 5, 1, 12, tzinfo=UTC)
        first, _second = (
            runs.give_assignment(seventh.id, title, digits(), Assignment(locks=("data",)), FIRST_TEACHER, due)
            for title in ("First", "Second")
        )
        runs.hand_in(finish(runs, runs.submit(digits(), ann, name="hers", assignment=first)), first, ann)
    return seventh.code


def test_a_class_is_renamed_gets_another_code_and_ends(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "rename", code, "8b"]) == FINE
    assert main(["class", "rename", code, " "]) == WRONG
    capsys.readouterr()
    assert main(["class", "new-code", code]) == FINE
    newer = capsys.readouterr().out.strip()
    assert main(["class", "rename", code, "9b"]) == WRONG
    assert f"no class with the code {code}" in capsys.readouterr().err
    with open_runs(dispatcher=False) as runs:
        assert [(each.code, each.name) for each in runs.classes(OPERATOR)] == [(newer, "8b")]
        with pytest.raises(ClassError):
            runs.sign_in(code, "Bob", "blue sky", "here")
    assert main(["class", "end", newer]) == WRONG
    assert "8b would be deleted for good (students: 2, tasks: 2)" in capsys.readouterr().err
    assert main(["class", "end", newer, "--yes"]) == FINE
    with open_runs(dispatcher=False) as runs:
        assert runs.classes(OPERATOR) == []
        assert [each.name for each in runs.list(OPERATOR)] == ["hers"]


def test_tasks_are_listed_with_how_many_have_handed_in(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "tasks", code, "--json"]) == FINE
    found = {each["title"]: each for each in json.loads(capsys.readouterr().out)}
    assert {title: each["handed_in"] for title, each in found.items()} == {"First": 1, "Second": 0}
    assert found["First"]["due"] == "2035-05-01T12:00:00+00:00"
    assert main(["class", "tasks", code]) == FINE
    assert "2035-05-01 12:00" in capsys.readouterr().out


def test_results_are_a_table_a_row_a_student(code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["class", "results", code, "First"]) == FINE
    ann, bob = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (ann["Student"], ann["State"], ann["Score"], ann["Runs"]) == ("'=Ann", "handed in", "0.75", "1")
    assert (bob["Student"], bob["State"], bob["Score"], bob["Runs"]) == ("Bob", "not handed in", "", "0")
    with open_runs(dispatcher=False) as runs:
        (found,) = (each for each in runs.classes(OPERATOR) if each.code == code)
        first = next(each.id for each in runs.class_assignments(found.id, OPERATOR) if each.title == "First")
    assert main(["class", "results", code, first, "--out", str(tmp_path / "out.csv")]) == FINE
    assert len(list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig"))))) == 2
    capsys.readouterr()
    assert main(["class", "results", code, "Frist"]) == WRONG
    assert "Did you mean First?" in capsys.readouterr().err
