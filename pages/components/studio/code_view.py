"""The network and its training as code: to read beside the layers, and to take away."""

from __future__ import annotations

import functools
from typing import Literal

import streamlit as st

from dlcore.codegen import Listing, keras_code, model_code, notebook, source_code
from dlcore.codegen.data_source import ROWS_FILE, rows_file
from dlcore.data.dataset_cards import CatalogTable
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, _
from dlcore.serving.downloads import file_name
from pages.components.shared import keys, language
from pages.components.shared.forms import escape
from pages.components.studio.code_import import code_back

HEIGHT = 520  # pixels
MARK = "  # ◀"  # at the end of the selected layer's line
STACK = "model = nn.Sequential("  # the line after which the layers stand, in model.py and in train.py
STYLES: dict[Literal["sequential", "module"], str] = {
    "sequential": N_("as a sequence"),
    "module": N_("as a class with forward"),
}


def code_button(experiment: Experiment, selected: tuple[int, ...] | None) -> None:
    """The button that opens the code; `selected` is the place of the layer whose line is marked."""
    if st.button(_("Code"), icon=":material/code:", key=keys.CODE):
        st.dialog(_("The same in PyTorch"), width="large")(show)(experiment, selected)


def show(experiment: Experiment, selected: tuple[int, ...] | None) -> None:
    """Four ways to write it down, from the layers as they stand; and a place for code that becomes layers."""
    language.apply()
    try:
        listing, script, cells = model_code(experiment), source_code(experiment), notebook(experiment)
    except DlcoreError as error:
        st.error(escape(str(error)))
        code_back(experiment)
        return
    name = experiment.dataset.source.name
    model, train, book, keras, back = st.tabs(["model.py", "train.py", f"{name}.ipynb", "Keras", _("Your own code")])
    with model:
        _model(experiment, selected)
    with train:
        st.caption(
            _("Needs torch, scikit-learn and numpy, and nothing of this app. On this machine, with as many threads, it "
              "prints the same losses to the last bit.")
        )  # fmt: skip
        st.code(marked(script, line_in(script, listing, selected)), height=HEIGHT)
        _download(_("Download train.py"), script, "train.py")
        _rows(experiment)
    with book:
        st.caption(_("The same script as a notebook, explained cell by cell."))
        _download(_("Download the notebook"), cells, file_name(name, "ipynb"))
    with keras:
        _keras(experiment)
    with back:
        code_back(experiment)


def _model(experiment: Experiment, selected: tuple[int, ...] | None) -> None:
    style = st.segmented_control(
        _("How the network is written"), list(STYLES), default="sequential", required=True,
        format_func=lambda each: _(STYLES[each]), label_visibility="collapsed", key=keys.in_language(keys.CODE_STYLE),
    )  # fmt: skip
    listing = model_code(experiment, style or "sequential")
    st.code(marked(listing.text, listing.lines.get(selected) if selected is not None else None), height=HEIGHT)
    _download(_("Download model.py"), listing.text, "model.py")


def _rows(experiment: Experiment) -> None:
    """The file that the script reads, of a table that is here for all; a learner's own comes with a run's bundle."""
    if isinstance(experiment.dataset.source, CatalogTable):
        st.caption(_("The script reads {file}, which must lie beside it.", file=ROWS_FILE))
        label, rows = _("Download {file}", file=ROWS_FILE), functools.partial(rows_file, experiment)
        st.download_button(label, rows, ROWS_FILE, icon=":material/download:", key="download.rows", on_click="ignore")


def _keras(experiment: Experiment) -> None:
    """The network in Keras 3, or the layer that Keras does not have."""
    try:
        text = keras_code(experiment)
    except DlcoreError as error:
        st.info(escape(str(error)), icon=":material/info:")
        return
    st.caption(
        _("Keras 3, on torch or JAX. load_pytorch_weights(file) takes a run's .safetensors: then it gives the same "
          "outputs, to 1e-5.")
    )  # fmt: skip
    st.code(text, height=HEIGHT)
    _download(_("Download model_keras.py"), text, "model_keras.py")


def line_in(script: str, listing: Listing, selected: tuple[int, ...] | None) -> int | None:
    """The line (1-based) on which a layer of the stack begins in train.py: as far below its stack as in model.py."""
    if selected is None or selected not in listing.lines:
        return None
    below = listing.lines[selected] - listing.text.splitlines().index(STACK)
    return script.splitlines().index(STACK) + below


def marked(text: str, line: int | None) -> str:
    """The code with a mark at the end of one line (1-based)."""
    lines = text.splitlines()
    if line is not None:
        lines[line - 1] += MARK
    return "\n".join(lines)


def _download(label: str, content: str, name: str) -> None:
    """A button that asks for its file when it is clicked: a file made ahead may be gone by the time the page looks."""
    st.download_button(label, lambda: content, name, icon=":material/download:", key=f"download.{name}",
                       on_click="ignore")  # fmt: skip
