"""Somebody else's run is a run that does not exist, whatever is asked of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from dlcore.errors import RunError, RunNotFound
from dlcore.runs import Runs
from tests.runs.living import digits

# Functions that belong to the installation as a whole, or ask for the owner first.
OF_NOBODY = {"close", "check_token", "is_empty", "speed", "welcome"}
OF_THE_OWNER_ALONE = {"draft", "save_draft", "preference", "save_preference", "submit"}
OF_MANY = {"list", "pulses"}

ARGUMENTS: dict[str, Any] = {"name": "another", "timeout": 0.1}


def _functions() -> dict[str, Callable[..., Any]]:
    return {
        name: function
        for name, function in inspect.getmembers(Runs, inspect.isfunction)
        if not name.startswith("_") and name not in OF_NOBODY | OF_THE_OWNER_ALONE | OF_MANY
    }


def test_every_function_about_a_run_takes_the_owner() -> None:
    for name, function in _functions().items():
        parameters = inspect.signature(function).parameters
        assert "run_id" in parameters, name
        assert parameters["owner"].default is None, name


@pytest.mark.parametrize("name", sorted(_functions()))
@pytest.mark.parametrize("intruder", ["bob", "", "ANN", "ann "])
def test_another_owner_is_told_that_there_is_no_such_run(store: Runs, name: str, intruder: str) -> None:
    run_id = store.submit(digits(), owner="ann")
    before = store.status(run_id)
    required = {
        each.name: ARGUMENTS[each.name]
        for each in inspect.signature(getattr(store, name)).parameters.values()
        if each.name in ARGUMENTS
    }
    with pytest.raises(RunNotFound) as theirs:
        getattr(store, name)(run_id, owner=intruder, **required)
    with pytest.raises(RunNotFound) as nobodys:
        getattr(store, name)("0" * 16, owner=intruder, **required)
    assert str(theirs.value).replace(run_id, "") == str(nobodys.value).replace("0" * 16, "")
    assert store.status(run_id) == before


@pytest.mark.parametrize("intruder", ["bob", ""])
def test_lists_hold_the_owners_runs_alone(store: Runs, intruder: str) -> None:
    run_id = store.submit(digits(), owner="ann")
    assert store.list(intruder) == []
    assert store.pulses([run_id], owner=intruder) == {}
    assert [status.id for status in store.list("ann")] == [run_id]
    assert list(store.pulses([run_id], owner="ann")) == [run_id]


@pytest.mark.parametrize("owner", ["", "welcome", "x" * 201])
def test_nobody_in_particular_keeps_nothing(store: Runs, owner: str) -> None:
    with pytest.raises(RunError):
        store.save_draft(owner, {})
    with pytest.raises(RunError):
        store.save_preference(owner, "key", 1)
