"""Experiments that come back as files: a YAML, or a bundle with the weights that were learned."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _
from dlcore.runs.import_link import PARAMETER
from dlcore.serving.store import runs
from pages.components.shared import draft, keys
from pages.components.shared.forms import escape
from pages.components.shared.trouble import Sentence
from pages.components.shared.uploading import file_uploader, taking_in
from pages.components.shared.visitor import viewer

MOST_MEGABYTES = 500
OPENED = f"{keys.UPLOAD}.opened"  # a file was laid on the desk since the page was drawn last


def open_handed_over() -> None:
    """Lay on the desk what the command line has imported, once, where the address names it; or say why not."""
    code = st.query_params.get(PARAMETER)
    if code is not None:
        del st.query_params[PARAMETER]
        _take(lambda: runs().open_import_link(code, viewer()))
        st.session_state.pop(OPENED, None)
    if code is not None and (problem := st.session_state.pop(keys.UPLOAD_PROBLEM, None)) is not None:
        st.error(escape(str(problem)), icon=":material/link_off:")


def open_an_experiment() -> bool:
    """Where a file is laid; under it, why the last one was refused. Whether one was laid on the desk just now."""
    file_uploader(
        _("Open an experiment file (.yaml) or a bundle (.zip)"),
        type=["yaml", "yml", "zip"],
        key=keys.UPLOAD,
        on_change=_open,
        megabytes=MOST_MEGABYTES,
    )
    problem = st.session_state.get(keys.UPLOAD_PROBLEM)
    if problem is not None:
        st.error(escape(str(problem)))
    return bool(st.session_state.pop(OPENED, False))


def _open() -> None:
    """Lay the file that was brought on the desk."""
    st.session_state[keys.UPLOAD_PROBLEM] = None
    with taking_in(keys.UPLOAD) as files:
        for file in files:
            _take(partial(experiment_in, file.getvalue(), file.name))


def _take(found: Callable[[], Experiment]) -> None:
    """A bad experiment leaves the draft as it is and gets its sentence."""
    try:
        draft.change(draft.draft_of(found()))
    except DlcoreError as error:
        st.session_state[keys.UPLOAD_PROBLEM] = Sentence.of(error)
    else:
        st.session_state[OPENED] = True


def experiment_in(raw: bytes, name: str) -> Experiment:
    """The experiment in a file. A bundle's begins with its weights. Raises DlcoreError."""
    if Path(name).suffix.lower() == ".zip":
        return runs().import_bundle(raw, name, viewer())
    return Experiment.from_yaml_text(raw)
