"""The steps that made a result, as a stack of layers: where ways part and meet again, a block stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlcore.codegen.importer.values import CannotRead, Node, TooMuch, Unknown, Written
from dlcore.experiment.stacks import MAX_LAYERS
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES

Item = Written | Unknown
DEEPEST_BLOCK = 20


def stack(end: Node, start: Node | None = None, depth: int = 0) -> list[Item]:
    """The layers between two steps, in order; from what the network receives where no start is named.

    Raises CannotRead where the ways cannot be laid out as blocks within blocks.
    """
    made: list[Item] = []
    node = end
    while node is not start and node.inputs:
        if len(made) > MAX_LAYERS or depth > DEEPEST_BLOCK:
            raise TooMuch(Text(N_("the network has more than {limit} layers."), limit=MAX_LAYERS), node.line)
        if node.join:
            meet = _meeting(node)
            made.append(_block(node, meet, depth))
            node = meet
        else:
            if node.item is not None:
                made.append(node.item)
            (node,) = node.inputs
    return made[::-1]


def _meeting(join: Node) -> Node:
    """The last step through which every way to a join leads: its branches begin there."""
    ways = set(join.inputs)
    while len(ways) > 1:
        latest = max(ways, key=lambda node: node.depth)
        ways.remove(latest)
        ways |= set(latest.inputs)
        if not latest.inputs:  # two beginnings; it cannot be, but it must end
            raise CannotRead(Text(N_("the ways through the network do not begin at one place.")), join.line)
    return ways.pop()


def _block(join: Node, meet: Node, depth: int) -> Written:
    """Residual where one way is bare or a projection, else Branches."""
    ends = list(_summands(join, meet)) if join.join == "add" else list(join.inputs)
    ways = [stack(end, meet, depth + 1) for end in ends]
    calls = [Written(join.line, SEQUENTIAL, way, "torch.nn", {}) for way in ways]
    if join.join == "cat":
        return Written(join.line, "Concatenated", list(calls), MODULES, {"dim": join.dim})
    full = [number for number, way in enumerate(ways) if way]
    if len(ways) == 2 and len(full) == 1:
        return Written(join.line, "Residual", [calls[full[0]]], MODULES, {})
    if len(ways) == 2 and len(ways[1]) == 1 and len(ways[0]) > 1 and _is_projection(ways[1][0]):
        return Written(join.line, "Residual", [calls[0], ways[1][0]], MODULES, {})
    return Written(join.line, "Added", list(calls), MODULES, {})


SEQUENTIAL = "Sequential"


def _summands(join: Node, meet: Node) -> Iterator[Node]:
    """a, b and c of (a + b) + c: one block with three branches."""
    first, *others = join.inputs
    if first is not meet and first.join == "add":
        yield from _summands(first, meet)
    else:
        yield first
    yield from others


def _is_projection(item: Any) -> bool:
    """Whether a layer alone on the skip is what Residual would put there: a Linear, or windows of one value."""
    if not isinstance(item, Written) or item.module != "torch.nn":
        return False
    if item.name == "Linear":
        return True
    window = item.settings.get("kernel_size", item.arguments[2] if len(item.arguments) > 2 else None)
    return item.name in ("Conv1d", "Conv2d", "Conv3d") and window in (1, (1, 1), (1,), (1, 1, 1), [1, 1])


def inside(items: list[Any]) -> Iterator[Item]:
    """Every layer, those inside blocks too; one that stands in two places comes twice."""
    for each in items:
        parts = (
            [one for one in each.arguments if isinstance(one, Written | Unknown)] if isinstance(each, Written) else []
        )
        if isinstance(each, Written) and (each.name == SEQUENTIAL or (each.module == MODULES and parts)):
            yield from inside(parts)
        elif isinstance(each, Written | Unknown):
            yield each
