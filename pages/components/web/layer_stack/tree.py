"""The stack as nodes that know their id, so that a layer keeps it wherever it goes, into a block or out of one.

    node    {"id": 7, "layer": Residual(...), "stacks": [[node, node]]}     plain layers have no stacks

The layers inside `node["layer"]` are those it had when the tree was made; `node["stacks"]` is what counts.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any, cast

from dlcore.layers.base import Layer, Path
from pages.components.shared.draft import Draft, experiment_of

Node = dict[str, Any]
Nodes = list[Node]


def tree_of(draft: Draft) -> Nodes:
    """The layers of a draft as nodes with its ids."""
    return grown(cast("tuple[Layer, ...]", experiment_of(draft).network), iter(draft["ids"]))


def grown(layers: Sequence[Layer], ids: Iterator[int]) -> Nodes:
    """Nodes for these layers; each takes the next id, those inside a block after their block."""
    return [
        {"id": next(ids), "layer": layer, "stacks": [grown(stack, ids) for _, stack in layer.stacks()]}
        for layer in layers
    ]


def with_tree(draft: Draft, nodes: Nodes, selected: int | None) -> Draft:
    """The draft with these layers. Raises ExperimentError where there are more than allowed."""
    network = [layer_of(node).to_dict() for node in nodes]
    ids = [node["id"] for node, _, _ in every(nodes)]
    made = {"experiment": {**draft["experiment"], "network": network}, "ids": ids, "selected": selected}
    experiment_of(made)
    return made


def layer_of(node: Node) -> Layer:
    """The layer of a node with what its stacks hold now."""
    layer: Layer = node["layer"]
    return layer.with_stacks(tuple(tuple(layer_of(each) for each in stack) for stack in node["stacks"]))


def every(nodes: Nodes) -> Iterator[tuple[Node, Nodes, int]]:
    """Every node with the stack it stands in and its place there, those inside a block after their block."""
    for number, node in enumerate(nodes):
        yield node, nodes, number
        for stack in node["stacks"]:
            yield from every(stack)


def find(nodes: Nodes, wanted: int) -> tuple[Node, Nodes, int]:
    """The node with this id, the stack it stands in and its place there. Raises StopIteration."""
    return next(found for found in every(nodes) if found[0]["id"] == wanted)


def stack_at(nodes: Nodes, path: Path) -> tuple[Nodes, int]:
    """The stack that a path leads into, and the place there; the whole network's end for an empty path."""
    if not path:
        return nodes, len(nodes)
    stack, rest = nodes, path
    while len(rest) > 1:
        node, rest = stack[rest[0]], rest[1:]
        number, prefix = next(
            (each, prefix) for each, (prefix, _) in enumerate(node["layer"].stacks()) if rest[: len(prefix)] == prefix
        )
        stack, rest = node["stacks"][number], rest[len(prefix) :]
    return stack, rest[0]


def fresh(nodes: Nodes) -> Iterator[int]:
    """Ids that no node has yet."""
    return itertools.count(max((node["id"] for node, _, _ in every(nodes)), default=0) + 1)
