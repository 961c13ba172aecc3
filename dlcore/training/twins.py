"""Twins: two experiments that differ in one thing alone, and what it is in which experiments differ.

Randomness is separated (see `loop.py`), so twins with and without dropout start from the same weights and see the
same batches in the same order: whatever differs between their curves, dropout did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from dlcore.declaration import Declaration
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.layers import LAYERS, Layer

DROPPED = 0.3  # the share that an added Dropout drops


@dataclass(frozen=True)
class Difference:
    """A field in which experiments differ, and its value in each; None where a layer is not there."""

    field: (
        str  # as in an experiment file: `training.optimizer.lr`, `network.3.p`; `network.+3` is a layer that some lack
    )
    values: tuple[Any, ...]


def has_dropout(experiment: Experiment) -> bool:
    """Whether anything in the network is dropped while training."""
    return any(_drops(layer) for layer in _inside(experiment.network))


def without_dropout(experiment: Experiment) -> Experiment:
    """The same experiment with every Dropout layer taken out, inside blocks too."""
    return experiment.model_copy(update={"network": _taken_out(experiment.network)})


def with_dropout(experiment: Experiment, p: float = DROPPED) -> Experiment:
    """The same experiment with a Dropout after each hidden activation, where none follows already."""
    network: list[Declaration] = []
    for number, layer in enumerate(experiment.network):
        network.append(layer)
        following = experiment.network[number + 1] if number + 1 < len(experiment.network) else None
        hidden = getattr(layer, "kind", "") == "activation" and following is not None and number > 0
        if hidden and following is not None and not _drops(following):
            network.append(LAYERS["Dropout"].parse({"p": p}))
    return experiment.model_copy(update={"network": tuple(network)})


def twins(experiment: Experiment) -> tuple[Experiment, Experiment]:
    """(with dropout, without dropout): its own where it has some, else one added after each hidden activation."""
    dropping = experiment if has_dropout(experiment) else with_dropout(experiment)
    return dropping, without_dropout(experiment)


def _drops(layer: Declaration) -> bool:
    return "Dropout" in layer.name


def _stacks(layer: Declaration) -> dict[str, Any]:
    """The fields of a block that hold layers, or stacks of layers."""
    return {name: each for name, each in layer if isinstance(each, tuple) and _holds_layers(each)}


def _holds_layers(value: Any) -> bool:
    return isinstance(value, Layer) or (isinstance(value, tuple) and any(_holds_layers(each) for each in value))


def _inside(layers: Iterable[Any]) -> Iterable[Declaration]:
    for layer in layers:
        if isinstance(layer, tuple):
            yield from _inside(layer)
        else:
            yield layer
            yield from _inside(_stacks(layer).values())


def _taken_out(layers: tuple[Any, ...]) -> tuple[Any, ...]:
    kept = (layer for layer in layers if isinstance(layer, tuple) or not _drops(layer))
    return tuple(_taken_out(layer) if isinstance(layer, tuple) else _without(layer) for layer in kept)


def _without(layer: Declaration) -> Declaration:
    changed = {name: _taken_out(stack) for name, stack in _stacks(layer).items()}
    return layer.model_copy(update=changed) if changed else layer


def differences(experiments: Sequence[Experiment]) -> list[Difference]:
    """Every field in which these experiments differ, in the order of an experiment file; layers are matched up first.

    >>> differences([])
    []
    """
    if not experiments:
        return []
    plain = [each.to_dict() for each in experiments]
    found = _differing([_flat(each["dataset"]) for each in plain], "dataset")
    found += _layer_differences([each.network for each in experiments])
    found += _differing([_flat(_with_loss(each).to_dict()["training"]) for each in experiments], "training")
    found += _differing([{"": each["seed"]} for each in plain], "seed")
    return found + _differing([_flat(each.get("seeds", {})) for each in plain], "seeds")


def _with_loss(experiment: Experiment) -> Experiment:
    """The same with the usual loss written down where none was chosen: left out or not, it is no difference."""
    if experiment.training.loss is not None:
        return experiment
    try:
        loss = experiment.loss
    except DlcoreError:  # its data are not here any more to say which it is
        return experiment
    return experiment.model_copy(update={"training": experiment.training.model_copy(update={"loss": loss})})


def _differing(flat: Sequence[dict[str, Any]], prefix: str) -> list[Difference]:
    names = list(dict.fromkeys(name for each in flat for name in each))
    rows = ((name, tuple(each.get(name) for each in flat)) for name in names)
    return [Difference(f"{prefix}.{name}".strip("."), values) for name, values in rows if _differ(values)]


def _differ(values: tuple[Any, ...]) -> bool:
    return any(value != values[0] for value in values)


def _flat(nested: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in nested.items():
        path = f"{prefix}.{name}".strip(".")
        flat |= _flat(value, path) if isinstance(value, dict) else {path: value}
    return flat


def _layer_differences(networks: Sequence[Sequence[Declaration]]) -> list[Difference]:
    found = []
    for number, slot in enumerate(_matched(networks), 1):
        if any(layer is None for layer in slot):
            found.append(Difference(f"network.+{number}", tuple(slot)))
        else:
            settings = [_flat(layer.to_dict()) for layer in slot if layer is not None]
            found += _differing(settings, f"network.{number}")
    return found


def _matched(networks: Sequence[Sequence[Declaration]]) -> list[list[Declaration | None]]:
    """Layers in rows, a column an experiment: rows hold layers of one kind, None where an experiment lacks it."""
    table: list[list[Declaration | None]] = [[layer] for layer in networks[0]]
    for network in networks[1:]:
        table = _with_column(table, network)
    return table


def _with_column(
    table: list[list[Declaration | None]], network: Sequence[Declaration]
) -> list[list[Declaration | None]]:
    width = len(table[0]) if table else 1
    known = [next(layer.name for layer in row if layer is not None) for row in table]
    joined: list[list[Declaration | None]] = []
    matcher = SequenceMatcher(None, known, [layer.name for layer in network], autojunk=False)
    for tag, first, last, begin, end in matcher.get_opcodes():
        if tag == "equal":
            joined += [[*row, layer] for row, layer in zip(table[first:last], network[begin:end], strict=True)]
        else:
            joined += [[*row, None] for row in table[first:last]]
            joined += [[*([None] * width), layer] for layer in network[begin:end]]
    return joined


def dropout_twins(experiments: Sequence[Experiment]) -> tuple[int, int] | None:
    """(which has dropout, which has not), of two experiments that differ in nothing else; None for any others."""
    if len(experiments) != 2:
        return None
    for dropping, plain in ((0, 1), (1, 0)):
        one, other = experiments[dropping], experiments[plain]
        if has_dropout(one) and not has_dropout(other) and without_dropout(one) == other:
            return dropping, plain
    return None
