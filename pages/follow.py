"""What the teacher shows, in the browser of a student."""

from __future__ import annotations

import streamlit as st

from dlcore.access import student
from dlcore.data.uploads import upload_access
from dlcore.errors import RunNotFound
from dlcore.i18n import _
from dlcore.serving.store import runs
from pages.components.classroom.follow import banner, shown_now
from pages.components.shared import keys
from pages.components.shared.visitor import viewer
from pages.components.web.live_view.mount import live_view

found = shown_now()
shown = found[1] if found else None
if shown is None:
    st.info(_("Nothing is shown now."))
    st.stop()
banner(shown)
try:
    status = runs().status(shown.run_id, viewer())
except RunNotFound:  # it has just ended: the page is about to go back
    st.stop()
with upload_access.using(runs().upload_access(student(status.owner))):  # the run may be of data of the teacher's
    live_view(shown.run_id, key=keys.FOLLOWED, follow=True)
