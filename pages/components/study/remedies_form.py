"""Which remedies are tried, and how strong each is; what does not fit is greyed, with why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.i18n import _, translate
from dlcore.studies.overfitting import REMEDIES, Remedy
from dlcore.studies.remedies import Remedies
from pages.components.shared import forms, keys
from pages.components.shared.forms import escape

COLUMNS = 2


def remedies_form(base: Experiment, form: str) -> Remedies:
    """A switch for each remedy with its strength; the kind with those that are on. `form` is the prefix of the keys."""
    columns = st.columns(COLUMNS, gap="medium")
    chosen = []
    for number, declared in enumerate(REMEDIES.values()):
        with columns[number % COLUMNS]:
            remedy = one_remedy(base, declared, form)
        if remedy is not None:
            chosen.append(remedy)
    return Remedies(remedies=tuple(chosen))


def one_remedy(base: Experiment, declared: type[Remedy], form: str) -> Remedy | None:
    """The switch of one remedy; the remedy as strong as was chosen, None where it is off or does not fit."""
    made = settings_of(declared.suited(base), form)
    refusal = made.refusal(base)
    key = f"{form}.{declared.name}"
    on = refusal is None and bool(st.session_state.get(key, True))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        forms.hold(key, on)
        switched = st.checkbox(_(declared.title), key=key, disabled=refusal is not None, help=translate(made.summary()))
        if refusal is None and switched:
            strength(made, form)
    if refusal is not None:
        st.markdown(f":small[:gray[{escape(str(refusal))}]]")
    return made if switched and refusal is None else None


def strength(remedy: Remedy, form: str) -> None:
    """The setting that says how strong a remedy is, if it has one."""
    place = st.container(width=170)
    for setting in remedy.settings().values():
        value = getattr(remedy, setting.name)
        forms.one(place, setting, value, f"{form}.{remedy.name}", keeping(remedy, form), label=translate(setting.name))


def settings_of(suited: Remedy, form: str) -> Remedy:
    """What suits, with what was chosen of it in this form."""
    chosen: dict[str, dict[str, Any]] = st.session_state.get(keys.STUDY_SETTINGS, {})
    own = chosen.get(f"{form}.{suited.name}", {})
    try:
        return type(suited).parse({**suited.model_dump(), **own})
    except DlcoreError:
        return suited


def keeping(remedy: Remedy, form: str) -> Callable[[str, Any], None]:
    """What keeps a new value of a setting, or raises what is wrong with it."""

    def keep(name: str, value: Any) -> None:
        type(remedy).parse({**remedy.model_dump(), name: value})
        chosen = st.session_state.get(keys.STUDY_SETTINGS, {})
        own = {**chosen.get(f"{form}.{remedy.name}", {}), name: value}
        st.session_state[keys.STUDY_SETTINGS] = {**chosen, f"{form}.{remedy.name}": own}

    return keep
