"""Numbers and short texts within bounds: no line of code may ask for more than a network is described with."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable
from typing import Any

from dlcore.codegen.importer.values import BATCH, CannotRead, Measured, Unknown
from dlcore.i18n import N_, Text

LARGEST = 1e12  # of a number that a network is described with
HIGHEST_POWER = 30
MOST_ITEMS = 2_000  # of a list
LONGEST_TEXT = 1_000  # characters

_OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: lambda a, b: a is b or (isinstance(a, int | str) and a == b),
    ast.IsNot: lambda a, b: not (a is b or (isinstance(a, int | str) and a == b)),
    ast.In: lambda a, b: a in b,
    ast.NotIn: lambda a, b: a not in b,
}
PLAIN = (int, float, str, bool, type(None))


def shown(node: ast.AST) -> str:
    """The code as a sentence repeats it: short, and never longer than the sentence."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError, MemoryError):
        return "…"
    return text if len(text) <= 60 else text[:57] + "…"


def line_of(node: ast.AST) -> int:
    """Where a part of the tree stands; 1 where it has no place."""
    return getattr(node, "lineno", 1)


def refused(text: Text, node: ast.AST) -> CannotRead:
    return CannotRead(text, line_of(node))


def calculated(op: ast.operator, left: Any, right: Any, node: ast.AST) -> Any:
    """left op right, for numbers, and for texts and lists where it stays short. Raises CannotRead."""
    for each in (left, right):
        if isinstance(each, Unknown):
            raise each.why
    if isinstance(op, ast.Add) and isinstance(left, list | tuple) and type(left) is type(right):
        return within(type(left)([*left, *right]), node)
    if isinstance(op, ast.Mult) and isinstance(left, int) and isinstance(right, list | tuple | str):
        left, right = right, left
    if isinstance(op, ast.Mult) and isinstance(left, list | tuple | str) and isinstance(right, int):
        if len(left) * max(right, 0) > MOST_ITEMS:
            raise refused(Text(N_("a list has more than {limit} items."), limit=MOST_ITEMS), node)
        return left * right
    if isinstance(left, str) and isinstance(op, ast.Add | ast.Mod):
        return _text(op, left, right, node)
    return _number(op, left, right, node)


def _text(op: ast.operator, left: str, right: Any, node: ast.AST) -> Any:
    """Names that are put together: "fc" + "1", "fc%d" % 1."""
    if isinstance(op, ast.Add) and isinstance(right, str):
        return within(left + right, node)
    given = right if isinstance(right, tuple) else (right,)
    plain = left.replace("%d", "").replace("%s", "").replace("%i", "")
    if isinstance(op, ast.Mod) and "%" not in plain and all(isinstance(each, int | str) for each in given):
        try:
            return within(left % given, node)
        except (TypeError, ValueError):
            pass
    raise refused(Text(N_("«{code}» is no arithmetic that is read here."), code=shown(node)), node)


def _number(op: ast.operator, left: Any, right: Any, node: ast.AST) -> int | float:
    for each in (left, right):
        if not isinstance(each, int | float):
            raise refused(Text(N_("«{code}» is no arithmetic with numbers."), code=shown(node)), node)
    apply = _OPERATORS.get(type(op))
    if apply is None:
        raise refused(Text(N_("«{code}» is no arithmetic that is read here."), code=shown(node)), node)
    if isinstance(op, ast.Pow) and not (abs(right) <= HIGHEST_POWER and (left > 0 or isinstance(right, int))):
        raise refused(Text(N_("«{code}» is too large a power."), code=shown(node)), node)
    try:
        made: int | float = within(apply(left, right), node)
        if isinstance(made, int) and (isinstance(left, Measured) or isinstance(right, Measured)):
            return Measured(made)
    except (ZeroDivisionError, OverflowError):
        raise refused(Text(N_("«{code}» has no value."), code=shown(node)), node) from None
    return made


def within(value: Any, node: ast.AST) -> Any:
    """The value, where it is not too large. Raises CannotRead."""
    if isinstance(value, list | tuple):
        if len(value) > MOST_ITEMS:
            raise refused(Text(N_("a list has more than {limit} items."), limit=MOST_ITEMS), node)
    elif isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise refused(Text(N_("a text has more than {limit} characters."), limit=LONGEST_TEXT), node)
    elif not isinstance(value, int | float) or not (abs(value) <= LARGEST and math.isfinite(value)):
        raise refused(Text(N_("a number is beyond {limit}."), limit=f"{LARGEST:.0e}"), node)
    return value


def compared(op: ast.cmpop, left: Any, right: Any, node: ast.AST) -> bool:
    """left op right, for what is known. Raises CannotRead."""
    for each in (left, right):
        if isinstance(each, Unknown):
            raise each.why
        if each is BATCH:
            raise unclear(node)
    none = left is None or right is None
    if none and isinstance(op, ast.Is | ast.IsNot | ast.Eq | ast.NotEq):
        return (left is right) == isinstance(op, ast.Is | ast.Eq)
    if isinstance(op, ast.In | ast.NotIn):
        sound = isinstance(left, PLAIN) and (_is_plain(right) or isinstance(right, dict))
        sound = sound and (not isinstance(right, str) or isinstance(left, str))
    else:
        sound = _is_plain(left) and _is_plain(right)
    if not sound or type(op) not in _COMPARISONS:
        raise unclear(node)
    try:
        return bool(_COMPARISONS[type(op)](left, right))
    except TypeError:
        raise unclear(node) from None


def _is_plain(value: Any) -> bool:
    return isinstance(value, PLAIN) or (isinstance(value, list | tuple) and all(map(_is_plain, value)))


def unclear(node: ast.AST) -> CannotRead:
    return refused(Text(N_("what «{code}» comes to cannot be told from the code."), code=shown(node)), node)
