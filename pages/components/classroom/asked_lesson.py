"""What a class is to do now: a lesson or a task, by which its teacher sees who is done. Kept class by class."""

from __future__ import annotations

import streamlit as st

from dlcore.classroom.live_table import Asked, HandedIn
from dlcore.i18n import _
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.store import runs
from pages.components.lessons import texts
from pages.components.shared import forms, keys
from pages.components.shared.visitor import viewer

NOTHING = ""


def _preference(school_class: SchoolClass) -> str:
    return f"class.{school_class.id}.asked"


def asked_of(school_class: SchoolClass) -> Asked | HandedIn | None:
    """The lesson or the task that was chosen; None where none was, or it is gone."""
    name = runs().preference(viewer(), _preference(school_class), NOTHING)
    if name in {each.name for each in texts.lessons()}:
        return Asked(name, texts.asked(name))
    if name in tasks_of(school_class):
        return HandedIn(name, frozenset(each.owner for each in runs().submissions(name, viewer())))
    return None


def tasks_of(school_class: SchoolClass) -> dict[str, str]:
    """The titles of the tasks of a class by their ids."""
    return {each.id: each.title for each in runs().class_assignments(school_class.id, viewer())}


def choose_asked(school_class: SchoolClass) -> None:
    """Choose the lesson or the task."""
    titles = {NOTHING: _("nothing in particular")} | {
        each: f"★ {title}" for each, title in tasks_of(school_class).items()
    }
    titles |= {each.name: f"{each.number} · {each.title}" for each in texts.lessons()}
    asked, key = asked_of(school_class), keys.in_language(keys.CLASS_ASKED)
    chosen = asked.lesson if isinstance(asked, Asked) else asked.assignment_id if asked else NOTHING
    forms.hold(key, chosen)
    st.selectbox(_("What the class works on"), list(titles), format_func=titles.__getitem__, key=key, width=320,
                 on_change=_keep, args=(school_class, key),
                 help=_("Shown as done is who has done all questions and tasks of this lesson, or has handed in for "
                        "this task (★)."))  # fmt: skip


def _keep(school_class: SchoolClass, key: str) -> None:
    runs().save_preference(viewer(), _preference(school_class), st.session_state[key])
