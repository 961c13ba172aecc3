"""The Studio: assemble a network on the left, watch it train on the right."""

from __future__ import annotations

import streamlit as st

from dlcore.i18n import _

st.title(_("Studio"))
