"""What one click on a repair does to a stack of layers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import cast

from dlcore.declaration import Declaration, parse_declared
from dlcore.errors import ExperimentError
from dlcore.layers.base import Layer, Path
from dlcore.registry import LAYERS


def apply_repair(layers: Sequence[Declaration], path: Path, repair: str) -> tuple[Declaration, ...]:
    """The layers after one click on a repair: the ones given stay as they are.

    `insert:NAME` before the layer at `path`, `replace:NAME`, `remove`, `move:end`, `append:NAME`,
    `set:SETTING=VALUE` (VALUE as JSON), or `set@PATH:SETTING=VALUE` of another layer, PATH as in `2.0.1`. What NAME
    allows of the settings of the layer it replaces is kept.
    Raises ValueError for any other repair.
    """
    if repair.startswith("set@"):
        place, _, rest = repair.removeprefix("set@").partition(":")
        return apply_repair(layers, tuple(map(int, place.split("."))), f"set:{rest}")
    if len(path) > 1:
        return _repaired_inside(cast("Sequence[Layer]", layers), path, repair)
    number = path[0] if path else len(layers)
    before, at, after = tuple(layers[:number]), tuple(layers[number : number + 1]), tuple(layers[number + 1 :])
    action, _, what = repair.partition(":")
    if action == "insert":
        return (*before, _layer(what), *at, *after)
    if action == "append":
        return (*layers, _layer(what))
    if action == "replace":
        return (*before, *(_replaced(each, what) for each in at), *after)
    if action == "remove":
        return (*before, *after)
    if action == "move":
        return (*before, *after, *at)
    if action == "set":
        name, _, value = what.partition("=")
        return (*before, *(_layer(each.name, {**_settings(each), name: json.loads(value)}) for each in at), *after)
    raise ValueError(f"no such repair: {repair}")


def _repaired_inside(layers: Sequence[Layer], path: Path, repair: str) -> tuple[Declaration, ...]:
    block, rest = layers[path[0]], path[1:]
    stacks = []
    for prefix, stack in block.stacks():
        meant = rest[: len(prefix)] == prefix
        changed = apply_repair(stack, rest[len(prefix) :], repair) if meant else stack
        stacks.append(cast("tuple[Layer, ...]", changed))
    return (*layers[: path[0]], block.with_stacks(tuple(stacks)), *layers[path[0] + 1 :])


def _layer(name: str, settings: dict[str, object] | None = None) -> Declaration:
    return parse_declared(LAYERS, "layer", {"layer": name, **(settings or {})})


def _settings(layer: Declaration) -> dict[str, object]:
    return {name: value for name, value in layer.to_dict().items() if name != layer.KEY}


def _replaced(layer: Declaration, name: str) -> Declaration:
    """The other layer, with every setting that means the same there and lies within its bounds."""
    other = LAYERS[name]
    kept = {key: value for key, value in _settings(layer).items() if key in other.model_fields}
    return _layer(name, {key: value for key, value in kept.items() if _is_allowed(other, key, value)})


def _is_allowed(declared: type[Declaration], key: str, value: object) -> bool:
    try:
        declared.parse({key: value})
    except ExperimentError:
        return False
    return True
