"""What listens in a student's page for what the teacher shows."""

from __future__ import annotations

import streamlit as st

from dlcore.serving import assets
from dlcore.serving.class_show import SHOWN, address

_component = st.components.v2.component("class_follow", js=assets.loader("class_follow"), isolate_styles=False)


def listen(class_key: str, since: float | None, follows: bool, *, key: str) -> None:
    """Ask again and again what the class is shown; the page runs again once when that begins or ends.

    since: what the page knows of it. follows: whether the page shows it; then it is asked more often.
    """
    data = {"address": address(SHOWN, class_key), "since": since, "follows": follows}
    _component(key=key, data=data, on_shown_change=assets.ignored)
