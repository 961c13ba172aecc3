"""One number of many: means and maxima over axes, and single steps of a sequence."""

from __future__ import annotations

import ast
from typing import Any

from dlcore.codegen.importer.arguments import arguments
from dlcore.codegen.importer.arithmetic import line_of
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.tensor_basics import is_rank, named, step, unread
from dlcore.codegen.importer.values import (
    Node,
    Tensor,
    Unknown,
    Written,
)
from dlcore.layers.base import MODULES


def reduced(kind: str, interpreter: Interpreter, x: Tensor, dims: Any, keep: Any, node: ast.AST) -> Tensor:
    """The mean or maximum over axes, as the layer that does the same. Raises CannotRead."""
    shape = interpreter.shape_of(x.node)
    axes = sorted(dims) if isinstance(dims, tuple | list) else [dims]
    if not axes or not all(isinstance(each, int) and not isinstance(each, bool) for each in axes):
        raise unread(node)
    if shape is not None:
        axes = sorted(each + len(shape) + 1 if each < 0 else each for each in axes)
    elif axes == [-2, -1]:
        axes = [2, 3]
    if axes == [1] and keep is False and is_rank(shape, 2):
        return step(Written(line_of(node), "PoolOverTime", [kind], MODULES, {}), x, node)
    if axes == list(range(2, len(axes) + 2)) and len(axes) <= 3 and is_rank(shape, len(axes) + 1):
        adaptive = Written(line_of(node), f"Adaptive{'Avg' if kind == 'mean' else 'Max'}Pool{len(axes)}d", [1],
                           "torch.nn", {})  # fmt: skip
        flatten = Written(line_of(node), "Flatten", [], "torch.nn", {})
        whole = Written(line_of(node), "Sequential", [adaptive, flatten], "torch.nn", {})
        return step(adaptive if keep is True else whole, x, node)
    raise unread(node)


def mean(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    dims, keep = axes(given, settings, node)
    return reduced("mean", interpreter, x, dims, keep, node)


def amax(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    dims, keep = axes(given, settings, node)
    return reduced("max", interpreter, x, dims, keep, node)


def maximum(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """(the largest, where they stand)."""
    dims, keep = axes(given, settings, node)
    return reduced("max", interpreter, x, dims, keep, node), Unknown(unread(node))


def axes(given: list[Any], settings: dict[str, Any], node: ast.AST) -> list[Any]:
    if "axis" in settings:
        settings = {**settings, "dim": settings["axis"]}
        del settings["axis"]
    return named(("dim", "keepdim"), (None, False), given, settings, node)


def item(interpreter: Interpreter, x: Tensor, index: Any, node: ast.AST) -> Any:
    """x[:, -1], x[:, 0, :]: one step of a sequence. Raises CannotRead."""
    index = index if isinstance(index, tuple) else (index,)
    index = tuple(each for each in index if each is not Ellipsis) if index[-1:] == (Ellipsis,) else index
    if all(each == slice(None) for each in index):
        return x
    is_step = len(index) in (2, 3) and index[0] == slice(None) and isinstance(index[1], int)
    if not is_step or any(each != slice(None) for each in index[2:]):
        raise unread(node)
    place = index[1]
    shape = interpreter.shape_of(x.node)
    if shape is not None and len(shape) == 2 and place == shape[0] - 1:
        place = -1
    if place not in (0, -1) or isinstance(place, bool) or not is_rank(shape, 2):
        raise unread(node)
    every = x.node.item
    if place == -1 and isinstance(every, Written) and every.name == "EveryStep" and not both_ways(every):
        return again(x, Written(every.line, "LastStep", list(every.arguments), MODULES, {}))
    return step(Written(line_of(node), "PoolOverTime", ["last" if place else "first"], MODULES, {}), x, node)


def both_ways(every: Written) -> bool:
    return bool(arguments(every.arguments[0])["bidirectional"])


def again(x: Tensor, item: Written) -> Tensor:
    return Tensor(Node(item, x.node.inputs, x.node.line))
