"""Each check of the policy, taken out of the store: then somebody else comes at Ann's things, and the walk says so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dlcore.access import Viewer, student
from dlcore.runs import Runs, Settings
from dlcore.runs.resident import residents
from tests.access.mutation import Check, checks
from tests.access.walk import Things, leaks, prepare

INTRUDERS = [student("bob"), student(""), Viewer("", "teacher"), Viewer("bob", "teacher")]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Things]:
    """A home with Ann's things, of which every mutation gets a copy."""
    home = tmp_path_factory.mktemp("original") / "home"
    with Runs(Settings(home=home)) as store:
        return home, prepare(store, tmp_path_factory.mktemp("brought"))


def test_checks_are_found() -> None:
    found = list(checks())
    assert len(found) >= 40
    assert {each.module.__name__.rpartition(".")[2] for each in found} >= {"learner", "studies", "uploads", "runs"}


@pytest.mark.parametrize("check", list(checks()), ids=lambda check: check.id)
def test_a_store_without_one_check_leaks(
    check: Check, original: tuple[Path, Things], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, things = original
    shutil.copytree(home, tmp_path / "home")
    place, function = check.taken_out()
    monkeypatch.setattr(place, check.function, function)
    monkeypatch.setattr(residents, "ask", lambda *_asked: b"an answer")
    with Runs(Settings(home=tmp_path / "home")) as store:
        assert next(leaks(store, things, INTRUDERS, check.function), None) is not None
