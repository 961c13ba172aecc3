"""What a finished run of the learner's own predicted, on the board of a lesson instead of the lesson's own example."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.i18n import _, translate
from dlcore.lessons.course import lesson
from dlcore.lessons.lesson import Lesson
from dlcore.serving.store import runs
from pages.components.lessons import standing
from pages.components.lessons.finished_runs import finished_runs
from pages.components.shared.visitor import viewer

WHAT = "run"


def is_offered(declared: Lesson) -> bool:
    """Whether a lesson can show what a run of the learner's own predicted."""
    return type(declared).reads is not Lesson.reads


def chooser(name: str) -> None:
    """A list of the runs that the lesson can read, where there is one."""
    known = titles(lesson(name))
    if not known:
        st.caption(_("A finished run of your own can stand here: train one in the Studio."))
        return
    key = standing.key(name, WHAT)
    chosen = st.session_state.get(key)
    st.session_state[key] = chosen if chosen in known else ""
    st.selectbox(_("Whose predictions"), ["", *known], key=key, on_change=take, args=(name,), width=320,
                 format_func=lambda run: known.get(run, _("the lesson's own example")))  # fmt: skip
    if (said := st.session_state.get(standing.key(name, "run_error"))) is not None:
        st.warning(said)


def titles(declared: Lesson) -> dict[str, str]:
    """The learner's newest runs that a lesson reads, by id: their data and how well they did. One query."""
    found = {}
    for run, experiment in finished_runs(declared.reads):
        title, score = translate(experiment.dataset.source.title), run.best.accuracy
        found[run.id] = f"{title} · {score:.1%}" if score is not None else title
    return found


def take(name: str) -> None:
    """Let the numbers of the chosen run stand on the board; say so where they were not kept."""
    before, run = standing.now(name), st.session_state[standing.key(name, WHAT)]
    error = None
    try:
        numbers = lesson(name).read(runs().seen(run, viewer())) if run else {}
        standing.put(name, replace(before, run=numbers))
    except (KeyError, DlcoreError):
        error = _("This run kept no predictions: train it anew, and choose that one.")
    st.session_state[standing.key(name, "run_error")] = error
