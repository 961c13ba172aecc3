"""*Follow me* in the pages of a student: what the teacher shows opens by itself, and one may leave and come back."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dlcore.i18n import _
from dlcore.runs.store.shown_run import ShownRun
from dlcore.serving.store import runs
from pages.components.shared import keys
from pages.components.shared.visitor import signed_in, viewer
from pages.components.web.class_follow.mount import listen

PATH = "follow"  # of the page that shows it


def shown_now() -> tuple[str, ShownRun | None] | None:
    """(a class of this student, what it is shown); None for who learns in no class."""
    if not signed_in() or viewer().role != "student":
        return None
    class_id = next(iter(runs().classes_of(viewer())), None)
    return None if class_id is None else (class_id, runs().shown_run(class_id, viewer()))


def watch(page: StreamlitPage, pages: Iterable[StreamlitPage]) -> None:
    """On every page: hear of what is shown; go to it, unless it was left, and back once it is over."""
    found = shown_now()
    if found is None:
        return
    class_id, shown = found
    since, follows = None if shown is None else shown.since, page.url_path == PATH
    listen(runs().class_key(class_id, viewer()), since, follows, key=keys.FOLLOW_LISTENER)
    left = since is None or st.session_state.get(keys.FOLLOW_LEFT) == since
    if follows and left:
        _go_back(pages)
    elif not follows and not left:
        _go(page, pages)
    elif not follows and since is not None:
        _offer()


def _go(page: StreamlitPage, pages: Iterable[StreamlitPage]) -> None:
    st.session_state[keys.FOLLOW_FROM] = (page.url_path, dict(st.query_params))
    st.switch_page(next(each for each in pages if each.url_path == PATH))


def _go_back(pages: Iterable[StreamlitPage]) -> None:
    """To the page where the student was, as it was."""
    path, asked = st.session_state.pop(keys.FOLLOW_FROM, ("", {}))
    st.switch_page(next(each for each in pages if each.url_path == path), query_params=asked)


def _offer() -> None:
    """For who has left: the way back."""
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f":material/co_present: {_('Your teacher shows something.')}")
        st.button(_("Follow"), type="primary", key=keys.FOLLOW, on_click=_forget_left)


def _forget_left() -> None:
    st.session_state.pop(keys.FOLLOW_LEFT, None)


def banner(shown: ShownRun) -> None:
    """What this is, and the way out."""
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        kept = _("The epoch moves with the slider of your teacher. What you were doing is kept.")
        st.markdown(f":material/co_present: {kept}")
        st.button(_("Leave"), icon=":material/logout:", key=keys.FOLLOW_LEAVE, on_click=_leave, args=(shown.since,))


def _leave(since: float) -> None:
    st.session_state[keys.FOLLOW_LEFT] = since
