"""What code does with a tensor on its way: functions and methods of torch as the layers that do the same."""

from __future__ import annotations

import ast
import functools
from typing import Any

from dlcore.codegen.importer.arguments import explicit
from dlcore.codegen.importer.arithmetic import line_of, refused, shown
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.tensor_basics import SAME, Operation, add, change, measured, named, no_size, step, unread
from dlcore.codegen.importer.tensor_reduction import amax, maximum, mean
from dlcore.codegen.importer.tensor_sizes import Column, flatten, permute, squeeze, transpose, unsqueeze, view
from dlcore.codegen.importer.values import (
    BATCH,
    TRAINING,
    CannotRead,
    Measured,
    Node,
    Sizes,
    Tensor,
    TooMuch,
    Unknown,
    Written,
)
from dlcore.i18n import N_, Text
from dlcore.registry import LAYERS

WHOLE = ("long", "int")
DROPOUTS = ("dropout", "dropout1d", "dropout2d", "dropout3d", "alpha_dropout")
POOL_ARGUMENTS = ("kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices")
FUNCTION_ARGUMENTS = {"softmax": ("dim", "_stacklevel", "dtype"), "log_softmax": ("dim", "_stacklevel", "dtype"),
                      **dict.fromkeys(("max_pool1d", "max_pool2d", "max_pool3d"), POOL_ARGUMENTS)}  # fmt: skip


@functools.cache
def layers_by_function() -> dict[str, str]:
    """relu -> ReLU, max_pool2d -> MaxPool2d: torch names its functions like its layers, in small letters."""
    kinds = ("activation", "pooling", "regularization")
    return {name.lower(): name for name, layer in LAYERS.items() if getattr(layer, "kind", "") in kinds
            and name != "PReLU"}  # fmt: skip


def operate(
    interpreter: Interpreter, name: str, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    """`x.name(...)`, `torch.name(x, ...)` or `F.name(x, ...)`. What is not read gives a tensor that says so.

    Raises nothing but TooMuch.
    """
    interpreter.step(node)
    try:
        operation = OPERATIONS.get(name)
        if operation is not None:
            return operation(interpreter, x, given, settings, node)
        return _function(interpreter, name, x, given, settings, node)
    except TooMuch:
        raise
    except CannotRead as error:
        made = Node(Unknown(error, column=isinstance(error, Column)), (x.node,), error.line)
        if (name.endswith("_") and not name.endswith("__")) or settings.get("inplace") is True:
            change(x, made, node)
            return x
        return Tensor(made)


def attribute(interpreter: Interpreter, x: Tensor, name: str, node: ast.AST) -> Any:
    """x.shape, x.ndim; None where it is a method."""
    shape = interpreter.shape_of(x.node)
    if name == "shape":
        return (BATCH, *map(Measured, shape)) if shape is not None else Sizes(x, no_size(node))
    if name == "ndim":
        interpreter.asked_for_rank = True
        return len(shape) + 1 if shape is not None else Unknown(no_size(node))
    if name in ("dtype", "device", "requires_grad", "data", "T", "mT", "grad"):
        return Unknown(unread(node))
    return None


def _function(
    interpreter: Interpreter, name: str, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    in_place = name.endswith("_") and not name.endswith("__")
    plain = name.rstrip("_") if in_place else name
    found = layers_by_function().get(plain.replace("_", ""))
    if found is None:
        raise unread(node)
    if "pool" in plain and measured(given[:1]):
        return _over_all(interpreter, plain, x, given, settings, node)
    if measured([*given, *settings.values()]):
        raise refused(Text(N_("«{code}» is not read: it differs with the size of the input."), code=shown(node)), node)
    names = ("p", "training", "inplace") if plain in DROPOUTS else FUNCTION_ARGUMENTS.get(plain)
    if names is not None:
        settings = dict(zip(names, given, strict=False)) | settings
        given = []
    settings.pop("_stacklevel", None)
    always = False
    if plain in DROPOUTS:
        training = settings.pop("training", settings.pop("train", plain != "alpha_dropout"))
        if training is False:
            return x
        if training is not TRAINING and training is not True:
            raise unread(node)
        always = training is True
    item = Written(line_of(node), found, given, "torch.nn", settings)
    item.always = always
    if in_place:
        item.settings["inplace"] = True
    if explicit(item).get("inplace") is True:
        made = Node(item, (x.node,), line_of(node))
        change(x, made, node)
        return x
    made_tensor = Node(item, (x.node,), line_of(node))
    return Tensor(made_tensor, x.sharers) if plain in DROPOUTS else Tensor(made_tensor)


def _over_all(
    interpreter: Interpreter, name: str, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Tensor:
    """`F.avg_pool2d(x, x.size()[2:])`: one window over all there is. Raises CannotRead for any other."""
    shape = interpreter.shape_of(x.node)
    sizes = given[0] if isinstance(given[0], tuple | list) else [given[0]] * (len(shape or ()) - 1)
    kind = {"avg_pool": "Avg", "max_pool": "Max"}.get(name[:-2])
    if shape is None or kind is None or len(given) > 1 or settings or list(sizes) != list(shape[1:]):
        raise refused(Text(N_("«{code}» is not read: it differs with the size of the input."), code=shown(node)), node)
    return step(Written(line_of(node), f"Adaptive{kind}Pool{name[-2:]}", [1], "torch.nn", {}), x, node)


# Handed on


def _same(_interpreter: Interpreter, x: Tensor, _given: list[Any], _settings: dict[str, Any], _node: ast.AST) -> Any:
    return x


def _clone(_interpreter: Interpreter, x: Tensor, _given: list[Any], _settings: dict[str, Any], _node: ast.AST) -> Any:
    return Tensor(x.node)


def _whole(interpreter: Interpreter, x: Tensor, _given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    """x.long() of tokens; of other numbers it would cut off what is behind the point."""
    shape = interpreter.shape_of(x.node)
    if shape is not None and shape.vocabulary is None:
        raise unread(node)
    return x


def _size(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    (dim,) = named(("dim",), (None,), given, settings, node)
    shape = attribute(interpreter, x, "shape", node)
    return shape if dim is None else size_at(shape, dim, node)


def size_at(shape: Any, dim: Any, node: ast.AST) -> Any:
    """x.shape[dim]. Raises CannotRead for an axis that is not there."""
    if isinstance(shape, Sizes):
        return BATCH if dim == 0 else Unknown(shape.why)
    if not isinstance(dim, int) or not -len(shape) <= dim < len(shape):
        raise unread(node)
    return shape[dim]


def _dim(interpreter: Interpreter, x: Tensor, _given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    return attribute(interpreter, x, "ndim", node)


def _add(_interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    (other,) = named(("other",), (None,), given, settings, node)
    return add(x, other, node)


def _add_in_place(
    _interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    (other,) = named(("other",), (None,), given, settings, node)
    change(x, add(x, other, node).node, node)
    return x


OPERATIONS: dict[str, Operation] = {
    **dict.fromkeys(SAME, _same),
    **dict.fromkeys(WHOLE, _whole),
    "clone": _clone,
    "size": _size,
    "dim": _dim,
    "ndimension": _dim,
    "view": view,
    "reshape": view,
    "flatten": flatten,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "permute": permute,
    "transpose": transpose,
    "swapaxes": transpose,
    "swapdims": transpose,
    "mean": mean,
    "amax": amax,
    "max": maximum,
    "add": _add,
    "add_": _add_in_place,
}
