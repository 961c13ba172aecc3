"""What can be done to a stack of layers: pure functions from a draft and an operation to the next draft.

Operations are plain JSON from the browser, so nothing in them is trusted: one that names a row that is gone, or
asks for what is not allowed, leaves the draft as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlcore.errors import DlcoreError
from dlcore.network import apply_repair
from dlcore.registry import LAYERS
from pages.components.draft import Draft, draft_of, experiment_of

Operation = dict[str, Any]
OUTPUT = "Output"


def apply(draft: Draft, operation: Operation) -> Draft:
    """The draft after one operation: `{"do": "add" | "remove" | "duplicate" | "move" | "select" | "repair", ...}`."""
    do = OPERATIONS.get(str(operation.get("do")))
    if do is None:
        return draft
    try:
        return do(draft, operation)
    except (DlcoreError, KeyError, TypeError, ValueError, IndexError, StopIteration):
        return draft


def locked(draft: Draft, number: int) -> bool:
    """Whether this row stays where it is: an Output at the end."""
    layers = draft["experiment"]["network"]
    return number == len(layers) - 1 and layers[number]["layer"] == OUTPUT


def _add(draft: Draft, operation: Operation) -> Draft:
    """A new layer after the row `after` (at the end without one), always before a locked Output; it is selected."""
    layers = draft["experiment"]["network"]
    layer = LAYERS.find(operation["layer"])().to_dict()
    after = operation.get("after")
    place = draft["ids"].index(after) + 1 if after in draft["ids"] else len(layers)
    return _inserted(draft, min(place, _room(draft)), layer)


def _remove(draft: Draft, operation: Operation) -> Draft:
    number = draft["ids"].index(operation["id"])
    if locked(draft, number):
        return draft
    ids = _without(draft["ids"], number)
    selected = draft["selected"] if draft["selected"] in ids else _at(ids, number)
    return _restacked(draft, _without(draft["experiment"]["network"], number), ids, selected)


def _duplicate(draft: Draft, operation: Operation) -> Draft:
    number = draft["ids"].index(operation["id"])
    if locked(draft, number):
        return draft
    return _inserted(draft, number + 1, dict(draft["experiment"]["network"][number]))


def _move(draft: Draft, operation: Operation) -> Draft:
    """The row `id` goes to the place `to`, 0-based, counted without the row itself."""
    number = draft["ids"].index(operation["id"])
    if locked(draft, number):
        return draft
    last = _room(draft) - 1
    place = max(0, min(int(operation["to"]), last))
    layers, ids = list(draft["experiment"]["network"]), list(draft["ids"])
    layers.insert(place, layers.pop(number))
    ids.insert(place, ids.pop(number))
    return _restacked(draft, layers, ids, draft["selected"])


def _select(draft: Draft, operation: Operation) -> Draft:
    if operation["id"] not in draft["ids"]:
        return draft
    return {**draft, "selected": operation["id"]}


def _repair(draft: Draft, operation: Operation) -> Draft:
    """What one click on a row's repair does. Rows that stay keep their ids."""
    path = tuple(int(step) for step in operation["path"])
    before = experiment_of(draft)
    network = apply_repair(before.network, path, str(operation["repair"]))
    made = draft_of(before.model_copy(update={"network": network}))
    ids = _carried(before.network, network, draft["ids"])
    changed = path[0] if path else len(ids) - 1
    return {**made, "ids": ids, "selected": _at(ids, changed)}


OPERATIONS: dict[str, Callable[[Draft, Operation], Draft]] = {
    "add": _add,
    "remove": _remove,
    "duplicate": _duplicate,
    "move": _move,
    "select": _select,
    "repair": _repair,
}


def _carried(before: tuple[Any, ...], after: tuple[Any, ...], ids: list[int]) -> list[int]:
    """Ids for the layers after a repair: a layer that stayed keeps its id, and so does one replaced in its place."""
    known = {id(layer): each for layer, each in zip(before, ids, strict=True)}
    fresh = iter(range(max(ids, default=0) + 1, max(ids, default=0) + len(after) + 1))
    in_place = len(before) == len(after)
    return [known.get(id(layer)) or (ids[number] if in_place else next(fresh)) for number, layer in enumerate(after)]


def _room(draft: Draft) -> int:
    """How many places there are before a locked Output."""
    layers = draft["experiment"]["network"]
    return len(layers) - 1 if layers and locked(draft, len(layers) - 1) else len(layers)


def _inserted(draft: Draft, place: int, layer: dict[str, Any]) -> Draft:
    fresh = max(draft["ids"], default=0) + 1
    layers, ids = list(draft["experiment"]["network"]), list(draft["ids"])
    layers.insert(place, layer)
    ids.insert(place, fresh)
    return _restacked(draft, layers, ids, fresh)


def _restacked(draft: Draft, layers: list[Any], ids: list[int], selected: int | None) -> Draft:
    made = {"experiment": {**draft["experiment"], "network": layers}, "ids": ids, "selected": selected}
    experiment_of(made)  # refuses, for one, more layers than are allowed
    return made


def _without(items: list[Any], number: int) -> list[Any]:
    return [*items[:number], *items[number + 1 :]]


def _at(ids: list[int], number: int) -> int | None:
    return ids[max(0, min(number, len(ids) - 1))] if ids else None
