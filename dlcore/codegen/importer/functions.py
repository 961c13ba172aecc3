"""Functions from outside the file that networks are put together with: range, len, torch.cat, nn.Linear, …"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlcore.codegen.importer import modules, objects, tensors
from dlcore.codegen.importer.arithmetic import (
    MOST_ITEMS,
    calculated,
    line_of,
    refused,
    shown,
    unclear,
    within,
)
from dlcore.codegen.importer.values import (
    BATCH,
    Bound,
    CannotRead,
    Container,
    FromData,
    Instance,
    Numbers,
    OwnModule,
    Super,
    Symbol,
    Tensor,
    Unknown,
    UserClass,
    Written,
    is_module,
)
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES

if TYPE_CHECKING:
    from dlcore.codegen.importer.interpreter import Interpreter

Arguments = tuple[list[Any], dict[str, Any]]
Builtin = Callable[["Interpreter", list[Any], dict[str, Any], ast.AST], Any]

NUMBERS = ("zeros", "ones", "rand", "randn", "empty", "randint", "full")
WRAPPERS = ("torch.nn.DataParallel", "torch.compile", "torch.jit.script", "copy.copy", "torch.fx.symbolic_trace")
NOWHERE = ("torch.cuda.is_available", "torch.backends.mps.is_available", "torch.mps.is_available",
           "torch.xpu.is_available")  # fmt: skip
CHANGES = ("torch.nn.utils", "torch.nn.quantized", "torch.quantization", "torch.ao")  # of layers, by reference


def call(
    interpreter: Interpreter, symbol: Symbol, given: list[Any], settings: dict[str, Any], node: ast.AST, scope: Any
) -> Any:
    """What a function from outside gives. Raises CannotRead for one that is not followed."""
    dotted, name = symbol.dotted, symbol.name
    if dotted in BUILTINS:
        return BUILTINS[dotted](interpreter, given, settings, node)
    if dotted in WRAPPERS and given:
        return given[0]
    if symbol.module == "torch.nn" and not name.islower():
        return _layer(interpreter, name, given, settings, node)
    if symbol.module == MODULES:
        return _placed(interpreter, OwnModule(name, given, settings, line_of(node)))
    if symbol.module in ("torch", "torch.nn.functional", "torch.special"):
        return _of_torch(interpreter, name, given, settings, node)
    if dotted in NOWHERE:
        return False
    if dotted.startswith(CHANGES):
        why = refused(Text(N_("«{code}» changes a layer: this is not followed."), code=shown(node)), node)
        for each in given:
            interpreter.spoil(each, why)
        raise why
    return _outside(interpreter, symbol, given, settings, node)


def _outside(
    interpreter: Interpreter, symbol: Symbol, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    text = Text(N_("«{code}» is not read here: calls are never carried out."), code=shown(node))
    why = FromData(text, line_of(node))
    shapes = [each for each in (*given, *settings.values()) if isinstance(each, tuple) and len(each) > 1]
    for each in given[:1]:
        if is_module(each) and shapes and all(isinstance(size, int) for size in shapes[0]):
            interpreter.seen(each, Numbers((None, *shapes[0])))  # summary(model, (1, 28, 28))
    tensor = next((each for each in given if isinstance(each, Tensor)), None)
    if tensor is not None and getattr(symbol, "name", "").endswith("_"):
        interpreter.spoil(tensor, why)
    return modules.opaque(tensor, why) if tensor is not None else Unknown(why)


def _layer(interpreter: Interpreter, name: str, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    made = modules.make(name, given, settings, node)
    if isinstance(made, Written) and interpreter.in_forward:
        interpreter.fresh.add(made)
    return _placed(interpreter, made)


def _placed(interpreter: Interpreter, made: Any) -> Any:
    """What stands inside another module is no network of its own."""
    inside = made.values() if isinstance(made, Container) else getattr(made, "arguments", ())
    for each in inside:
        interpreter.placed(each)
    interpreter.made(made)
    return made


def _of_torch(interpreter: Interpreter, name: str, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    if name in ("cat", "concat", "concatenate"):
        dim = settings.get("dim", settings.get("axis", given[1] if len(given) > 1 else 0))
        parts = given[0] if given else settings.get("tensors")
        flat = parts if isinstance(parts, list | tuple) else []
        first = next((each for each in flat if isinstance(each, Tensor)), None)
        try:
            return tensors.concatenate(interpreter, parts, dim, node)
        except CannotRead as error:
            if first is None:
                raise
            return modules.opaque(first, error)
    if name in NUMBERS:
        sizes = settings.get("size", given)
        sizes = list(sizes[0]) if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else list(sizes)
        return Numbers(tuple(sizes), zero=name == "zeros")
    x = tensors.of_state(given[0]) if given else settings.pop("input", None)
    if isinstance(x, Tensor):
        return tensors.operate(interpreter, name, x, given[1:], settings, node)
    if isinstance(x, Unknown):
        return x
    return _outside(interpreter, Symbol(f"torch.{name}"), given, settings, node)


# Functions of Python


def _len(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    (value,) = _exactly(1, given, node)
    if isinstance(value, Tensor):
        return BATCH
    if isinstance(value, str | dict):
        return len(value)
    if isinstance(value, tuple) and value[:1] == (BATCH,):
        interpreter.asked_for_rank = True
    return len(interpreter.items_of(value, node))


def _range(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
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


def _list(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    return list(interpreter.items_of(given[0], node)) if given else []


def _tuple(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    return tuple(interpreter.items_of(given[0], node)) if given else ()


def _dict(interpreter: Interpreter, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    found: dict[Any, Any] = {}
    for each in given:
        pairs = each.items() if isinstance(each, dict) else interpreter.items_of(each, node)
        for pair in pairs:
            if not isinstance(pair, tuple | list) or len(pair) != 2 or not isinstance(pair[0], str | int):
                raise unclear(node)
            found[pair[0]] = pair[1]
    return found | settings


def _enumerate(interpreter: Interpreter, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    start = settings.get("start", given[1] if len(given) > 1 else 0)
    if not isinstance(start, int):
        raise unclear(node)
    return [(start + number, each) for number, each in enumerate(interpreter.items_of(given[0], node))]


def _zip(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    lists = [interpreter.items_of(each, node) for each in given]
    within([None] * (len(lists) * min(map(len, lists), default=0)), node)
    return list(zip(*lists, strict=False))


def _reversed(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    (value,) = _exactly(1, given, node)
    return list(interpreter.items_of(value, node))[::-1]


def _map(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    function, *lists = given
    rows = zip(*(interpreter.items_of(each, node) for each in lists), strict=False)
    return [interpreter.call(function, list(row), {}, node) for row in rows]


def _sum(interpreter: Interpreter, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    values = list(interpreter.items_of(given[0], node))
    total = settings.get("start", given[1] if len(given) > 1 else 0)
    for each in values:
        if isinstance(each, Tensor):
            total = each if isinstance(total, int) and total == 0 else tensors.add(total, each, node)
        else:
            total = calculated(ast.Add(), total, each, node)
    return total


def _numeric(function: Callable[..., Any]) -> Builtin:
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


def _str(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    if len(given) != 1 or not isinstance(given[0], int | str | float):
        raise unclear(node)
    return within(str(given[0]), node)


def _getattr(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    if len(given) < 2 or not isinstance(given[1], str):
        raise unclear(node)
    try:
        return interpreter.attribute(given[0], given[1], node)
    except CannotRead:
        if len(given) == 3:
            return given[2]
        raise


def _hasattr(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    if len(given) != 2 or not isinstance(given[0], Instance):
        raise unclear(node)
    return given[1] in given[0].names or objects.method(given[0].kind, given[1]) is not None


def _setattr(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    if len(given) != 3 or not isinstance(given[1], str):
        raise unclear(node)
    objects.store(interpreter, given[0], given[1], given[2], node)


def _isinstance(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    value, kinds = _exactly(2, given, node)
    return any(_is_of(value, each, node) for each in (kinds if isinstance(kinds, tuple) else (kinds,)))


PYTHON_TYPES = {"int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": tuple, "dict": dict}


def _is_of(value: Any, kind: Any, node: ast.AST) -> bool:
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


def _nothing(_interpreter: Interpreter, _given: list[Any], _settings: dict[str, Any], _node: ast.AST) -> Any:
    return None


def _super(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    kind, instance = given if len(given) == 2 else interpreter.this(node)
    if not isinstance(kind, UserClass) or not isinstance(instance, Instance):
        raise unclear(node)
    return Super(instance, kind)


def _type(_interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
    (value,) = _exactly(1, given, node)
    if not isinstance(value, Instance):
        raise unclear(node)
    return value.kind


def _copied(interpreter: Interpreter, given: list[Any], _settings: dict[str, Any], node: ast.AST) -> Any:
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


def _names_and_values(interpreter: Interpreter, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    made = UserClass("Namespace", ast.ClassDef("Namespace", [], [], [], []), interpreter.top, [], {}, [])
    return Instance(made, line_of(node), dict(settings))


def _exactly(count: int, given: list[Any], node: ast.AST) -> list[Any]:
    if len(given) != count:
        raise unclear(node)
    return given


BUILTINS: dict[str, Builtin] = {
    "len": _len, "range": _range, "list": _list, "tuple": _tuple, "dict": _dict, "set": _list, "iter": _list,
    "collections.OrderedDict": _dict, "enumerate": _enumerate, "zip": _zip, "reversed": _reversed, "map": _map,
    "sum": _sum, "min": _numeric(min), "max": _numeric(max), "abs": _numeric(abs), "round": _numeric(round),
    "int": _numeric(int), "float": _numeric(float), "bool": _numeric(bool), "pow": _numeric(lambda a,
        b: a**b if abs(b) < 30 else 0 / 0),
    "math.floor": _numeric(math.floor), "math.ceil": _numeric(math.ceil), "math.sqrt": _numeric(math.sqrt),
    "math.prod": _numeric(math.prod), "numpy.prod": _numeric(math.prod), "math.log2": _numeric(math.log2),
    "sorted": _numeric(sorted), "str": _str, "getattr": _getattr, "setattr": _setattr, "hasattr": _hasattr,
    "isinstance": _isinstance, "print": _nothing, "super": _super, "type": _type, "copy.deepcopy": _copied,
    "display": _nothing, "types.SimpleNamespace": _names_and_values, "argparse.Namespace": _names_and_values,
    "typing.cast": lambda _i, given, _s, _n: given[-1] if given else None,
}  # fmt: skip
TYPES = ("int", "float", "str", "bool", "list", "tuple", "dict")


# Methods of lists, dictionaries and texts


def method(interpreter: Interpreter, bound: Bound, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """A method of a list, a dictionary or a text. Raises CannotRead for one that is not followed."""
    value, name = bound.value, bound.name
    try:
        if isinstance(value, list):
            return _list_method(interpreter, value, name, given, node)
        if isinstance(value, dict):
            return _dict_method(value, name, given, settings, node)
        if isinstance(value, str):
            return _text_method(value, name, given, node)
        if isinstance(value, tuple) and name in ("index", "count"):
            return getattr(value, name)(*given)
        if isinstance(value, tuple) and name == "numel":
            return calculated_product(value, node)
    except (IndexError, KeyError, ValueError, TypeError):
        pass
    raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)


def calculated_product(values: Any, node: ast.AST) -> Any:
    total = 1
    for each in values:
        total = calculated(ast.Mult(), total, each, node)
    return total


def _list_method(interpreter: Interpreter, value: list[Any], name: str, given: list[Any], node: ast.AST) -> Any:
    if name == "append":
        value.append(given[0])
    elif name == "extend":
        value.extend(list(interpreter.items_of(given[0], node)))
    elif name == "insert" and isinstance(given[0], int):
        value.insert(given[0], given[1])
    elif name == "pop":
        return value.pop(*given)
    elif name in ("reverse", "clear"):
        getattr(value, name)()
    elif name == "remove":
        value.remove(given[0])
    elif name == "copy":
        return list(value)
    elif name in ("index", "count"):
        return getattr(value, name)(*given)
    else:
        raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)
    within(value, node)
    return None


def _dict_method(value: dict[Any, Any], name: str, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    if name == "items":
        return [tuple(pair) for pair in value.items()]
    if name in ("keys", "values"):
        return list(getattr(value, name)())
    if name == "get":
        return value.get(given[0], given[1] if len(given) > 1 else None)
    if name == "pop":
        return value.pop(*given)
    if name == "update":
        value.update(*[each for each in given if isinstance(each, dict)], **settings)
        return None
    if name == "setdefault":
        return value.setdefault(*given)
    if name == "copy":
        return dict(value)
    raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)


def _text_method(value: str, name: str, given: list[Any], node: ast.AST) -> Any:
    plain = all(isinstance(each, str | int) for each in given)
    if name in ("lower", "upper", "strip") and not given:
        return getattr(value, name)()
    if name in ("startswith", "endswith") and plain:
        return getattr(value, name)(*given)
    if name == "format" and plain and value.replace("{}", "").count("{") == 0 and value.count("{}") == len(given):
        for each in given:
            value = value.replace("{}", str(each), 1)
        return within(value, node)
    raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)
