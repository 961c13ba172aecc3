"""Functions of Python itself: range, len, zip, sum, isinstance, …"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import Any

from dlcore.codegen.importer import module_methods, objects, tensor_basics
from dlcore.codegen.importer.arithmetic import (
    MOST_ITEMS,
    calculated,
    line_of,
    refused,
    unclear,
    within,
)
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    BATCH,
    CannotRead,
    Container,
    Instance,
    Super,
    Symbol,
    Tensor,
    Unknown,
    UserClass,
    Written,
    is_module,
)
from dlcore.i18n import N_, Text

Builtin = Callable[[Interpreter, list[Any], dict[str, Any], ast.AST], Any]


def len_(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    (value,) = exactly(1, given, node)
    if isinstance(value, Tensor):
        return BATCH
    if isinstance(value, str | dict):
        return len(value)
    if isinstance(value, tuple) and value[:1] == (BATCH,):
        interpreter.asked_for_rank = True
    return len(interpreter.items_of(value, node))


def range_(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    """`range(…)` as a list. Raises CannotRead for what is no whole number, and for more than MOST_ITEMS."""
    for each in given:
        if isinstance(each, Unknown):
            raise each.why
        if not isinstance(each, int):
            raise unclear(node)
    try:
        found = range(*given)
        if len(found) > MOST_ITEMS:
            raise OverflowError
    except OverflowError:
        raise refused(Text(N_("a list has more than {limit} items."), limit=MOST_ITEMS), node) from None
    except (TypeError, ValueError):
        raise unclear(node) from None
    return list(found)


def list_(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    return list(interpreter.items_of(given[0], node)) if given else []


def tuple_(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    return tuple(interpreter.items_of(given[0], node)) if given else ()


def dict_(interpreter: Interpreter, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """`dict(…)`, of pairs, dictionaries and settings. Raises CannotRead for other keys than texts and whole numbers."""
    found: dict[Any, Any] = {}
    for each in given:
        pairs = each.items() if isinstance(each, dict) else interpreter.items_of(each, node)
        for pair in pairs:
            if not isinstance(pair, tuple | list) or len(pair) != 2 or not isinstance(pair[0], str | int):
                raise unclear(node)
            found[pair[0]] = pair[1]
    return found | settings


def enumerate_(interpreter: Interpreter, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """`enumerate(…)` as a list of pairs. Raises CannotRead where the start is no whole number."""
    start = settings.get("start", given[1] if len(given) > 1 else 0)
    if not isinstance(start, int):
        raise unclear(node)
    return [(start + number, each) for number, each in enumerate(interpreter.items_of(given[0], node))]


def zip_(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    lists = [interpreter.items_of(each, node) for each in given]
    within([None] * (len(lists) * min(map(len, lists), default=0)), node)
    return list(zip(*lists, strict=False))


def reversed_(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    (value,) = exactly(1, given, node)
    return list(interpreter.items_of(value, node))[::-1]


def map_(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    function, *lists = given
    rows = zip(*(interpreter.items_of(each, node) for each in lists), strict=False)
    return [interpreter.call(function, list(row), {}, node) for row in rows]


def sum_(interpreter: Interpreter, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    values = list(interpreter.items_of(given[0], node))
    total = settings.get("start", given[1] if len(given) > 1 else 0)
    for each in values:
        if isinstance(each, Tensor):
            total = each if isinstance(total, int) and total == 0 else tensor_basics.add(total, each, node)
        else:
            total = calculated(ast.Add(), total, each, node)
    return total


def numeric(function: Callable[..., Any]) -> Builtin:
    def apply(interpreter: Interpreter, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
        flat = given
        if function in (min, max, math.prod, sorted) and len(given) == 1:
            flat = list(interpreter.items_of(given[0], node))
        for each in flat:
            if isinstance(each, Unknown):
                raise each.why
        if settings or not all(isinstance(each, int | float) for each in flat):
            raise unclear(node)
        spread = function in (min, max, math.prod, sorted)
        try:
            made = function(flat) if spread else function(*flat)
        except (TypeError, ValueError, OverflowError, ArithmeticError):
            raise unclear(node) from None
        return made if isinstance(made, list) else within(made, node)

    return apply


def str_(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    """`str(…)` of a number or a text. Raises CannotRead for anything else."""
    if len(given) != 1 or not isinstance(given[0], int | str | float):
        raise unclear(node)
    return within(str(given[0]), node)


def getattr_(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    """`getattr(value, name[, default])`. Raises CannotRead where there is neither."""
    if len(given) < 2 or not isinstance(given[1], str):
        raise unclear(node)
    try:
        return interpreter.attribute(given[0], given[1], node)
    except CannotRead:
        if len(given) == 3:
            return given[2]
        raise


def hasattr_(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    """`hasattr(object, name)`, of objects of the file. Raises CannotRead for anything else."""
    if len(given) != 2 or not isinstance(given[0], Instance):
        raise unclear(node)
    return given[1] in given[0].names or objects.method(given[0].kind, given[1]) is not None


def setattr_(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    """`setattr(value, name, new)`. Raises CannotRead where what it changes is not followed."""
    if len(given) != 3 or not isinstance(given[1], str):
        raise unclear(node)
    module_methods.store(interpreter, given[0], given[1], given[2], node)


def isinstance_(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    value, kinds = exactly(2, given, node)
    return any(is_of(value, each, node) for each in (kinds if isinstance(kinds, tuple) else (kinds,)))


PYTHON_TYPES = {"int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict}


def is_of(value: Any, kind: Any, node: ast.AST) -> bool:
    """Whether `isinstance` holds for one class. Raises CannotRead where that cannot be told."""
    if isinstance(kind, UserClass) and isinstance(value, Instance):
        return kind in value.kind.ancestors()
    if isinstance(kind, Symbol) and isinstance(value, Written | Container) and kind.module == "torch.nn":
        return kind.name == "Module" or kind.name == (value.name if isinstance(value, Written) else value.kind)
    if isinstance(kind, Symbol) and isinstance(value, Instance):
        return any(kind.name in ("Module", each.name) for each in value.kind.outside())
    if (
        isinstance(kind, Symbol)
        and kind.dotted in PYTHON_TYPES
        and (value is None or isinstance(value, int | float | str | list | tuple | dict))
    ):
        return isinstance(value, PYTHON_TYPES[kind.dotted])
    if isinstance(kind, UserClass) and is_module(value):
        return False
    raise unclear(node)


def nothing(_interpreter: Interpreter, _given: list[Any], _settings: dict[str, Any], _node: ast.AST) -> Any:
    return None


def super_(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    """`super()`, of the method that runs. Raises CannotRead outside of one."""
    kind, instance = given if len(given) == 2 else interpreter.this(node)
    if not isinstance(kind, UserClass) or not isinstance(instance, Instance):
        raise unclear(node)
    return Super(instance, kind)


def type_(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    """`type(object)`: its class in the file. Raises CannotRead for anything else."""
    (value,) = exactly(1, given, node)
    if not isinstance(value, Instance):
        raise unclear(node)
    return value.kind


def copied(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    return copy(interpreter, given[0], {}, node) if given else None


def copy(interpreter: Interpreter, value: Any, seen: dict[int, Any], node: ast.AST) -> Any:
    """copy.deepcopy: layers with the same settings and weights of their own. Raises CannotRead."""
    if id(value) in seen:
        return seen[id(value)]
    interpreter.step(node)

    def inner(each: Any) -> Any:
        with interpreter.deeper(node):
            return copy(interpreter, each, seen, node)

    if isinstance(value, Written):
        made: Any = value.copy()
    elif isinstance(value, Container):
        made = Container(value.kind, [(name, inner(each)) for name, each in value.items], value.line)
    elif isinstance(value, Instance):
        made = seen[id(value)] = Instance(value.kind, value.line)
        made.names = {name: inner(each) for name, each in value.names.items()}
        made.inner = inner(value.inner)
    elif isinstance(value, list | tuple):
        made = type(value)([inner(each) for each in value])
    elif isinstance(value, dict):
        made = {name: inner(each) for name, each in value.items()}
    else:
        return value
    seen[id(value)] = made
    return made


def names_and_values(interpreter: Interpreter, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    made = UserClass("Namespace", ast.ClassDef("Namespace", [], [], [], []), interpreter.top, [], {}, [])
    return Instance(made, line_of(node), dict(settings))


def exactly(count: int, given: list[Any], node: ast.AST) -> list[Any]:
    """The arguments, where there are so many. Raises CannotRead for more or fewer."""
    if len(given) != count:
        raise unclear(node)
    return given


BUILTINS: dict[str, Builtin] = {
    "len": len_, "range": range_, "list": list_, "tuple": tuple_, "dict": dict_, "set": list_, "iter": list_,
    "collections.OrderedDict": dict_, "enumerate": enumerate_, "zip": zip_, "reversed": reversed_, "map": map_,
    "sum": sum_, "min": numeric(min), "max": numeric(max), "abs": numeric(abs), "round": numeric(round),
    "int": numeric(int), "float": numeric(float), "bool": numeric(bool), "pow": numeric(lambda a,
        b: a**b if abs(b) < 30 else 0 / 0),
    "math.floor": numeric(math.floor), "math.ceil": numeric(math.ceil), "math.sqrt": numeric(math.sqrt),
    "math.prod": numeric(math.prod), "numpy.prod": numeric(math.prod), "math.log2": numeric(math.log2),
    "sorted": numeric(sorted), "str": str_, "getattr": getattr_, "setattr": setattr_, "hasattr": hasattr_,
    "isinstance": isinstance_, "print": nothing, "super": super_, "type": type_, "copy.deepcopy": copied,
    "display": nothing, "types.SimpleNamespace": names_and_values, "argparse.Namespace": names_and_values,
    "typing.cast": lambda _i, given, _s, _n: given[-1] if given else None,
}  # fmt: skip


TYPES = ("int", "float", "str", "bool", "list", "tuple", "dict")
