"""Several settings of an experiment set at once, by their names: of layers, of data, of training.

`training.optimizer.lr` and `dataset.limit` are named as in an experiment file, `network.3.p` with the number of a layer
as its card counts (2.1 inside a block); `network.width` and its like stand for several layers at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from dlcore.coach.finding import Remedy as Change
from dlcore.declaration import Declaration, join, shown
from dlcore.errors import ExperimentError, unknown
from dlcore.experiment import DatasetChoice, Experiment
from dlcore.i18n import N_, Text
from dlcore.layers.base import Layer, Path
from dlcore.layers.stack import card_number, inside
from dlcore.network import check
from dlcore.registry import OPTIMIZERS
from dlcore.studies.structure import STRUCTURE, Quantity

Value = bool | int | float | str | None
OPTIMIZER = "training.optimizer"


def assign(base: Experiment, values: Mapping[str, Value]) -> Experiment:
    """The experiment with these values and nothing else changed.

    Structure is set first, so that a layer is named by its number in what comes of that. Where the optimizer is among
    them, it comes with its usual settings, and settings that it does not have are left out.
    Raises ExperimentError that names the field, NetworkError where the layers no longer fit one another.
    """
    twin = base
    for quantity, value in _structural(values):
        twin = _quantity(quantity, value).applied(twin)
    for field, value in values.items():
        if field.startswith("network.") and field not in _quantities():
            twin = _with_layer_setting(twin, field, value)
    for field, value in _settings(values).items():
        _check_name(twin, field)
        twin = Change({field: value}).apply(twin)
    check(twin)
    return twin


def current(base: Experiment, field: str) -> Value:
    """What a setting is in an experiment. Raises ExperimentError for one that it does not have."""
    if field in _quantities():
        return _quantities()[field].now(base)
    if field == OPTIMIZER:
        return base.training.optimizer.name
    declared, name = owner_of(base, field)
    return cast("Value", getattr(declared, name))


def owner_of(base: Experiment, field: str) -> tuple[Declaration, str]:
    """What of an experiment has the setting of this name, and what it calls it. Raises ExperimentError."""
    place, _, name = field.rpartition(".")
    owner = _owner(base, place, field)
    if name not in type(owner).model_fields:
        raise ExperimentError(unknown(Text(N_("setting")), name, type(owner).model_fields, None), field)
    return owner, name


def _owner(base: Experiment, place: str, field: str) -> Declaration:
    if place.startswith("network."):
        return _layer(base, place)[1]
    if place == "dataset":
        own = field.partition(".")[2] not in DatasetChoice.model_fields
        return base.dataset.source if own else base.dataset
    parts = {"training": base.training, OPTIMIZER: base.training.optimizer, "training.loss": base.training.loss,
             "training.schedule": base.training.schedule}  # fmt: skip
    owner = parts.get(place)
    if owner is None:
        text = N_("names no setting of this experiment; such as training.optimizer.lr, dataset.limit, "
                  "network.2.out_features or {structure}")  # fmt: skip
        raise ExperimentError(Text(text, structure=", ".join(_quantities())), field)
    return owner


def _quantities() -> dict[str, type[Quantity]]:
    return {each.field: each for each in STRUCTURE.values()}


def _structural(values: Mapping[str, Value]) -> list[tuple[type[Quantity], Value]]:
    found = [(each, values[field]) for field, each in _quantities().items() if field in values]
    return sorted(found, key=lambda pair: pair[0].order)


def _quantity(declared: type[Quantity], value: Value) -> Quantity:
    try:
        return declared.parse({"value": value})
    except ExperimentError as error:
        raise ExperimentError(error.text, declared.field) from None


def _settings(values: Mapping[str, Value]) -> dict[str, Value]:
    """The settings of data and training, the optimizer before what is set of it."""
    found = {field: value for field, value in values.items() if not field.startswith("network.")}
    if OPTIMIZER not in found:
        return found
    known = OPTIMIZERS.find(found[OPTIMIZER], OPTIMIZER).model_fields
    own = f"{OPTIMIZER}."
    kept = {name: each for name, each in found.items() if not name.startswith(own) or name.removeprefix(own) in known}
    return {OPTIMIZER: found[OPTIMIZER], **kept}


def _check_name(base: Experiment, field: str) -> None:
    if field != OPTIMIZER:
        owner_of(base, field)


def _with_layer_setting(base: Experiment, field: str, value: Value) -> Experiment:
    place, _, name = field.rpartition(".")
    path, layer = _layer(base, place)
    if name not in type(layer).model_fields:
        known = type(layer).model_fields
        raise ExperimentError(unknown(Text(N_("setting")), name, known, value), join("network", *map(str, path)))
    return Change(repairs=((path, f"set:{name}={json.dumps(value)}"),)).apply(base)


def _layer(base: Experiment, place: str) -> tuple[Path, Layer]:
    found = {card_number(path): (path, layer) for path, layer in inside(cast("Any", base.network))}
    wanted = place.partition(".")[2]
    if wanted not in found:
        text = N_("must name a layer by its number, one of {choices}, but {received} came")
        raise ExperimentError(Text(text, choices=", ".join(found), received=shown(wanted)), "network")
    return found[wanted]


def label(values: Mapping[str, Value]) -> Text:
    """«training.optimizer.lr: 0.01, network.width: 2»: what an arm with these values is called."""
    made: Text | None = None
    for field, value in values.items():
        one = Text(N_("{field}: {value}"), field=field, value=figure(value))
        made = one if made is None else Text(N_("{first}, {second}"), first=made, second=one)
    return made or Text(N_("As it is"))


def figure(value: Value) -> str:
    """A value of a setting as it is read: 0.00123 rather than 0.0012345678."""
    if isinstance(value, float):
        return f"{value:.3g}"
    return shown(value) if not isinstance(value, str) else value
