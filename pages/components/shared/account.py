"""Who is signed in, and the way out; where the server is not for classes, nothing of it."""

from __future__ import annotations

from html import escape

import streamlit as st

from dlcore.access import FIRST_TEACHER
from dlcore.i18n import _
from dlcore.runs.store.sessions import Profile
from dlcore.serving.store import runs
from pages.components.shared import forms, keys
from pages.components.shared.visitor import signed_in, viewer

MOST_SHOWN = 24  # characters of a name in the row of the heading


def profile() -> Profile:
    """How whoever is signed in is called."""
    return Profile(_("Teacher")) if viewer() == FIRST_TEACHER else runs().profile(viewer())


def show() -> None:
    """Draw it: a name to open, or the way into a class."""
    if not runs().settings.classes:
        return
    if not signed_in():
        _link("./join", _("Join a class"))
        return
    found = profile()
    name = found.called if len(found.called) <= MOST_SHOWN else f"{found.called[:MOST_SHOWN]}…"
    with st.popover(forms.escape(name), icon=":material/person:", type="tertiary", key=keys.ACCOUNT):
        st.text(found.called)
        if found.class_name:
            st.caption(forms.escape(found.class_name))
            _link("./work", _("Take my work along (.zip)"))
            _link("./forget", _("Delete my work"))
        _provider_link()
        _link("./signout", _("Sign out"))


def _provider_link() -> None:
    """How a teacher who was invited comes in by the identity provider, where there is one."""
    provider = runs().settings.identity_provider
    if provider is not None and viewer().role == "teacher" and viewer() != FIRST_TEACHER:
        _link("./oidc/teacher", _("Sign in with {provider}", provider=provider.name))


def _link(address: str, label: str) -> None:
    """A link that opens in this very tab: who comes back is somebody else."""
    style = "white-space: nowrap; color: inherit"
    st.html(f'<a href="{escape(address)}" target="_self" style="{style}">{escape(label)}</a>', width="content")
