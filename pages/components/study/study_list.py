"""The studies of a visitor: which there are, and how each stands."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import streamlit as st

from dlcore.errors import RunNotFound
from dlcore.i18n import _
from dlcore.runs.status import State
from dlcore.runs.store.studies import StoredStudy
from dlcore.runs.welcome import NAME
from dlcore.serving.store import runs
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer

MOST = 12  # in the list


def study_list() -> None:
    """The newest studies, each a link to its page; nothing where there are none."""
    kept = runs().stored_studies(viewer(), MOST, own=True)
    states = runs().study_states([each.id for each in kept], viewer())
    if kept:
        st.markdown(f"**{_('Studies')}**")
    for each in kept:
        label = f"{escape(title(each))} · {_standing(states.get(each.id, {}))} · {_when(each)}"
        st.page_link("study.py", label=label, icon=":material/balance:", query_params={"id": each.id})


def link_to_study(run_id: str) -> None:
    """From a run of a study back to it; nothing for a run of none."""
    status = runs().status(run_id, viewer())
    if status.group is None:
        return
    with contextlib.suppress(RunNotFound):
        kept = runs().stored_study(status.group, viewer())
        label = _("A run of the study “{name}”", name=title(kept))
        st.page_link("study.py", label=escape(label), icon=":material/balance:", query_params={"id": kept.id})


def title(kept: StoredStudy) -> str:
    """What a study is called: by its own name, or, as a button named it, in the reader's language."""
    return _(kept.name) if kept.name == NAME else kept.name


def _standing(states: Mapping[State, int]) -> str:
    """How far a study is, in a few words."""
    done, runs_ = states.get("finished", 0), sum(states.values())
    said = [_("{done} of {runs} runs are done", done=done, runs=runs_)]
    if states.get("failed"):
        said.append(_("{count} failed", count=states["failed"]))
    if states.get("paused") and not states.get("running"):
        said.append(_("resting"))
    return ", ".join(said)


def _when(kept: StoredStudy) -> str:
    return f"{kept.created_at.astimezone():%m-%d %H:%M}" if kept.created_at else ""
