"""Student by student, what was handed in for a task: its own record beside what the server measured."""

from __future__ import annotations

import zlib

import pandas as pd
import streamlit as st

from dlcore.classroom.task_table import main_score, task_table
from dlcore.i18n import _
from dlcore.runs.assignments import StudentResult
from dlcore.runs.store.assignments import ClassAssignment
from dlcore.runs.store.submissions import Submission
from dlcore.serving.csv_file import csv_file
from dlcore.serving.downloads import file_name
from dlcore.serving.store import runs
from dlcore.serving.submission_checks import submission_checks
from dlcore.training.scores import Scores
from pages.components.classroom.opened_run import opened_run
from pages.components.shared import keys, language
from pages.components.shared.forms import escape
from pages.components.shared.local_time import shown
from pages.components.shared.visitor import viewer

REFRESH = 3  # seconds between two looks at what the students do


@st.fragment(run_every=REFRESH)
def results(task: ClassAssignment) -> None:
    """The table and its file, drawn anew every few seconds; what is handed in meanwhile is measured."""
    language.apply()
    found = runs().assignment_results(task.id, viewer())
    if not found:
        st.info(_("Nobody has joined this class yet."))
        return
    handed_in = [submission for each in found for submission in each.submissions]
    submission_checks.begin(handed_in)
    _say_count(found, submission_checks.measuring(handed_in))
    frame = as_frame(task, found)
    _table(task, found, frame)
    _warnings(found)
    done = [each.counted for each in found if each.counted is not None]
    with st.container(horizontal=True):
        st.download_button(_("Table (.csv)"), csv_file(frame), file_name(task.title, "csv"), "text/csv",
                           icon=":material/download:", on_click="ignore", key=f"{keys.TASK_RESULTS}.csv")  # fmt: skip
        st.button(_("Measure again"), icon=":material/replay:", type="tertiary", key=f"{keys.TASK_RESULTS}.again",
                  disabled=not done, on_click=submission_checks.begin, args=(done, True),
                  help=_("The server measures the weights of what counts once more."))  # fmt: skip


def _say_count(found: list[StudentResult], measuring: bool) -> None:
    count = sum(each.counted is not None for each in found)
    said = _("{count} of {students} have handed in.", count=count, students=len(found))
    st.markdown(f"{said} {_('The server is measuring what came in.')}" if measuring else said)


def _table(task: ClassAssignment, found: list[StudentResult], frame: pd.DataFrame) -> None:
    """Draw it; a row that is chosen opens the run of its student."""
    students = " ".join(each.member.name for each in found).encode()  # others: what was chosen is not suddenly theirs
    key = f"{keys.TASK_RESULTS}.table.{task.id}.{zlib.crc32(students)}"
    chosen = st.dataframe(frame, hide_index=True, width="stretch", placeholder="–", key=key, on_select="rerun",
                          selection_mode="single-row")["selection"]["rows"]  # fmt: skip
    st.caption(_("Choose a row to open the run that counts, or the best one so far. The last one that was handed in "
                 "counts. Score: what the run says of itself. Checked: what the server measured of its weights, on the "
                 "same rows; Test: on the rows that nobody trains on."))  # fmt: skip
    run_id = found[chosen[0]].shown_run if chosen and chosen[0] < len(found) else None
    if run_id is not None:
        opened_run(run_id)
        st.rerun()
    if chosen:
        st.caption(_("This student has no run for this task."))


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
    """The table, with times by this visitor's clock."""
    return task_table(task, found, shown)


def _number(scores: Scores | None, last: Submission) -> str:
    found = main_score(scores, last)
    return "–" if found is None else f"{found:g}"
