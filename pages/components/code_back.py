"""A network written in torch, pasted or brought as a file: read into layer cards, never carried out."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from dlcore import network
from dlcore.codegen.back import Back, Note, layers_in
from dlcore.experiment import Experiment
from dlcore.i18n import Text, _
from dlcore.layers.advice import Warning
from dlcore.network import Diagnosis
from pages.components import assignment, draft, keys
from pages.components.forms import escape
from pages.components.uploading import file_uploader

HEIGHT = 260  # pixels
EXAMPLE = "model = nn.Sequential(\n    nn.Flatten(),\n    nn.Linear(64, 32),\n    nn.ReLU(),\n    nn.Linear(32, 10),\n)"


def code_back(experiment: Experiment) -> None:
    """Where code is pasted, what was read of it, and the button that takes its layers."""
    st.caption(_("Paste a network written in PyTorch: nn.Sequential, or a class whose forward lets x go through one "
                 "layer after another. The code is only read, never carried out."))  # fmt: skip
    code = st.text_area(_("The code"), placeholder=EXAMPLE, height=HEIGHT, key=keys.CODE_BACK, max_chars=100_000)
    file = file_uploader(_("Or open model.py"), type=["py"], key=keys.CODE_FILE, megabytes=1)
    if file is not None:
        code = file.getvalue().decode("utf-8", errors="replace")
    if not code.strip():
        return
    back = layers_in(code, network.about_of(experiment))
    say(back)
    if back.layers and st.button(
        _("Use these layers"),
        type="primary",
        key=keys.USE_CODE,
        on_click=use,
        args=(back,),
        icon=":material/layers:",
        disabled=assignment.locked("layers"),
    ):
        st.rerun()


def say(back: Back) -> None:
    """What was read, and every line that was not."""
    if back.layers:
        st.success(escape(" → ".join(layer.name for layer in back.layers)), icon=":material/layers:")
    for note in back.unread:
        st.warning(escape(line(note)), icon=":material/help:")
    for note in back.notes:
        st.info(escape(line(note)), icon=":material/info:")


def line(note: Note) -> str:
    """«Line 3: there is no layer nn.Transformer here.»"""
    return _("Line {line}: {text}", line=note.line, text=str(note.text))


def use(back: Back) -> None:
    """Lay the layers on the desk in place of those there; what contradicts the data stays beside its card."""
    present = draft.current()
    experiment = draft.experiment_of(present).model_copy(update={"network": tuple(back.layers)})
    made = draft.draft_of(experiment)
    ids = draft.ids_of(made)
    st.session_state[keys.CODE_WARNINGS] = {
        str(ids[place,]): (made["experiment"]["network"][place], text.to_json())
        for place, text in back.warnings.items()
    }
    draft.change(made)


def with_warnings(diagnosis: Diagnosis) -> Diagnosis:
    """The diagnosis with what the code said of layers that stand as they were read."""
    kept: dict[str, tuple[dict[str, Any], Any]] = st.session_state.get(keys.CODE_WARNINGS) or {}
    if not kept:
        return diagnosis
    present = draft.current()
    found = []
    for path, name in draft.ids_of(present).items():
        layer, text = kept.get(str(name), (None, None))
        if layer is not None and draft.layer_at(present, path).to_dict() == layer:
            found.append(Warning(path, Text.from_json(text)))
    return dataclasses.replace(diagnosis, warnings=(*found, *diagnosis.warnings))
