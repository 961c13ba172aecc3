"""What all operations on tensors share: sums, rows, states, and changes in place."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from dlcore.codegen.importer.arithmetic import line_of, refused, shown
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    CannotRead,
    Measured,
    Node,
    OneState,
    States,
    Tensor,
    Unknown,
    Written,
)
from dlcore.declaration import Shape
from dlcore.i18n import N_, Text

Operation = Callable[[Interpreter, Tensor, list[Any], dict[str, Any], ast.AST], Any]


SAME = ("contiguous", "to", "cuda", "cpu", "float", "requires_grad_", "type_as")  # hand on the numbers as they are


def unread(node: ast.AST) -> CannotRead:
    text = N_("«{code}» in forward is not read: let x go through one layer after another.")
    return refused(Text(text, code=shown(node)), node)


def no_size(node: ast.AST) -> CannotRead:
    return refused(Text(N_("«{code}» cannot be told: the size of the input is not known."), code=shown(node)), node)


def measured(values: Any) -> bool:
    """Whether one of some values is a size that was asked of a tensor."""
    flat = [one for each in values for one in (each if isinstance(each, tuple | list) else [each])]
    return any(isinstance(each, Measured) for each in flat)


def change(x: Tensor, made: Node, node: ast.AST) -> None:
    """x is something else now, under all its names; what looked at the same numbers in another way is unclear."""
    text = Text(N_("a tensor that is changed in place is used elsewhere, too: this is not followed."))
    for other in x.sharers:
        if other is not x:
            other.node = Node(Unknown(refused(text, node)), (other.node,), line_of(node))
    x.node = made


def add(x: Any, y: Any, node: ast.AST) -> Tensor:
    """x + y. Raises CannotRead for what is no tensor of the network."""
    x, y = of_state(x), of_state(y)
    if not isinstance(x, Tensor) or not isinstance(y, Tensor):
        raise unread(node)
    return Tensor(Node(None, (x.node, y.node), line_of(node), "add"))


def concatenate(interpreter: Interpreter, parts: Any, dim: Any, node: ast.AST) -> Any:
    """torch.cat. Raises CannotRead."""
    if not isinstance(parts, list | tuple) or not parts or not isinstance(dim, int):
        raise unread(node)
    if len(parts) == 2 and all(isinstance(each, OneState) for each in parts):
        return both_ends(parts[0], parts[1], dim, node)
    parts = [of_state(each) for each in parts]
    if not all(isinstance(each, Tensor) for each in parts):
        raise unread(node)
    if len(parts) == 1:
        return parts[0]
    shape = interpreter.shape_of(parts[0].node)
    if dim < 0 and shape is not None:
        dim += len(shape) + 1
    return Tensor(Node(None, tuple(each.node for each in parts), line_of(node), "cat", dim))


def of_state(value: Any) -> Any:
    """The tensor that the one state there is stands for."""
    if isinstance(value, OneState) and value.number == -1 and not value.states.both_ways:
        return value.states.step
    return value


def one_state(states: States, index: Any, node: ast.AST) -> Any:
    """h[-1], h[0] of a single layer, h[-1, :, :]. Raises CannotRead."""
    if isinstance(index, tuple) and index and all(each == slice(None) for each in index[1:]):
        index = index[0]
    count = states.layers * (2 if states.both_ways else 1)
    if not isinstance(index, int) or isinstance(index, bool) or not -count <= index < count:
        raise unread(node)
    return of_state(OneState(states, index - count if index >= 0 else index))


def state_method(states: States, name: str, given: list[Any], node: ast.AST) -> Any:
    """h.squeeze(0), h.view(-1, size): of a network with one state. Raises CannotRead."""
    single = states.layers == 1 and not states.both_ways
    if name in SAME:
        return states
    if single and ((name == "squeeze" and given in ([], [0])) or (name in ("view", "reshape") and len(given) == 2)):
        return states.step
    raise unread(node)


def both_ends(first: OneState, second: OneState, dim: int, node: ast.AST) -> Tensor:
    """What both directions of a network end with, side by side. Raises CannotRead for other pairs of states."""
    same = first.states is second.states and first.states.both_ways
    if same and (first.number, second.number) == (-2, -1) and dim in (1, -1):
        return first.states.step
    raise unread(node)


def is_rank(shape: Shape | None, rank: int) -> bool:
    return shape is None or len(shape) == rank


def step(item: Written, x: Tensor, node: ast.AST) -> Tensor:
    return Tensor(Node(item, (x.node,), line_of(node)))


def named(
    names: tuple[str, ...], defaults: tuple[Any, ...], given: list[Any], settings: dict[str, Any], node: ast.AST
) -> list[Any]:
    """Arguments in order. Raises CannotRead for others than these, and for what is not known."""
    if len(given) > len(names) or set(settings) - set(names):
        raise unread(node)
    found = dict(zip(names, defaults, strict=True)) | dict(zip(names, given, strict=False)) | settings
    for each in found.values():
        if isinstance(each, Unknown):
            raise each.why
    return [found[name] for name in names]
