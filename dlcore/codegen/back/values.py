"""What stands in a line of code, found without running it: numbers, texts, tuples, and calls that make layers."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dlcore.declaration import Call
from dlcore.errors import DlcoreError
from dlcore.i18n import N_, Text

LARGEST = 1e12  # of a number that a network is described with
HIGHEST_POWER = 30
DEEPEST = 80  # of brackets in one another
MOST_ITEMS = 2_000  # of a list, and of all lists together that one name stands for


class CannotRead(DlcoreError):  # noqa: N818 (a sentence reads better so)
    """A line that is not read, and why: `text` says it, `line` counts from 1."""

    def __init__(self, text: Text, line: int) -> None:
        super().__init__(text)
        self.line = line


class Written(Call):
    """A call of torch as it stands in the code, with the line it stands on."""

    def __init__(self, line: int, name: str, arguments: list[Any], module: str, settings: Mapping[str, Any]) -> None:
        super().__init__(name, *arguments, module=module)
        self.settings, self.line = dict(settings), line  # `module=` may be a keyword of the code itself
        self.plain: list[dict[str, Any]] | None = None  # as settings of a layer, once it was read


@dataclass(frozen=True)
class Opaque:
    """Something that stands in the code and cannot be read; a fault only where a layer is made of it."""

    why: CannotRead


@dataclass
class Names:
    """What the names of a piece of code stand for."""

    values: dict[str, Any] = field(default_factory=dict)
    modules: dict[str, str] = field(default_factory=dict)  # nn -> torch.nn, Linear -> torch.nn.Linear

    def dotted(self, node: ast.expr) -> str | None:
        """`torch.nn.Linear` for `nn.Linear`, whatever it was imported as; None for what is no dotted name."""
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            return None
        return ".".join([self.modules.get(node.id, node.id), *reversed(parts)])


MakesLayer = Callable[[str, ast.Call, int], Any]  # dotted name, the call, how deep it stands -> value

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: a**b,
}


def value_of(node: ast.expr, names: Names, call: MakesLayer, depth: int = 0) -> Any:
    """What an expression stands for. Raises CannotRead; takes no longer than the expression is long."""
    if depth > DEEPEST:
        raise CannotRead(Text(N_("brackets stand too deep in one another.")), node.lineno)
    match node:
        case ast.Constant(value=value) if value is None or isinstance(value, bool | str):
            return value
        case ast.Constant(value=int() | float() as value):
            return _within(value, node)
        case ast.Name(id=name) if name in names.values:
            found = names.values[name]
            if isinstance(found, Opaque):
                raise found.why
            return found
        case ast.Tuple(elts=items) | ast.List(elts=items):
            made = _items(items, names, call, depth)
            return tuple(made) if isinstance(node, ast.Tuple) else made
        case ast.UnaryOp(op=ast.USub() | ast.UAdd() as sign, operand=inner):
            number = _number(value_of(inner, names, call, depth + 1), node)
            return -number if isinstance(sign, ast.USub) else number
        case ast.BinOp():
            return _arithmetic(node, names, call, depth)
        case ast.Call(func=function):
            return call(names.dotted(function) or "", node, depth + 1)
    raise CannotRead(Text(N_("«{code}» is not read here: only layers, names, numbers and arithmetic with them are."),
                          code=shown(node)), node.lineno)  # fmt: skip


def shown(node: ast.AST) -> str:
    """The code as a sentence repeats it: short, and never longer than the sentence."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError, MemoryError):
        return "…"
    return text if len(text) <= 60 else text[:57] + "…"


def _items(nodes: list[ast.expr], names: Names, call: MakesLayer, depth: int) -> list[Any]:
    made: list[Any] = []
    for each in nodes:
        if isinstance(each, ast.Starred):
            made += unpacked(each, names, call, depth + 1)
        else:
            made.append(value_of(each, names, call, depth + 1))
        if len(made) > MOST_ITEMS:
            raise CannotRead(Text(N_("a list has more than {limit} items."), limit=MOST_ITEMS), each.lineno)
    return made


def unpacked(node: ast.Starred, names: Names, call: MakesLayer, depth: int) -> list[Any]:
    """What stands behind a star: the items of a list or a tuple. Raises CannotRead where there is neither."""
    items = value_of(node.value, names, call, depth)
    if not isinstance(items, list | tuple):
        raise CannotRead(Text(N_("«{code}» is no list of layers."), code=shown(node)), node.lineno)
    return list(items)


def _arithmetic(node: ast.BinOp, names: Names, call: MakesLayer, depth: int) -> int | float:
    left = _number(value_of(node.left, names, call, depth + 1), node)
    right = _number(value_of(node.right, names, call, depth + 1), node)
    apply = _ARITHMETIC.get(type(node.op))
    if apply is None:
        raise CannotRead(Text(N_("«{code}» is no arithmetic that is read here."), code=shown(node)), node.lineno)
    if isinstance(node.op, ast.Pow) and not (abs(right) <= HIGHEST_POWER and (left > 0 or isinstance(right, int))):
        raise CannotRead(Text(N_("«{code}» is too large a power."), code=shown(node)), node.lineno)
    try:
        return _within(apply(left, right), node)
    except (ZeroDivisionError, OverflowError):
        raise CannotRead(Text(N_("«{code}» has no value."), code=shown(node)), node.lineno) from None


def _number(value: Any, node: ast.expr) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CannotRead(Text(N_("«{code}» is no arithmetic with numbers."), code=shown(node)), node.lineno)
    return value


def _within(value: int | float, node: ast.expr) -> int | float:
    if isinstance(value, complex) or not (abs(value) <= LARGEST and math.isfinite(value)):
        raise CannotRead(Text(N_("a number is beyond {limit}."), limit=f"{LARGEST:.0e}"), node.lineno)
    return value
