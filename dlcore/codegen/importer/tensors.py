"""What code does with a tensor on its way: functions and methods of torch as the layers that do the same."""

from __future__ import annotations

import ast
import functools
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlcore.codegen.importer.arguments import arguments, explicit
from dlcore.codegen.importer.arithmetic import line_of, refused, shown
from dlcore.codegen.importer.values import (
    BATCH,
    TRAINING,
    CannotRead,
    Measured,
    Node,
    OneState,
    Sizes,
    States,
    Tensor,
    TooMuch,
    Unknown,
    Written,
)
from dlcore.declaration import Shape
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES
from dlcore.registry import LAYERS

if TYPE_CHECKING:
    from dlcore.codegen.importer.interpreter import Interpreter

Operation = Callable[["Interpreter", Tensor, list[Any], dict[str, Any], ast.AST], Any]

SAME = ("contiguous", "to", "cuda", "cpu", "float", "requires_grad_", "type_as")  # hand on the numbers as they are
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
    """`x.name(...)`, `torch.name(x, ...)` or `F.name(x, ...)`. What is not read gives a tensor that says so."""
    interpreter.step(node)
    try:
        operation = OPERATIONS.get(name)
        if operation is not None:
            return operation(interpreter, x, given, settings, node)
        return _function(interpreter, name, x, given, settings, node)
    except TooMuch:
        raise
    except CannotRead as error:
        made = Node(Unknown(error, column=isinstance(error, _Column)), (x.node,), error.line)
        if (name.endswith("_") and not name.endswith("__")) or settings.get("inplace") is True:
            change(x, made, node)
            return x
        return Tensor(made)


def unread(node: ast.AST) -> CannotRead:
    text = N_("«{code}» in forward is not read: let x go through one layer after another.")
    return refused(Text(text, code=shown(node)), node)


def attribute(interpreter: Interpreter, x: Tensor, name: str, node: ast.AST) -> Any:
    """x.shape, x.ndim; None where it is a method."""
    shape = interpreter.shape_of(x.node)
    if name == "shape":
        return (BATCH, *map(Measured, shape)) if shape is not None else Sizes(x, _no_size(node))
    if name == "ndim":
        interpreter.asked_for_rank = True
        return len(shape) + 1 if shape is not None else Unknown(_no_size(node))
    if name in ("dtype", "device", "requires_grad", "data", "T", "mT", "grad"):
        return Unknown(unread(node))
    return None


def _no_size(node: ast.AST) -> CannotRead:
    return refused(Text(N_("«{code}» cannot be told: the size of the input is not known."), code=shown(node)), node)


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


def measured(values: Any) -> bool:
    """Whether one of some values is a size that was asked of a tensor."""
    flat = [one for each in values for one in (each if isinstance(each, tuple | list) else [each])]
    return any(isinstance(each, Measured) for each in flat)


def _over_all(
    interpreter: Interpreter, name: str, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Tensor:
    """`F.avg_pool2d(x, x.size()[2:])`: one window over all there is. Raises CannotRead for any other."""
    shape = interpreter.shape_of(x.node)
    sizes = given[0] if isinstance(given[0], tuple | list) else [given[0]] * (len(shape or ()) - 1)
    kind = {"avg_pool": "Avg", "max_pool": "Max"}.get(name[:-2])
    if shape is None or kind is None or len(given) > 1 or settings or list(sizes) != list(shape[1:]):
        raise refused(Text(N_("«{code}» is not read: it differs with the size of the input."), code=shown(node)), node)
    return _step(Written(line_of(node), f"Adaptive{kind}Pool{name[-2:]}", [1], "torch.nn", {}), x, node)


def change(x: Tensor, made: Node, node: ast.AST) -> None:
    """x is something else now, under all its names; what looked at the same numbers in another way is unclear."""
    text = Text(N_("a tensor that is changed in place is used elsewhere, too: this is not followed."))
    for other in x.sharers:
        if other is not x:
            other.node = Node(Unknown(refused(text, node)), (other.node,), line_of(node))
    x.node = made


# Sums and rows


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
        return _both_ends(parts[0], parts[1], dim, node)
    parts = [of_state(each) for each in parts]
    if not all(isinstance(each, Tensor) for each in parts):
        raise unread(node)
    if len(parts) == 1:
        return parts[0]
    shape = interpreter.shape_of(parts[0].node)
    if dim < 0 and shape is not None:
        dim += len(shape) + 1
    return Tensor(Node(None, tuple(each.node for each in parts), line_of(node), "cat", dim))


# States of recurrent networks


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


def _both_ends(first: OneState, second: OneState, dim: int, node: ast.AST) -> Tensor:
    same = first.states is second.states and first.states.both_ways
    if same and (first.number, second.number) == (-2, -1) and dim in (1, -1):
        return first.states.step
    raise unread(node)


# Other sizes


def _view(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
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
    return _arranged(interpreter, x, rest, node, None if -1 in rest else math.prod(rest))


def raise_column(interpreter: Interpreter, x: Tensor, node: ast.AST) -> None:
    """Raises _Column: (N,) of (N, 1), which the tasks here take as a column."""
    shape = interpreter.shape_of(x.node)
    if shape is None or tuple(shape) == (1,):
        raise _Column(unread(node))
    raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)


class _Column(CannotRead):
    def __init__(self, why: CannotRead) -> None:
        super().__init__(why.text, why.line)


def _arranged(interpreter: Interpreter, x: Tensor, sizes: list[int], node: ast.AST, width: int | None) -> Tensor:
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


def _flatten(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    start, end = _named(("start_dim", "end_dim"), (0, -1), given, settings, node)
    shape = interpreter.shape_of(x.node)
    if shape is not None:
        start, end = (each + len(shape) + 1 if each < 0 else each for each in (start, end))
        if start == 0 and end == len(shape):
            raise_column(interpreter, x, node)
        if start >= 1 and end == len(shape):
            return _arranged(interpreter, x, [*shape[: start - 1], math.prod(shape[start - 1 :])], node, None)
        if start >= 1:
            middle = math.prod(shape[start - 1 : end])
            return _arranged(interpreter, x, [*shape[: start - 1], middle, *shape[end:]], node, None)
    if (start, end) == (1, -1):
        return _arranged(interpreter, x, [-1], node, None)
    raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)


def _squeeze(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    (dim,) = _named(("dim",), (None,), given, settings, node)
    shape = interpreter.shape_of(x.node)
    if shape is None:
        raise _Column(_no_size(node))
    axes = range(1, len(shape) + 1) if dim is None else [dim + len(shape) + 1 if dim < 0 else dim]
    if list(axes) == [0]:
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    kept = [size for axis, size in enumerate(shape, start=1) if axis not in axes or size != 1]
    if not kept:
        raise _Column(unread(node))
    return x if len(kept) == len(shape) else _arranged(interpreter, x, kept, node, None)


def _unsqueeze(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    (dim,) = _named(("dim",), (None,), given, settings, node)
    shape = interpreter.shape_of(x.node)
    if shape is None or not isinstance(dim, int):
        raise _no_size(node)
    place = dim + len(shape) + 1 if dim < 0 else dim - 1
    if not 0 <= place <= len(shape):
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    return _arranged(interpreter, x, [*shape[:place], 1, *shape[place:]], node, None)


def _permute(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    dims = list(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else list(given)
    dims = list(settings.get("dims", dims))
    shape = interpreter.shape_of(x.node)
    if not all(isinstance(each, int) for each in dims):
        raise unread(node)
    dims = [each + len(dims) if each < 0 else each for each in dims]
    if dims[:1] != [0] or (shape is not None and len(dims) != len(shape) + 1):
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    return _permuted(x, dims[1:], node)


def _transpose(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    first, second = _named(("dim0", "dim1"), (None, None), given, settings, node)
    shape = interpreter.shape_of(x.node)
    if shape is None or not isinstance(first, int) or not isinstance(second, int):
        raise _no_size(node)
    first, second = (each + len(shape) + 1 if each < 0 else each for each in (first, second))
    if not (1 <= first <= len(shape) and 1 <= second <= len(shape)):
        raise refused(Text(N_("«{code}» is not read: it mixes the examples."), code=shown(node)), node)
    dims = list(range(1, len(shape) + 1))
    dims[first - 1], dims[second - 1] = dims[second - 1], dims[first - 1]
    return _permuted(x, dims, node)


def _permuted(x: Tensor, dims: list[int], node: ast.AST) -> Tensor:
    line = line_of(node)
    return Tensor(Node(Written(line, "Permute", dims, MODULES, {}), (x.node,), line), x.sharers)


# One number of many


def _reduced(kind: str, interpreter: Interpreter, x: Tensor, dims: Any, keep: Any, node: ast.AST) -> Tensor:
    """The mean or maximum over axes, as the layer that does the same. Raises CannotRead."""
    shape = interpreter.shape_of(x.node)
    axes = sorted(dims) if isinstance(dims, tuple | list) else [dims]
    if not axes or not all(isinstance(each, int) and not isinstance(each, bool) for each in axes):
        raise unread(node)
    if shape is not None:
        axes = sorted(each + len(shape) + 1 if each < 0 else each for each in axes)
    elif axes == [-2, -1]:
        axes = [2, 3]
    if axes == [1] and keep is False and _is_rank(shape, 2):
        return _step(Written(line_of(node), "PoolOverTime", [kind], MODULES, {}), x, node)
    if axes == list(range(2, len(axes) + 2)) and len(axes) <= 3 and _is_rank(shape, len(axes) + 1):
        adaptive = Written(line_of(node), f"Adaptive{'Avg' if kind == 'mean' else 'Max'}Pool{len(axes)}d", [1],
                           "torch.nn", {})  # fmt: skip
        flatten = Written(line_of(node), "Flatten", [], "torch.nn", {})
        whole = Written(line_of(node), "Sequential", [adaptive, flatten], "torch.nn", {})
        return _step(adaptive if keep is True else whole, x, node)
    raise unread(node)


def _is_rank(shape: Shape | None, rank: int) -> bool:
    return shape is None or len(shape) == rank


def _step(item: Written, x: Tensor, node: ast.AST) -> Tensor:
    return Tensor(Node(item, (x.node,), line_of(node)))


def _mean(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    dims, keep = _axes(given, settings, node)
    return _reduced("mean", interpreter, x, dims, keep, node)


def _amax(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    dims, keep = _axes(given, settings, node)
    return _reduced("max", interpreter, x, dims, keep, node)


def _max(interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """(the largest, where they stand)."""
    dims, keep = _axes(given, settings, node)
    return _reduced("max", interpreter, x, dims, keep, node), Unknown(unread(node))


def _axes(given: list[Any], settings: dict[str, Any], node: ast.AST) -> list[Any]:
    if "axis" in settings:
        settings = {**settings, "dim": settings["axis"]}
        del settings["axis"]
    return _named(("dim", "keepdim"), (None, False), given, settings, node)


def _named(
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
    if place not in (0, -1) or isinstance(place, bool) or not _is_rank(shape, 2):
        raise unread(node)
    every = x.node.item
    if place == -1 and isinstance(every, Written) and every.name == "EveryStep" and not _both_ways(every):
        return _again(x, Written(every.line, "LastStep", list(every.arguments), MODULES, {}))
    return _step(Written(line_of(node), "PoolOverTime", ["last" if place else "first"], MODULES, {}), x, node)


def _both_ways(every: Written) -> bool:
    return bool(arguments(every.arguments[0])["bidirectional"])


def _again(x: Tensor, item: Written) -> Tensor:
    return Tensor(Node(item, x.node.inputs, x.node.line))


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
    (dim,) = _named(("dim",), (None,), given, settings, node)
    shape = attribute(interpreter, x, "shape", node)
    return shape if dim is None else size_at(shape, dim, node)


def size_at(shape: Any, dim: Any, node: ast.AST) -> Any:
    """x.shape[dim]."""
    if isinstance(shape, Sizes):
        return BATCH if dim == 0 else Unknown(shape.why)
    if not isinstance(dim, int) or not -len(shape) <= dim < len(shape):
        raise unread(node)
    return shape[dim]


def _dim(interpreter: Interpreter, x: Tensor, _given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    return attribute(interpreter, x, "ndim", node)


def _add(_interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    (other,) = _named(("other",), (None,), given, settings, node)
    return add(x, other, node)


def _add_in_place(
    _interpreter: Interpreter, x: Tensor, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    (other,) = _named(("other",), (None,), given, settings, node)
    change(x, add(x, other, node).node, node)
    return x


OPERATIONS: dict[str, Operation] = {
    **dict.fromkeys(SAME, _same),
    **dict.fromkeys(WHOLE, _whole),
    "clone": _clone,
    "size": _size,
    "dim": _dim,
    "ndimension": _dim,
    "view": _view,
    "reshape": _view,
    "flatten": _flatten,
    "squeeze": _squeeze,
    "unsqueeze": _unsqueeze,
    "permute": _permute,
    "transpose": _transpose,
    "swapaxes": _transpose,
    "swapdims": _transpose,
    "mean": _mean,
    "amax": _amax,
    "max": _max,
    "add": _add,
    "add_": _add_in_place,
}
