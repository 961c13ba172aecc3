"""A run of a student, as its teacher opens it: to look at and to stop, not to change; and to be shown to the class."""

from __future__ import annotations

import streamlit as st

from dlcore.access import student
from dlcore.data.uploads import upload_access
from dlcore.errors import DlcoreError, RunNotFound
from dlcore.i18n import _
from dlcore.runs import Status
from dlcore.runs.store.classes import SchoolClass
from dlcore.serving.class_show import EPOCH, address
from dlcore.serving.store import runs
from pages.components.shared import forms, keys
from pages.components.shared.forms import escape
from pages.components.shared.visitor import viewer
from pages.components.web.live_view.mount import live_view

IN_ADDRESS = "run"  # ?run=<id>: a reload shows the same


def opened_run(run_id: str | None) -> None:
    """Open a run from now on, or none."""
    for name in (IN_ADDRESS, "epoch"):
        st.query_params.pop(name, None)
    if run_id:
        st.query_params[IN_ADDRESS] = run_id


def show_opened(school_class: SchoolClass) -> bool:
    """Show the run that is open; False where none is."""
    run_id = st.query_params.get(IN_ADDRESS)
    if run_id is None:
        return False
    try:
        status = runs().status(run_id, viewer())
    except RunNotFound as error:
        opened_run(None)
        st.warning(str(error), icon=":material/error:")
        return False
    heading(school_class, status)
    with upload_access.using(runs().upload_access(student(status.owner))):  # the run may be of data of theirs
        live_view(status.id, key=keys.CLASS_RUN, addressed=True, lead=_lead(school_class, status))
    return True


def heading(school_class: SchoolClass, status: Status) -> None:
    """Whose run it is, the way back, and what can be done with it."""
    shown = runs().shown_run(school_class.id, viewer())
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("All students"), icon=":material/arrow_back:", on_click=opened_run, args=(None,),
                  key=keys.CLASS_CLOSE)  # fmt: skip
        st.markdown(f"**{escape(owner_of(school_class, status))}** · {escape(str(status.title))}")
        if not status.ended and status.owner != viewer().name:
            st.button(_("Stop this run"), icon=":material/stop:", on_click=stop, args=(status.id,),
                      key=keys.CLASS_STOP)  # fmt: skip
        if shown is not None and shown.run_id == status.id:
            end_button(school_class)
            st.markdown(f":material/co_present: {_('The class follows this run and its epoch.')}")
        else:
            st.button(_("Show to the class"), icon=":material/co_present:", on_click=show, key=keys.CLASS_SHOW,
                      args=(school_class.id, status.id),
                      help=_("Opens this run in the browsers of all students; they follow its epoch as you move it. "
                             "If it still waits, it trains next."))  # fmt: skip


def _lead(school_class: SchoolClass, status: Status) -> str | None:
    """Where the slider of the run that is shown says where it stands."""
    shown = runs().shown_run(school_class.id, viewer())
    if shown is None or shown.run_id != status.id:
        return None
    return address(EPOCH, runs().class_key(school_class.id, viewer()))


def say_shown(school_class: SchoolClass) -> None:
    """What is shown to the class now, where there is something: the way to it, and its end."""
    shown = runs().shown_run(school_class.id, viewer())
    if shown is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        name = escape(str(runs().status(shown.run_id, viewer()).title))
        st.markdown(f":material/co_present: {_('The class is shown {name}.', name=f'**{name}**')}")
        st.button(_("Open it"), on_click=opened_run, args=(shown.run_id,), key=keys.CLASS_SHOWN)
        end_button(school_class)


def end_button(school_class: SchoolClass) -> None:
    """The button that lets each go on where they were."""
    st.button(_("End showing"), icon=":material/cancel_presentation:", type="primary", on_click=end_show,
              args=(school_class.id,), key=keys.CLASS_SHOW_END)  # fmt: skip


def show(class_id: str, run_id: str) -> None:
    """Show a run to the class."""
    try:
        runs().show_run(class_id, run_id, viewer())
    except DlcoreError as error:
        st.toast(escape(str(error)), icon=":material/error:")


def end_show(class_id: str) -> None:
    """Show nothing any more."""
    runs().end_show(class_id, viewer())


def owner_of(school_class: SchoolClass, status: Status) -> str:
    """How the owner of a run is called in the class."""
    if status.owner == viewer().name:
        return _("My own run")
    called = {each.name: each.called for each in runs().members(school_class.id, viewer())}
    return called.get(status.owner, "–")


def stop(run_id: str) -> None:
    """End a student's run: what it learned is kept for the student."""
    try:
        runs().stop(run_id, viewer())
    except DlcoreError as error:
        st.toast(escape(str(error)), icon=":material/error:")


def choose_own() -> None:
    """Open a run of one's own, as for a demonstration."""
    own = {each.id: str(each.title) for each in runs().list(viewer(), own=True) if each.owner == viewer().name}
    if own:
        forms.hold(keys.CLASS_OWN_RUN, None)
        st.selectbox(_("Open a run of my own"), list(own), format_func=own.__getitem__, index=None, width=280,
                     placeholder="–", key=keys.CLASS_OWN_RUN, on_change=_open_own)  # fmt: skip


def _open_own() -> None:
    opened_run(st.session_state[keys.CLASS_OWN_RUN])
