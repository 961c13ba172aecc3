"""Who has opened this session: whose runs, draft and data sets it shows."""

from __future__ import annotations

import streamlit as st

from dlcore.access import Viewer
from dlcore.i18n import _
from dlcore.serving.identity import SESSION_COOKIE, viewer_of
from dlcore.serving.store import runs
from pages.components.shared import keys


def viewer() -> Viewer:
    """Who looks at the pages. A session keeps it, whatever becomes of its connection.

    Streamlit knows no cookies of a browser that has just left, while its script may still run.
    """
    found: Viewer | None = st.session_state.get(keys.VIEWER)
    if found is None:
        st.session_state[keys.SESSION_COOKIE] = str(st.context.cookies.get(SESSION_COOKIE, ""))
        found = st.session_state[keys.VIEWER] = viewer_of(st.context.cookies)
    return found


def signed_in() -> bool:
    """Whether this session is a student's or a teacher's who came with a name."""
    settings, cookie = runs().settings, st.session_state.get(keys.SESSION_COOKIE, "")
    return settings.classes and (viewer().role == "teacher" or cookie.startswith(f"student.{viewer().name}."))


def ended() -> bool:
    """Whether who opened this session is signed out meanwhile: by a word that was reset, or by being removed."""
    came_by_cookie = signed_in() and st.session_state[keys.SESSION_COOKIE].split(".")[1:2] == [viewer().name]
    return came_by_cookie and runs().session_viewer(st.session_state[keys.SESSION_COOKIE]) is None


def stop_if_ended() -> None:
    """Show nothing more of somebody's who is signed out meanwhile."""
    if ended():
        st.warning(_("You are signed out here: your word was reset, or you were taken out of the class."),
                   icon=":material/logout:")  # fmt: skip
        st.html(f'<a href="./join" target="_self">{_("Join a class")}</a>')
        st.stop()
