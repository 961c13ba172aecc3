"""A network written in torch, pasted or brought as a file: read into layer cards, never carried out."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from dlcore import network
from dlcore.codegen.importer import ImportResult, Note, import_code
from dlcore.experiment import Experiment
from dlcore.i18n import Text, _
from dlcore.layers.advice import Warning
from dlcore.network import Diagnosis
from pages.components.shared import draft, keys
from pages.components.shared.forms import escape
from pages.components.shared.uploading import file_uploader
from pages.components.studio import assignment

HEIGHT = 260  # pixels
EXAMPLE = "model = nn.Sequential(\n    nn.Flatten(),\n    nn.Linear(64, 32),\n    nn.ReLU(),\n    nn.Linear(32, 10),\n)"


def code_back(experiment: Experiment) -> None:
    """Where code is pasted, what was read of it, and the button that takes its layers."""
    st.caption(_("Paste a network written in PyTorch as it stands in your notebook: nn.Sequential, or a class with "
                 "forward. The code is only read, never carried out."))  # fmt: skip
    code = st.text_area(_("The code"), placeholder=EXAMPLE, height=HEIGHT, key=keys.CODE_BACK, max_chars=100_000)
    file = file_uploader(_("Or open model.py"), type=["py"], key=keys.CODE_FILE, megabytes=1)
    if file is not None:
        code = file.getvalue().decode("utf-8", errors="replace")
    if not code.strip():
        return
    result = _read(code, experiment)
    say(result)
    if result.layers and st.button(
        _("Use these layers"),
        type="primary",
        key=keys.USE_CODE,
        on_click=use,
        args=(result,),
        icon=":material/layers:",
        disabled=assignment.locked("layers"),
    ):
        st.rerun()


def _read(code: str, experiment: Experiment) -> ImportResult:
    """The layers of the code; where it holds several networks, of the one that the learner chooses."""
    about = network.about_of(experiment)
    result = import_code(code, about)
    if len(result.choices) < 2:
        return result
    name = st.selectbox(
        _("Which network"), result.choices, index=result.choices.index(result.label or result.choices[-1]),
        key=keys.CODE_NETWORK,
    )  # fmt: skip
    return result if name == result.label else import_code(code, about, name)


def say(result: ImportResult) -> None:
    """What was read, and every line that was not."""
    if result.layers:
        st.success(escape(" → ".join(layer.name for layer in result.layers)), icon=":material/layers:")
    for note in result.unread:
        st.warning(escape(line(note)), icon=":material/help:")
    for note in result.notes:
        st.info(escape(line(note)), icon=":material/info:")


def line(note: Note) -> str:
    """«Line 3: there is no layer nn.Transformer here.»"""
    return str(note.text) if note.line is None else _("Line {line}: {text}", line=note.line, text=str(note.text))


def use(result: ImportResult) -> None:
    """Lay the layers on the desk in place of those there; what contradicts the data stays beside its card."""
    present = draft.current()
    experiment = draft.experiment_of(present).model_copy(update={"network": tuple(result.layers)})
    made = draft.draft_of(experiment)
    ids = draft.ids_of(made)
    st.session_state[keys.CODE_WARNINGS] = {
        str(ids[place,]): (made["experiment"]["network"][place], text.to_json())
        for place, text in result.warnings.items()
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
