"""Logs for machines: an object a line, and a run's id beside whatever is told of it."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from dlcore.access import student
from dlcore.runs import Runs, Settings
from dlcore.runs.logs import JsonLines, RunLog
from tests.runs.living import digits, until_state


def test_what_is_told_of_a_run_names_it_before_the_words_and_beside_them(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "dlcore.runs"):
        RunLog("abc").warning("its film ends: %s", "no «room»\nleft")
    (record,) = caplog.records
    assert record.getMessage() == "run abc: its film ends: no «room»\nleft"
    line = JsonLines().format(record)
    assert "\n" not in line
    told = json.loads(line)
    assert (told["run"], told["level"], told["logger"]) == ("abc", "warning", "dlcore.runs")
    assert told["message"] == record.getMessage()


def test_an_error_comes_with_its_traceback_in_the_same_line() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        record = logging.LogRecord("dlcore", logging.ERROR, "", 0, "it failed", None, sys.exc_info())
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["error"].endswith("ValueError: broken")
    assert "run" not in json.loads(line)


@pytest.mark.slow
def test_dispatcher_and_workers_write_objects_where_that_is_set(settings: Settings) -> None:
    with Runs(settings.model_copy(update={"log_format": "json"}), dispatcher=True) as runs:
        run_id = runs.submit(digits(epochs=1), student("ann"))
        until_state(runs, run_id, "finished")
    lines = (settings.home / "log" / "dispatcher.log").read_text().splitlines()
    told = [json.loads(each) for each in lines]
    assert [each["message"] for each in told if each.get("run") == run_id] == [f"run {run_id}: given to a worker"]
