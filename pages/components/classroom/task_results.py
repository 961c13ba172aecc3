"""Student by student, what was handed in for a task: its own record beside what the server measured."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dlcore.experiment import Experiment
from dlcore.export.assignment import Assignment, Tried
from dlcore.i18n import _
from dlcore.runs.assignments import StudentResult, asked_of
from dlcore.runs.store.assignments import ClassAssignment
from dlcore.runs.store.submissions import Submission
from dlcore.serving.csv_file import csv_file
from dlcore.serving.downloads import file_name
from dlcore.serving.store import runs
from dlcore.serving.submission_checks import submission_checks
from dlcore.training.scores import METRICS, Scores, headline, value
from pages.components.shared import keys, language
from pages.components.shared.forms import escape
from pages.components.shared.local_time import shown
from pages.components.shared.visitor import viewer

LOOK_SECONDS = 3.0  # between two looks, while something is still to be measured


def results(task: ClassAssignment) -> None:
    """The table and its file; it is drawn again by itself while the server still measures."""
    handed_in = runs().submissions(task.id, viewer())
    submission_checks.begin(handed_in)
    measuring = submission_checks.measuring(handed_in)
    st.fragment(_results, run_every=LOOK_SECONDS if measuring else None)(task, measuring)


def _results(task: ClassAssignment, measuring: bool) -> None:
    language.apply()
    found = runs().assignment_results(task.id, viewer())
    if not found:
        st.info(_("Nobody has joined this class yet."))
        return
    frame = as_frame(task, found)
    done = [each.counted for each in found if each.counted is not None]
    said = _("{count} of {students} have handed in.", count=len(done), students=len(found))
    still = submission_checks.measuring(submission for each in found for submission in each.submissions)
    if still:
        said += " " + _("The server is measuring what came in.")
    st.markdown(said)
    st.dataframe(frame, hide_index=True, width="stretch", placeholder="–", key=f"{keys.TASK_RESULTS}.table")
    st.caption(_("The last one that was handed in counts. Score: what the run says of itself. Checked: what the server "
                 "measured of its weights, on the same rows; Test: on the rows that nobody trains on."))  # fmt: skip
    _warnings(found)
    with st.container(horizontal=True):
        st.download_button(_("Table (.csv)"), csv_file(frame), file_name(task.title, "csv"), "text/csv",
                           icon=":material/download:", on_click="ignore", key=f"{keys.TASK_RESULTS}.csv")  # fmt: skip
        st.button(_("Measure again"), icon=":material/replay:", type="tertiary", key=f"{keys.TASK_RESULTS}.again",
                  disabled=not done, on_click=submission_checks.begin, args=(done, True),
                  help=_("The server measures the weights of what counts once more."))  # fmt: skip
    if measuring and not still:
        st.rerun()


def _warnings(found: list[StudentResult]) -> None:
    """Whose record is not what its weights score, and what could not be measured."""
    for each in found:
        last = each.counted
        if last is not None and last.differs:
            st.warning(_("{student}: the record of {run} says {score}, its weights score {measured}.",
                         student=escape(each.member.called), run=escape(last.name), score=_number(last.recorded, last),
                         measured=_number(last.measured("judging"), last)), icon=":material/report:")  # fmt: skip
        if last is not None and last.problem is not None:
            st.warning(_("{student}: {run} could not be measured. {reason}", student=escape(each.member.called),
                         run=escape(last.name), reason=escape(str(last.problem))), icon=":material/error:")  # fmt: skip


def as_frame(task: ClassAssignment, found: list[StudentResult]) -> pd.DataFrame:
    """A row a student; numbers as numbers, times by this visitor's clock."""
    asked, start = asked_of(task), Experiment.from_stored(task.experiment)
    return pd.DataFrame([_row(each, asked, start) for each in found])


def _row(result: StudentResult, asked: Assignment, start: Experiment) -> dict[str, Any]:
    last = result.counted
    row: dict[str, Any] = {_("Student"): result.member.called, _("State"): _state(last)}
    row[_("Score")] = None if last is None else _headline(last.recorded, last)
    row[_("Checked")] = None if last is None else _headline(last.measured("judging"), last)
    row[_("Test")] = None if last is None else _headline(last.measured("test"), last)
    row[_("Reached")] = None if last is None or not asked.task(start) else _reached(last, asked)
    row[_("Attempts")] = len(result.submissions)
    row[_("Handed in")] = None if last is None else shown(last.submitted_at)
    row[_("Extended to")] = None if result.extended is None else shown(result.extended)
    row[_("Parameters")] = None if last is None else last.record["parameters"]
    row[_("Seconds")] = None if last is None else round(last.record["seconds"], 1)
    row[_("Test part opened")] = None if last is None else _yes(last.record["test_opened"])
    row[_("Run")] = None if last is None else last.name
    return row


def _state(last: Submission | None) -> str:
    if last is None:
        return _("not handed in")
    return _("late") if last.late else _("handed in")


def _reached(last: Submission, asked: Assignment) -> str:
    """Whether everything that is asked is reached: by what the server measured, where it did."""
    measured = last.measured("judging") or last.recorded
    tried = Tried(last.name, _headline(measured, last), last.record["parameters"], last.record["effort"],
                  last.record["seconds"])  # fmt: skip
    return _yes(all(asked.met(tried)))


def _yes(is_so: bool) -> str:
    return _("yes") if is_so else _("no")


def _headline(scores: Scores | None, last: Submission) -> float | None:
    """The number that sums up these scores, with the digits that mean something."""
    name = "loss" if last.recorded is None else headline(last.recorded)
    found = value(scores, name)
    return None if found is None else round(found, METRICS[name].digits + 1)


def _number(scores: Scores | None, last: Submission) -> str:
    found = _headline(scores, last)
    return "–" if found is None else f"{found:g}"
