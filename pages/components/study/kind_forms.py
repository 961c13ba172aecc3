"""What is asked for each kind of study: a kind that stands in `FORMS` can be begun from any run and from the draft.

A form is a function of the base experiment and the prefix of its keys. It draws what can be chosen and returns the kind
as it was chosen, or raises a DlcoreError, whose sentence is shown in its place. It uses no captions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import streamlit as st

from dlcore.experiment import Experiment, KFold
from dlcore.i18n import _, translate
from dlcore.layers.base import Layer
from dlcore.layers.dense import Output
from dlcore.layers.stack import inside
from dlcore.registry import OPTIMIZERS
from dlcore.studies import StudyKind
from dlcore.studies.baselines import Baselines
from dlcore.studies.dropout_sweep import DropoutSweep
from dlcore.studies.folds import Folds
from dlcore.studies.race import Race, written
from dlcore.studies.seeds import Seeds
from dlcore.studies.variance import VarianceParts
from dlcore.studies.with_without import WithWithout
from dlcore.training.twins import has_dropout
from pages.components.shared import keys
from pages.components.study.remedies_form import remedies_form
from pages.components.study.setting_forms import grid_form, search_form

Form = Callable[[Experiment, str], StudyKind]
DROPOUT, SETTING = "dropout", "setting"  # what a twin may differ in, beside each layer


def with_without(base: Experiment, form: str) -> WithWithout:
    """Dropout, any layer, or any setting."""
    layers = {number: layer.name for number, layer in _layers(base)}
    chosen = st.selectbox(
        _("The twin differs in"), [DROPOUT, *layers, SETTING], format_func=lambda each: _difference(base, layers, each),
        key=keys.in_language(f"{form}.difference"), width=360,
    )  # fmt: skip
    if chosen == DROPOUT:
        return WithWithout()
    return _setting(base, form) if chosen == SETTING else WithWithout(layer=chosen)


def _layers(base: Experiment) -> Iterator[tuple[str, Layer]]:
    for path, each in inside(base.network):
        layer = cast("Layer", each)
        if not isinstance(layer, Output):
            yield ".".join(str(place + 1) for place in path), layer


def _difference(base: Experiment, layers: Mapping[str, str], chosen: str) -> str:
    if chosen == DROPOUT:
        return _("Dropout: without") if has_dropout(base) else _("Dropout: with")
    return _("A setting …") if chosen == SETTING else _("Without layer {number} ({name})", number=chosen,
                                                        name=layers[chosen])  # fmt: skip


def _setting(base: Experiment, form: str) -> WithWithout:
    known = dict(_settings({"training": base.to_dict()["training"], "dataset": base.to_dict()["dataset"]}))
    with st.container(horizontal=True):
        field = st.selectbox(_("Setting"), list(known), key=f"{form}.field", accept_new_options=True, width=280,
                             help=_("As in an experiment file: training.optimizer.lr"))  # fmt: skip
        written = st.text_input(_("Its value in the twin"), json.dumps(known.get(field)), key=f"{form}.value.{field}",
                                width=200)  # fmt: skip
    return WithWithout(field=field, value=_read(written))


def _settings(plain: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """The single values of an experiment by their fields, as `training.optimizer.lr`."""
    for name, value in plain.items():
        if isinstance(value, Mapping):
            yield from _settings(value, f"{above}{name}.")
        elif isinstance(value, bool | int | float | str) and name != "name" and f"{above}{name}" != "training.device":
            yield f"{above}{name}", value


def _read(written: str) -> bool | int | float | str | None:
    """A value as it was typed: a number, true, null, or else a word."""
    try:
        value = json.loads(written)
    except ValueError:
        return written
    return value if value is None or isinstance(value, bool | int | float | str) else written


def race(base: Experiment, form: str) -> Race:
    """Which optimizers, and with which learning rates."""
    usual = {written(each): each.to_dict() for each in Race.suited(base).optimizers}
    further = {written(each()): each().to_dict() for each in OPTIMIZERS.values()}
    known = {**usual, **further}
    chosen = st.multiselect(
        _("Optimizers"), list(known), default=list(usual), key=f"{form}.optimizers", max_selections=10
    )
    rates = st.segmented_control(
        _("Learning rates"), ("usual", "three"), default="usual", required=True,
        format_func=lambda each: _("The usual one of each") if each == "usual" else _("Three of each"),
        key=keys.in_language(f"{form}.rates"), help=translate(Race.settings()["rates"].help),
    )  # fmt: skip
    return Race.parse({"optimizers": [known[each] for each in chosen], "rates": rates})


def _no_settings(declared: type[StudyKind]) -> Form:
    return lambda base, form: declared.suited(base)


def folds(base: Experiment, form: str) -> Folds:
    """How many folds, where the experiment is not divided into folds yet."""
    if isinstance(base.dataset.split, KFold):
        return Folds()
    count = st.number_input(_("Folds"), 2, 20, Folds().folds, key=f"{form}.folds", width=140)
    return Folds(folds=int(count))


FORMS: dict[str, Form] = {  # by the name of the kind, in the order of the choice
    "remedies": remedies_form,
    "with_without": with_without,
    "dropout_sweep": _no_settings(DropoutSweep),
    "seeds": _no_settings(Seeds),
    "race": race,
    "variance": _no_settings(VarianceParts),
    "folds": folds,
    "baselines": _no_settings(Baselines),
    "grid": grid_form,
    "search": search_form,
}
