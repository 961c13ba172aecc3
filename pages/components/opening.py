"""Experiments that come back as files: a YAML, or a bundle with the weights that were learned."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _
from pages.components import draft, keys
from pages.components.forms import escape
from pages.components.identity import owner
from pages.components.store import runs

MOST_MEGABYTES = 500


def open_an_experiment() -> None:
    """Where a file is laid; under it, why the last one was refused."""
    st.file_uploader(
        _("Open an experiment file (.yaml) or a bundle (.zip)"),
        type=["yaml", "yml", "zip"],
        key=keys.UPLOAD,
        on_change=_open,
        max_upload_size=MOST_MEGABYTES,
    )
    problem = st.session_state.get(keys.UPLOAD_PROBLEM)
    if problem is not None:
        st.error(escape(str(problem)))


def _open() -> None:
    """Lay it on the desk; a bad one leaves the draft as it is and gets its sentence."""
    file = st.session_state[keys.UPLOAD]
    st.session_state[keys.UPLOAD_PROBLEM] = None
    if file is None:
        return
    try:
        draft.change(draft.draft_of(experiment_in(file.getvalue(), file.name)))
    except DlcoreError as error:
        st.session_state[keys.UPLOAD_PROBLEM] = error


def experiment_in(raw: bytes, name: str) -> Experiment:
    """The experiment in a file. A bundle's begins with its weights. Raises DlcoreError."""
    if Path(name).suffix.lower() == ".zip":
        return runs().opened(raw, name, owner())
    return Experiment.from_yaml_text(raw)
