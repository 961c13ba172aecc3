"""What a learner chose of a data set of their own: target, columns, recipe. Each change can be undone.

The choice is the `dataset` section of an experiment, without split and scaling. The rows never change: a run keeps
the choice it was submitted with, whatever is chosen here afterwards.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from dlcore.data.uploads import UserDataset, upload_access
from dlcore.errors import DlcoreError
from dlcore.experiment import DatasetChoice
from dlcore.i18n import Text
from dlcore.serving.store import runs
from pages.components.shared import keys
from pages.components.shared.draft import History, begun, changed, redone, undone
from pages.components.shared.visitor import viewer

Plain = dict[str, Any]


def history(dataset: str) -> History:
    """All that was chosen of a data set in this session, beginning with what was saved."""
    found: dict[str, History] = st.session_state.setdefault(keys.DATA_CHOICE, {})
    if dataset not in found:
        found[dataset] = begun({"choice": _saved(dataset)})
    return found[dataset]


def current(dataset: str) -> Plain:
    """The present choice."""
    choice: Plain = history(dataset)["present"]["choice"]
    return choice


def source_of(choice: Plain) -> UserDataset:
    """The data set so chosen. Raises ExperimentError for what is not allowed."""
    source = DatasetChoice.parse(choice, "dataset").source
    assert isinstance(source, UserDataset)
    return source


def change(dataset: str, **changes: Any) -> None:
    """Take this into the choice; what is empty falls back to its default. Raises DlcoreError; then nothing changes."""
    wanted = {**current(dataset), **changes}
    made = {name: value for name, value in wanted.items() if value not in (None, [], "")}
    with upload_access.using(
        runs().upload_access(viewer())
    ):  # a widget's callback comes before the page has laid it out
        source = source_of(made)
        source.about()
    _keep(dataset, changed(history(dataset), {"choice": source.to_dict()}))


def try_to_change(place: str, dataset: str, **changes: Any) -> None:
    """The same for a widget without a declaration: why it was refused is kept for `problem(place)`."""
    st.session_state[keys.PROBLEM] = None
    try:
        change(dataset, **changes)
    except DlcoreError as error:
        st.session_state[keys.PROBLEM] = (place, error.text)


def problem(place: str) -> Text | None:
    """Why the last change at this place was refused; None where it was not."""
    said = st.session_state.get(keys.PROBLEM)
    return said[1] if said is not None and said[0] == place else None


def undo(dataset: str) -> None:
    """One step back."""
    _keep(dataset, undone(history(dataset)))


def redo(dataset: str) -> None:
    """One step forward again."""
    _keep(dataset, redone(history(dataset)))


def _keep(dataset: str, history_: History) -> None:
    st.session_state[keys.DATA_CHOICE][dataset] = history_
    st.session_state[keys.PROBLEM] = None
    runs().save_preference(viewer(), _kept_as(dataset), history_["present"]["choice"])


def _kept_as(dataset: str) -> str:
    """The name of the preference: `upload:<id>` as it is; of others, one that no other preference has."""
    return dataset if ":" in dataset else f"dataset:{dataset}"


def _saved(dataset: str) -> Plain:
    """What was chosen in an earlier session; nothing yet where this version of the app cannot read it."""
    saved = runs().preference(viewer(), _kept_as(dataset))
    try:
        source_of(saved).about()
    except (DlcoreError, TypeError, AttributeError, AssertionError):
        return {"name": dataset}
    kept: Plain = saved
    return kept
