"""The same numbers in other sizes: view, flatten, squeeze, permute."""

from __future__ import annotations

import ast
import math
from typing import Any

from dlcore.codegen.importer.arithmetic import line_of, refused, shown
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.tensor_basics import named, no_size, unread
from dlcore.codegen.importer.values import (
    BATCH,
    CannotRead,
    Measured,
    Node,
    Tensor,
    Unknown,
    Written,
)
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES


def view(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """`x.view(…)`, `x.reshape(…)`. Raises CannotRead where that mixes the examples, or a size is not known."""
    sizes = list(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else list(given)
    sizes = list(settings.get("shape", settings.get("size", sizes)))
    for each in sizes:
        if isinstance(each, Unknown):
            raise each.why
        if not (each is BATCH or (isinstance(each, int) and not isinstance(each, bool))):
            raise unread(node)
    if sizes == [-1]:
        raise_column(interpreter, x, node)
    if len(sizes) < 2 or (sizes[0] is not BATCH and sizes[0] != -1):
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    rest = sizes[1:]
    if any(each is BATCH for each in rest) or (sizes[0] == -1 and -1 in rest):
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    return arranged(interpreter, x, rest, node, None if -1 in rest else math.prod(rest))


def raise_column(interpreter: Interpreter, x: Tensor, node: ast.AST) -> None:
    """Raises Column: (N,) of (N, 1), which the tasks here take as a column."""
    shape = interpreter.shape_of(x.node)
    if shape is None or tuple(shape) == (1,):
        raise Column(unread(node))
    raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)


class Column(CannotRead):
    def __init__(self, why: CannotRead) -> None:
        super().__init__(why.text, why.line)


def arranged(interpreter: Interpreter, x: Tensor, sizes: list[int], node: ast.AST, width: int | None) -> Tensor:
    """The same numbers in other sizes: Flatten where one is left, else Reshape."""
    line = line_of(node)
    if -1 not in sizes and isinstance(sizes[-1], Measured):
        sizes = [*sizes[:-1], -1]  # so that the card takes inputs of other sizes, too
    flatten = Written(line, "Flatten", [], "torch.nn", {})
    item = flatten
    if len(sizes) != 1:
        sizes = [int(each) for each in sizes]
        shape = interpreter.shape_of(x.node)
        item = Written(line, "Unflatten", [1, tuple(sizes)], "torch.nn", {})
        if shape is None or len(shape) != 1:
            item = Written(line, "Sequential", [flatten, item], "torch.nn", {})
    item.width = width
    return Tensor(Node(item, (x.node,), line), x.sharers)


def flatten(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """`x.flatten(start, end)`. Raises CannotRead where it mixes the examples."""
    start, end = named(("start_dim", "end_dim"), (0, -1), given, settings, node)
    shape = interpreter.shape_of(x.node)
    if shape is not None:
        start, end = (each + len(shape) + 1 if each < 0 else each for each in (start, end))
        if start == 0 and end == len(shape):
            raise_column(interpreter, x, node)
        if start >= 1 and end == len(shape):
            return arranged(interpreter, x, [*shape[: start - 1], math.prod(shape[start - 1 :])], node, None)
        if start >= 1:
            middle = math.prod(shape[start - 1 : end])
            return arranged(interpreter, x, [*shape[: start - 1], middle, *shape[end:]], node, None)
    if (start, end) == (1, -1):
        return arranged(interpreter, x, [-1], node, None)
    raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)


def squeeze(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """`x.squeeze(dim)`: axes of size 1 taken away. Raises CannotRead; Column where one number an example is left."""
    (dim,) = named(("dim",), (None,), given, settings, node)
    shape = interpreter.shape_of(x.node)
    if shape is None:
        raise Column(no_size(node))
    axes = range(1, len(shape) + 1) if dim is None else [dim + len(shape) + 1 if dim < 0 else dim]
    if list(axes) == [0]:
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    kept = [size for axis, size in enumerate(shape, start=1) if axis not in axes or size != 1]
    if not kept:
        raise Column(unread(node))
    return x if len(kept) == len(shape) else arranged(interpreter, x, kept, node, None)


def unsqueeze(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """`x.unsqueeze(dim)`: an axis of size 1 more. Raises CannotRead where sizes are not known, or examples mix."""
    (dim,) = named(("dim",), (None,), given, settings, node)
    shape = interpreter.shape_of(x.node)
    if shape is None or not isinstance(dim, int):
        raise no_size(node)
    place = dim + len(shape) + 1 if dim < 0 else dim - 1
    if not 0 <= place <= len(shape):
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    return arranged(interpreter, x, [*shape[:place], 1, *shape[place:]], node, None)


def permute(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """`x.permute(…)`. Raises CannotRead where the batch axis does not stay in front."""
    dims = list(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else list(given)
    dims = list(settings.get("dims", dims))
    shape = interpreter.shape_of(x.node)
    if not all(isinstance(each, int) for each in dims):
        raise unread(node)
    dims = [each + len(dims) if each < 0 else each for each in dims]
    if dims[:1] != [0] or (shape is not None and len(dims) != len(shape) + 1):
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    return permuted(x, dims[1:], node)


def transpose(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """`x.transpose(dim0, dim1)`. Raises CannotRead for the batch axis, and where sizes are not known."""
    first, second = named(("dim0", "dim1"), (None, None), given, settings, node)
    shape = interpreter.shape_of(x.node)
    if shape is None or not isinstance(first, int) or not isinstance(second, int):
        raise no_size(node)
    first, second = (each + len(shape) + 1 if each < 0 else each for each in (first, second))
    if not (1 <= first <= len(shape) and 1 <= second <= len(shape)):
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    dims = list(range(1, len(shape) + 1))
    dims[first - 1], dims[second - 1] = dims[second - 1], dims[first - 1]
    return permuted(x, dims, node)


def permuted(x: Tensor, dims: list[int], node: ast.AST) -> Tensor:
    line = line_of(node)
    return Tensor(Node(Written(line, "Permute", dims, MODULES, {}), (x.node,), line), x.sharers)
