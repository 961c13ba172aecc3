"""The experiment being edited, as plain values that never change: every edit makes a new draft.

    draft    {"experiment": {...}, "ids": [4, 7, 9], "selected": 7}     ids name the layers, whatever their place,
                                                                        those inside blocks after their block
    history  {"past": [draft, ...], "present": draft, "future": [...]}

A draft's experiment always parses. Whether its layers fit one another is another question, which the Studio
answers on the rows. The present draft is saved for its owner with every change, so that it is there after a
reload, in a second tab and tomorrow; undo lives as long as the tab.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dlcore.data.base import About
from dlcore.data.uploads import upload_access
from dlcore.errors import DlcoreError
from dlcore.experiment import DatasetChoice, Experiment, PredefinedSplit, usual_loss
from dlcore.layers.base import Layer
from dlcore.layers.base import Path as NetworkPath
from dlcore.layers.stack import inside
from dlcore.presets import PRESETS
from dlcore.registry import LOSSES
from dlcore.serving.store import runs
from pages.components.shared import keys
from pages.components.shared.visitor import viewer

Draft = dict[str, Any]
History = dict[str, Any]

STUDIO = Path(__file__).parents[2] / "studio.py"
FIRST_PRESET = "digits-mlp"
STEPS_KEPT = 100  # of undo


def draft_of(experiment: Experiment) -> Draft:
    """A draft that holds this experiment, with the first layer that has settings selected.

    A loss that was left out is written down: the form shows one, with its settings.
    """
    layers = [layer for _, layer in inside(experiment.network)]
    with_settings = (number for number, layer in enumerate(layers) if layer.settings())
    return {
        "experiment": _with_a_loss(experiment.to_dict()),
        "ids": list(range(1, len(layers) + 1)),
        "selected": next(with_settings, 0) + 1 if layers else None,
    }


def path_of_selected(draft: Draft) -> NetworkPath | None:
    """Where the selected layer stands in the stack: `(3,)`, inside a block `(3, 0, 1)`; None where none is selected."""
    return next((path for path, each in ids_of(draft).items() if each == draft["selected"]), None)


def ids_of(draft: Draft) -> dict[NetworkPath, int]:
    """The id of every layer by its place, those inside blocks after their block."""
    return dict(zip((path for path, _ in inside(experiment_of(draft).network)), draft["ids"], strict=True))


def layer_at(draft: Draft, path: NetworkPath) -> Layer:
    """The layer at a place in the stack."""
    return dict(inside(experiment_of(draft).network))[path]


def written_at(draft: Draft, path: NetworkPath) -> tuple[str | int, ...]:
    """Where the layer at this place stands in the experiment's plain data: `("network", 3, "branches", 0, 1)`."""
    written: tuple[str | int, ...] = ("network",)
    done = 0
    for place, layer in inside(experiment_of(draft).network):
        if path[: len(place)] == place:
            written += path[done : len(place)]
            written += (layer.holds,) if len(place) < len(path) else ()
            done = len(place)
    return written


def experiment_of(draft: Draft) -> Experiment:
    """The experiment of a draft. Raises ExperimentError where the draft was made by another version of the app."""
    return _parsed(json.dumps(draft["experiment"]))


@functools.lru_cache(maxsize=256)
def _parsed(written: str) -> Experiment:
    return Experiment.from_stored(json.loads(written))


def yaml_of(draft: Draft) -> str:
    """The experiment file of a draft."""
    return _written(json.dumps(draft["experiment"]))


@functools.lru_cache(maxsize=64)
def _written(written: str) -> str:
    return _parsed(written).to_yaml()


# Histories: pure functions


def begun(draft: Draft) -> History:
    """A history that starts with this draft."""
    return {"past": [], "present": draft, "future": []}


def changed(history: History, draft: Draft) -> History:
    """The history after an edit. A draft that only selects another row is no step of its own."""
    present = history["present"]
    if draft == present:
        return history
    if {**draft, "selected": None} == {**present, "selected": None}:
        return {**history, "present": draft}
    return {"past": [*history["past"], present][-STEPS_KEPT:], "present": draft, "future": []}


def undone(history: History) -> History:
    """The history one step back; the same where there is none."""
    if not history["past"]:
        return history
    *past, present = history["past"]
    return {"past": past, "present": present, "future": [history["present"], *history["future"]]}


def redone(history: History) -> History:
    """The history one step forward again; the same where there is none."""
    if not history["future"]:
        return history
    present, *future = history["future"]
    return {"past": [*history["past"], history["present"]], "present": present, "future": future}


# Drafts: pure functions


def with_value(draft: Draft, path: tuple[str | int, ...], value: Any) -> Draft:
    """The draft with one value of its experiment changed. Raises ExperimentError for one that is not allowed."""
    made = {**draft, "experiment": _set(draft["experiment"], path, value)}
    return {**made, "experiment": experiment_of(made).to_dict()}


def _set(plain: Any, path: tuple[str | int, ...], value: Any) -> Any:
    if not path:
        return value
    step, *rest = path
    if isinstance(plain, list):
        return [_set(each, tuple(rest), value) if number == step else each for number, each in enumerate(plain)]
    known = {"name": plain} if isinstance(plain, str) else plain  # a loss without settings is its name alone
    return {**known, step: _set(known.get(step), tuple(rest), value)}


def with_dataset(draft: Draft, chosen: str | Mapping[str, Any]) -> Draft:
    """The draft on another data set: its layers stay, and the loss stays where it fits the new task.

    chosen: its name, or all that was chosen of it.
    """
    before = draft["experiment"]
    if isinstance(chosen, str) and (stand_in := _standing_in(before["dataset"], chosen)) is not None:
        return _on(draft, stand_in)
    chosen = {"name": chosen} if isinstance(chosen, str) else chosen
    kept = {key: before["dataset"][key] for key in ("split", "scale", "scale_target") if key in before["dataset"]}
    if chosen.get("name") != before["dataset"].get("name") and _is_of_its_data(kept.get("split", {}), chosen):
        kept.pop("split")
    return _on(draft, {**chosen, **kept})


def _is_of_its_data(split: Mapping[str, Any], chosen: Mapping[str, Any]) -> bool:
    """Whether a way to divide rows is of the data before, by their column or parts; or these have their own."""
    predefined = PredefinedSplit().method
    usual = DatasetChoice.parse({"name": chosen["name"]}, "dataset").split
    return "column" in split or hasattr(usual, "column") or predefined in (split.get("method"), usual.method)


def _standing_in(before: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """All that was chosen of a learner's data that are not here, of others that have the same columns; else None.

    So an experiment from elsewhere goes on where the same table was brought under another id.
    """
    try:
        _about(before)
    except DlcoreError:
        chosen = {**before, "name": name}
    else:
        return None
    try:
        _about(chosen)
    except DlcoreError:
        return None
    return chosen


def _on(draft: Draft, dataset: Mapping[str, Any]) -> Draft:
    made = {**draft, "experiment": {**draft["experiment"], "dataset": dataset}}
    experiment = experiment_of({**made, "experiment": _with_fitting_loss(made["experiment"])})
    return {**made, "experiment": experiment.to_dict()}


def _with_fitting_loss(plain: Mapping[str, Any]) -> dict[str, Any]:
    training, about = plain["training"], _about(plain["dataset"])
    loss = training.get("loss")
    name = loss["name"] if isinstance(loss, Mapping) else loss
    kept = loss if name in losses_for(about) else usual_loss(about.task).name
    return {**plain, "training": {**training, "loss": kept}}


def _with_a_loss(plain: dict[str, Any]) -> dict[str, Any]:
    """The same with the usual loss where none was chosen, and the data are here to say which that is."""
    if "loss" in plain["training"]:
        return plain
    try:
        return _with_fitting_loss(plain)
    except DlcoreError:
        return plain


def _about(dataset: Mapping[str, Any]) -> About:
    source: Any = DatasetChoice.parse(dataset, "dataset").source
    with upload_access.using(
        runs().upload_access(viewer())
    ):  # a widget's callback comes before the page has laid it out
        about: About = source.about()
    return about


def losses_for(about: About) -> list[str]:
    """Names of the losses that can judge this task."""
    return [name for name, each in LOSSES.items() if about.task in each.tasks]  # type: ignore[attr-defined]


# The draft of this visitor


def history() -> History:
    """The history of this session: what was saved for the owner, else a starting point that trains well."""
    if keys.DRAFT not in st.session_state:
        st.session_state[keys.DRAFT] = begun(_saved() or draft_of(PRESETS[FIRST_PRESET].experiment))
    found: History = st.session_state[keys.DRAFT]
    return found


def current() -> Draft:
    """The draft of this session."""
    present: Draft = history()["present"]
    return present


def keep(history_: History) -> None:
    """Make this the history of the session, and save its present draft for the owner."""
    before = st.session_state.get(keys.DRAFT)
    st.session_state[keys.DRAFT] = history_
    st.session_state[keys.PROBLEM] = st.session_state[keys.SHARE_PROBLEM] = None
    if before is None or before["present"] != history_["present"]:
        runs().save_draft(viewer(), history_["present"])


def change(draft: Draft) -> None:
    """Make an edit that can be undone."""
    keep(changed(history(), draft))


def set_value(path: tuple[str | int, ...], value: Any) -> None:
    """Take a new value into the draft. Raises ExperimentError for one that is not allowed; the draft stays."""
    change(with_value(current(), path, value))


def change_at(*path: str | int) -> Callable[[str, Any], None]:
    """What a form calls when a setting under `path` was changed."""
    return lambda name, value: set_value((*path, name), value)


def open_in_studio(experiment: Experiment, run_id: str | None = None) -> None:
    """Lay an experiment on the Studio's desk, as an edit that can be undone, and go there. The script ends here.

    run_id: the run to show beside it.
    """
    change(draft_of(experiment))
    if run_id is not None:
        st.session_state[keys.RUN] = run_id
    st.switch_page(STUDIO)


def _saved() -> Draft | None:
    """The saved draft; None where there is none, or where this version of the app cannot read it."""
    saved = runs().draft(viewer())
    if saved is None:
        return None
    try:
        experiment = experiment_of(saved)
        same = len(saved["ids"]) == len(list(inside(experiment.network)))
    except (DlcoreError, KeyError, TypeError):
        return None
    return {**saved, "experiment": experiment.to_dict()} if same else draft_of(experiment)
