"""What can be done to a stack of layers: pure functions from a draft and an operation to the next draft.

Operations are plain JSON from the browser, so nothing in them is trusted: one that names a row that is gone, or
asks for what is not allowed, leaves the draft as it is. Where a layer goes is said with `within`, the id of a block
(none: the network itself), `stack`, the number of a stack in it, and `to`, the place there, 0-based.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlcore.coach import Remedy
from dlcore.errors import DlcoreError
from dlcore.layers.base import Layer
from dlcore.network import apply_repair
from dlcore.registry import LAYERS
from pages.components.shared.draft import Draft, with_value
from pages.components.web.layer_stack.tree import (
    Node,
    Nodes,
    every,
    find,
    fresh,
    grown,
    layer_of,
    stack_at,
    tree_of,
    with_tree,
)

Operation = dict[str, Any]
OUTPUT = "Output"


def apply(draft: Draft, operation: Operation) -> Draft:
    """The draft after one operation: `{"do": "add" | "remove" | "duplicate" | "move" | "select" | …, ...}`."""
    do = OPERATIONS.get(str(operation.get("do")))
    if do is None:
        return draft
    try:
        return do(draft, operation)
    except (DlcoreError, KeyError, TypeError, ValueError, IndexError, StopIteration):
        return draft


def locked(nodes: Nodes, node: Node) -> bool:
    """Whether this row stays where it is: an Output at the end of the network."""
    return bool(nodes) and nodes[-1] is node and node["layer"].name == OUTPUT


def _add(draft: Draft, operation: Operation) -> Draft:
    """A new layer after the row `after`, or at the end of a stack; always before a locked Output. It is selected."""
    nodes = tree_of(draft)
    known = {node["id"]: (stack, number + 1) for node, stack, number in every(nodes)}
    if operation.get("within") is None and operation.get("after") in known:
        stack, place = known[operation["after"]]
    else:
        stack = _stack(nodes, operation)
        place = len(stack)
    return _inserted(draft, nodes, stack, place, _new(operation["layer"]))


def _remove(draft: Draft, operation: Operation) -> Draft:
    """Take a row out, a block with all that is in it. The selection goes to the row that takes its place."""
    nodes = tree_of(draft)
    node, stack, number = find(nodes, operation["id"])
    if locked(nodes, node):
        return draft
    row = draft["ids"].index(node["id"])
    stack.pop(number)
    return with_tree(draft, nodes, _selected(draft, nodes, row))


def _duplicate(draft: Draft, operation: Operation) -> Draft:
    nodes = tree_of(draft)
    node, stack, number = find(nodes, operation["id"])
    if locked(nodes, node):
        return draft
    return _inserted(draft, nodes, stack, number + 1, layer_of(node))


def _move(draft: Draft, operation: Operation) -> Draft:
    """The row `id` goes to the place `to`, counted without the row itself; a block never into itself."""
    nodes = tree_of(draft)
    node, stack, number = find(nodes, operation["id"])
    if locked(nodes, node):
        return draft
    stack.pop(number)
    aim = _stack(nodes, operation)
    aim.insert(max(0, min(int(operation["to"]), _room(nodes, aim))), node)
    return with_tree(draft, nodes, draft["selected"])


def _select(draft: Draft, operation: Operation) -> Draft:
    if operation["id"] not in draft["ids"]:
        return draft
    return {**draft, "selected": operation["id"]}


def _branch(draft: Draft, operation: Operation) -> Draft:
    """One more stack at the end of the block `id`, empty."""
    nodes = tree_of(draft)
    node = _growing(nodes, operation)
    node["stacks"].append([])
    return with_tree(draft, nodes, node["id"])


def _prune(draft: Draft, operation: Operation) -> Draft:
    """The stack with the number `stack` of the block `id` goes, with all that is in it."""
    nodes = tree_of(draft)
    node = _growing(nodes, operation)
    node["stacks"].pop(_number(operation["stack"], node["stacks"]))
    return with_tree(draft, nodes, node["id"])


def with_remedy(draft: Draft, remedy: Remedy) -> Draft:
    """The draft with all that a remedy of the coach changes, as one edit. Raises ExperimentError."""
    for place, repair in remedy.repairs:
        draft = _repair(draft, {"path": place, "repair": repair})
    for name, value in remedy.settings.items():
        draft = with_value(draft, tuple(name.split(".")), value)
    return draft


def _repair(draft: Draft, operation: Operation) -> Draft:
    """What one click on a row's repair or remedy does. Rows that stay keep their ids."""
    if "remedy" in operation:
        return with_remedy(draft, Remedy.from_json(operation["remedy"]))
    nodes = tree_of(draft)
    stack, number = stack_at(nodes, tuple(int(step) for step in operation["path"]))
    layers = tuple(node["layer"] for node in stack)
    repaired = apply_repair(layers, (number,), str(operation["repair"]))
    known, ids = {id(node["layer"]): node for node in stack}, fresh(nodes)
    made = [known.get(id(layer)) or grown([layer], ids)[0] for layer in repaired]  # type: ignore[list-item]
    if len(repaired) == len(layers):  # one replaced in its place keeps its id
        made = [node if node in stack else {**node, "id": stack[n]["id"]} for n, node in enumerate(made)]
    stack[:] = made
    around = made[max(0, min(number, len(made) - 1))]["id"] if made else None
    return with_tree(draft, nodes, around or _selected(draft, nodes, 0))


OPERATIONS: dict[str, Callable[[Draft, Operation], Draft]] = {
    "add": _add,
    "remove": _remove,
    "duplicate": _duplicate,
    "move": _move,
    "select": _select,
    "branch": _branch,
    "prune": _prune,
    "repair": _repair,
}


def _new(name: Any) -> Layer:
    layer: Layer = LAYERS.find(name)()  # type: ignore[assignment]
    return layer


def _stack(nodes: Nodes, operation: Operation) -> Nodes:
    """The stack that an operation means: of the block `within`, else the network itself. Raises StopIteration."""
    if operation.get("within") is None:
        return nodes
    stacks = find(nodes, operation["within"])[0]["stacks"]
    stack: Nodes = stacks[_number(operation.get("stack", 0), stacks)]
    return stack


def _number(given: Any, stacks: list[Nodes]) -> int:
    if int(given) not in range(len(stacks)):
        raise IndexError(given)
    return int(given)


def _growing(nodes: Nodes, operation: Operation) -> Node:
    node = find(nodes, operation["id"])[0]
    if not node["layer"].grows:
        raise ValueError(node["layer"].name)
    return node


def _room(nodes: Nodes, stack: Nodes) -> int:
    """How many places there are in a stack: in the network's own, those before a locked Output."""
    return len(stack) - 1 if stack and stack is nodes and locked(nodes, stack[-1]) else len(stack)


def _inserted(draft: Draft, nodes: Nodes, stack: Nodes, place: int, layer: Layer) -> Draft:
    (node,) = grown([layer], fresh(nodes))
    stack.insert(min(place, _room(nodes, stack)), node)
    return with_tree(draft, nodes, node["id"])


def _selected(draft: Draft, nodes: Nodes, row: int) -> int | None:
    """The selection where its row is still there, else the row that now stands where one went."""
    ids = [node["id"] for node, _, _ in every(nodes)]
    if draft["selected"] in ids or not ids:
        return draft["selected"] if ids else None
    found: int = ids[min(row, len(ids) - 1)]
    return found
