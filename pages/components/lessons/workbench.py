"""What follows the hand in a lesson: choices, buttons, the board, the formula with live values, the same in torch."""

from __future__ import annotations

import json
from functools import partial

import streamlit as st

from dlcore.codegen.notebook import notebook_of
from dlcore.i18n import _, translate
from dlcore.lessons.course import lesson
from dlcore.lessons.lesson import Blocks, Choice
from dlcore.lessons.now import Now
from dlcore.lessons.tasks import Task
from pages.components.lessons import own_predictions, own_run, progress, standing
from pages.components.shared import language
from pages.components.web.board import board


@st.fragment
def workbench(name: str) -> None:
    """Everything that follows the hand: only this part runs when something moves."""
    language.apply()
    declared = lesson(name)
    controls(name)
    if own_run.is_offered(declared):
        own_run.chooser(name)
    if own_predictions.is_offered(declared):
        own_predictions.chooser(name)
    now = standing.now(name)
    board(
        declared.board(now), key=standing.key(name, "board"), revision=standing.revision(name), values=now.values,
        on_hand=partial(standing.by_hand, name),
    )  # fmt: skip
    blocks(*declared.blocks(now))
    same_in_torch(name, now)
    grade(name, now)


def controls(name: str) -> None:
    """What is chosen beside the board, and its buttons."""
    declared, options = lesson(name), standing.now(name).options
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        for choice in declared.choices:
            if choice.only_with is None or options[choice.only_with[0]] in choice.only_with[1]:
                chooser(name, choice)
        with st.container(horizontal=True, gap="small", width="content"):
            for action in declared.actions:
                st.button(
                    translate(action.label), type="primary" if action.primary else "secondary",
                    icon=f":material/{action.icon}:" if action.icon else None,
                    on_click=standing.act, args=(name, action.do), key=standing.key(name, action.name),
                )  # fmt: skip
            st.button(_("Start over"), icon=":material/restart_alt:", on_click=standing.start_over, args=(name,),
                      key=standing.key(name, "restart"))  # fmt: skip


def chooser(name: str, choice: Choice) -> None:
    """One choice: buttons side by side, or a slider of stops."""
    key = standing.key(name, choice.name)
    stands = standing.now(name).options[choice.name]
    # A slider that is told again where it stands forgets the key that was pressed meanwhile.
    if not choice.scale or st.session_state.get(key) != stands:
        st.session_state[key] = stands
    show = partial(_said, choice)
    if choice.scale:
        st.select_slider(translate(choice.label), list(choice.options), format_func=show, key=key, width=180,
                         on_change=standing.choose, args=(name, choice.name))  # fmt: skip
    else:
        st.segmented_control(translate(choice.label), list(choice.options), format_func=show, key=key, required=True,
                             on_change=standing.choose, args=(name, choice.name), width="content")  # fmt: skip


def _said(choice: Choice, value: object) -> str:
    return translate(choice.options[value])


def blocks(left: Blocks, right: Blocks) -> None:
    """What stands under the board, in two columns."""
    for column, pieces in zip(st.columns(2, gap="large") if left or right else (), (left, right), strict=False):
        with column:
            for piece in pieces:
                getattr(st, piece.kind)(piece.text)


def same_in_torch(name: str, now: Now) -> None:
    """The lesson's own numbers, for what is set now, in plain torch: to copy, or as a notebook."""
    source = lesson(name).snippet(now)
    with st.expander(_("The same in torch"), icon=":material/code:"):
        st.code(source, language="python")
        st.caption(_("These lines print the numbers that stand on the board at this moment."))
        file = json.dumps(notebook_of([("code", "lesson", source)]), ensure_ascii=False, indent=1)
        st.download_button(
            _("Download as a notebook"), lambda: file, f"{name}.ipynb", "application/x-ipynb+json",
            icon=":material/download:", key=standing.key(name, "notebook"), on_click="ignore",
        )  # fmt: skip


def grade(name: str, now: Now) -> None:
    """Grade the tasks of the board, once for each time that something came to rest."""
    if not st.session_state.pop(standing.key(name, "attempt"), False):
        return
    done = progress.read(name)
    news = False
    for task in lesson(name).tasks:
        if isinstance(task, Task) and not progress.is_done(done, task.section):
            made = task.grade(now)
            progress.note(name, task.section, made, values=dict(now.values), options=dict(now.options),
                          moved=sorted(now.moved))  # fmt: skip
            news = news or made
    if news:
        st.rerun()
