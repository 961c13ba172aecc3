"""The network and its training as code: to read beside the layers, and to take away."""

from __future__ import annotations

import streamlit as st

from dlcore.codegen import model_code, notebook, source_code
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _
from pages.components import keys, language
from pages.components.downloads import file_name
from pages.components.forms import escape

HEIGHT = 520  # pixels
MARK = "  # ◀"  # at the end of the selected layer's line


def code_button(experiment: Experiment, selected: int | None) -> None:
    """The button that opens the code; `selected` is the place of the layer whose line is marked."""
    if st.button(_("Code"), icon=":material/code:", key=keys.CODE):
        st.dialog(_("The same in PyTorch"), width="large")(show)(experiment, selected)


def show(experiment: Experiment, selected: int | None) -> None:
    """Three ways to write it down. Each is computed when it is looked at, from the layers as they stand."""
    language.apply()
    try:
        listing, script, cells = model_code(experiment), source_code(experiment), notebook(experiment)
    except DlcoreError as error:
        st.error(escape(str(error)))
        return
    name = experiment.dataset.source.name
    model, train, book = st.tabs(["model.py", "train.py", f"{name}.ipynb"])
    with model:
        st.code(marked(listing.text, listing.lines.get((selected,)) if selected is not None else None), height=HEIGHT)
        _download(_("Download model.py"), listing.text, "model.py")
    with train:
        st.caption(
            _("Needs torch, scikit-learn and numpy, and nothing of this app. On this machine, with as many threads, it "
              "prints the same losses to the last bit.")
        )  # fmt: skip
        st.code(script, height=HEIGHT)
        _download(_("Download train.py"), script, "train.py")
    with book:
        st.caption(_("The same script as a notebook, explained cell by cell."))
        _download(_("Download the notebook"), cells, file_name(name, "ipynb"))


def marked(text: str, line: int | None) -> str:
    """The code with a mark at the end of one line (1-based)."""
    lines = text.splitlines()
    if line is not None:
        lines[line - 1] += MARK
    return "\n".join(lines)


def _download(label: str, content: str, name: str) -> None:
    st.download_button(label, content, name, icon=":material/download:", key=f"download.{name}", on_click="ignore")
