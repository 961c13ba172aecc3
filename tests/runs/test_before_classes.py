"""A home of before there were classes is opened, keeps what it had, and can be taught in.

What is in `tests/fixtures/before_classes` was made by the version of then; `facts.json` says what that one answered.
"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dlcore.access import FIRST_TEACHER, ME, OPERATOR, student
from dlcore.access.quotas import UNLIMITED
from dlcore.runs import Runs, Settings

KEPT = Path(__file__).parents[1] / "fixtures/before_classes"
FACTS: dict[str, Any] = json.loads((KEPT / "facts.json").read_text("utf-8"))
ANN = student("ann")


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    with zipfile.ZipFile(KEPT / "home.zip") as packed:
        packed.extractall(tmp_path)
    before = sqlite3.connect(tmp_path / "home/dlcore.db")
    assert before.execute("SELECT version_num FROM alembic_version").fetchone() == ("0007",)
    before.close()
    with Runs(Settings(home=tmp_path / "home")) as found:
        yield found


def test_everything_is_as_it_was_left(runs: Runs) -> None:
    status = runs.status(FACTS["finished"], ANN)
    assert (status.state, status.epoch, status.best_epoch) == ("finished", FACTS["epoch"], FACTS["best_epoch"])
    assert len(runs.events(FACTS["finished"], ANN)) == FACTS["events"]
    weights = runs.weights(FACTS["finished"], ANN)
    assert {name: each.flatten()[:4].tolist() for name, each in weights.items()} == FACTS["weights"]
    assert runs.status(FACTS["waiting"], ANN).state == "queued"
    assert len(runs.study_statuses(FACTS["study"], ANN)) == 2
    assert len(runs.frame(FACTS["upload"], ANN)) == 20
    assert (runs.draft(ANN), runs.preference(ANN, "language")) == ({"hers": 1}, "zh_CN")
    assert [each.id for each in runs.list(ME)] == [FACTS["mine"]]


def test_there_is_no_class_no_teacher_and_no_limit_in_it(runs: Runs) -> None:
    assert (runs.classes(OPERATOR), runs.teachers(OPERATOR)) == ([], [])
    assert runs.quota(ANN) == runs.quota(ME) == UNLIMITED


def test_who_worked_there_teaches_and_a_visitor_of_then_joins_with_their_work(runs: Runs) -> None:
    seventh = runs.make_class("7b", FIRST_TEACHER)
    joined = runs.join_class(seventh.code, "Ann", "blue sky", "here")
    runs.carry_work(joined.name, ANN)
    assert runs.status(FACTS["finished"], joined).owner == joined.name
    assert {each.id for each in runs.list(FIRST_TEACHER)} >= {FACTS["finished"], FACTS["waiting"], FACTS["mine"]}
    assert runs.member_runs(seventh.id, FIRST_TEACHER) == {joined.name: 4}
