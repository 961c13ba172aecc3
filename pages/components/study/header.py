"""The head of a study's page: what it compares, how far it is, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.i18n import _
from dlcore.number_format import duration
from dlcore.serving.store import runs
from dlcore.studies.cost import seconds_left
from dlcore.studies.sentences import judged_by
from pages.components.shared import keys
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.study.view import StudyView


def header(view: StudyView) -> None:
    """Name, kind, base, how far it is; stop, go on, delete."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container():
            st.subheader(escape(view.name or _(view.study.kind.title)), anchor=False)
        if view.controls:
            controls(view)
    st.markdown(f":small[{escape(what(view))}]")
    st.progress(min(1.0, view.done / max(1, view.study.planned)), text=escape(how_far(view)))


def what(view: StudyView) -> str:
    """What is compared, of which experiment."""
    study = view.study
    base = _("Base: {data}, {epochs} epochs.", data=study.base.dataset.source.called,
             epochs=study.base.training.epochs)  # fmt: skip
    if view.search is not None:
        trials = _("{runs} trials at most, a run each, all with the same seed.", runs=study.planned)
        return f"{base} {trials}"
    arms = _("{arms} arms × {seeds} seeds = {runs} runs.", arms=len(study.arms), seeds=len(study.seeds),
             runs=len(study))  # fmt: skip
    title = _(study.kind.title)
    ended = title if title.endswith(("?", "？")) else _("{kind}.", kind=title)
    kind = [] if view.name == title else [ended]
    return " ".join([*kind, base, arms, judged_by(study)])


def how_far(view: StudyView) -> str:
    """Runs done and failed, and how long the others will take."""
    said = [_("{done} of {runs} runs are done", done=view.done, runs=view.study.planned)]
    if failed := sum(each.state == "failed" for each in view.results):
        said.append(_("{count} failed", count=failed))
    left = None if view.search is not None else seconds_left(view.results)  # who knows which trials come
    if view.stopping:
        said.append(_("stopping: what trains ends its batch"))
    elif view.going and left is not None:
        said.append(_("about {time} left", time=duration(left)))
    elif not view.going and not view.ended:
        said.append(_("it rests: what is done stays done"))
    return " · ".join(said)


def controls(view: StudyView) -> None:
    """Stop or go on, and delete; the page finds what has changed in its next look."""
    if view.going and not view.stopping:
        st.button(_("Stop"), icon=":material/stop:", key=keys.STUDY_STOP, on_click=act, args=("stop_study", view.id))
    elif not view.ended:
        st.button(_("Go on"), icon=":material/play_arrow:", type="primary", key=keys.STUDY_RESUME,
                  on_click=act, args=("resume_study", view.id))  # fmt: skip
    with st.popover(_("Delete"), icon=":material/delete:", key=f"{keys.STUDY_DELETE}.form"):
        st.markdown(_("The study, all of its runs, their curves and weights will be gone for good."))
        if st.button(_("Delete for good"), type="primary", icon=":material/delete:", key=keys.STUDY_DELETE):
            act("delete_study", view.id)
            st.switch_page("compare.py")


def act(what_: str, study_id: str) -> None:
    """Carry it out, or say why not."""
    try:
        getattr(runs(), what_)(study_id, viewer())
    except DlcoreError as error:
        st.toast(str(error), icon=":material/error:")
