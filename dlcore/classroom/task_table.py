"""The table of a task: a row a student, with the record of what counts beside what the server measured of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from dlcore.experiment import Experiment
from dlcore.export.assignment import Assignment, Tried
from dlcore.i18n import _
from dlcore.runs.assignments import StudentResult, asked_of
from dlcore.runs.store.assignments import ClassAssignment
from dlcore.runs.store.submissions import Submission
from dlcore.training.scores import METRICS, Scores, headline, value


def task_table(
    task: ClassAssignment, found: Sequence[StudentResult], moment: Callable[[datetime], str]
) -> pd.DataFrame:
    """A row a student; numbers as numbers, times as `moment` writes them."""
    asked, start = asked_of(task), Experiment.from_stored(task.experiment)
    asks = bool(asked.task(start))
    return pd.DataFrame([_row(each, asked if asks else None, moment) for each in found])


def main_score(scores: Scores | None, last: Submission) -> float | None:
    """The number that sums up these scores, with the digits that mean something."""
    name = "loss" if last.recorded is None else headline(last.recorded)
    found = value(scores, name)
    return None if found is None else round(found, METRICS[name].digits + 1)


def _row(result: StudentResult, asked: Assignment | None, moment: Callable[[datetime], str]) -> dict[str, Any]:
    last = result.counted
    row: dict[str, Any] = {_("Student"): result.member.called, _("State"): _state(result)}
    row[_("Score")] = None if last is None else main_score(last.recorded, last)
    row[_("Checked")] = None if last is None else main_score(last.measured("judging"), last)
    row[_("Test")] = None if last is None else main_score(last.measured("test"), last)
    row[_("Reached")] = None if last is None or asked is None else _reached(last, asked)
    row[_("Runs")] = len(result.runs)
    row[_("Attempts")] = len(result.submissions)
    row[_("Handed in")] = None if last is None else moment(last.submitted_at)
    row[_("Extended to")] = None if result.extended is None else moment(result.extended)
    row[_("Parameters")] = None if last is None else last.record["parameters"]
    row[_("Seconds")] = None if last is None else round(last.record["seconds"], 1)
    row[_("Test part opened")] = None if last is None else _yes(last.record["test_opened"])
    row[_("Run")] = None if last is None else last.name
    return row


def _state(result: StudentResult) -> str:
    last = result.counted
    if last is not None:
        return _("late") if last.late else _("handed in")
    return _("training now") if any(not each.ended for each in result.runs) else _("not handed in")


def _reached(last: Submission, asked: Assignment) -> str:
    """Whether everything that is asked is reached: by what the server measured, where it did."""
    measured = last.measured("judging") or last.recorded
    tried = Tried(last.name, main_score(measured, last), last.record["parameters"], last.record["effort"],
                  last.record["seconds"])  # fmt: skip
    return _yes(all(asked.met(tried)))


def _yes(is_so: bool) -> str:
    return _("yes") if is_so else _("no")
