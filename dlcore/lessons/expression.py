"""The sums of a board, as data: a small grammar that is written as Python writes it, and sent to a browser as JSON.

    parse("sigmoid(w * x + b)")  ->  ["sigmoid", ["+", ["*", "w", "x"], "b"]]

Two interpreters give such JSON the same value: `evaluate` here, and pages/components/web/board/expression.js. Values
are numbers or columns of numbers, (N,); an operation on columns works row by row. What may stand in an expression is
in `FUNCTIONS` and nothing else, so nothing that is sent can do more than arithmetic.
"""

from __future__ import annotations

import ast
import functools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from dlcore.errors import unknown
from dlcore.i18n import N_, Text

Json = float | str | list[Any]  # a number, a name, or [function, argument, …]
Value = Any  # a number, or an array (N,)


def _at(column: Value, place: Value) -> Value:
    """Rows of a column, by their numbers; a place beyond its ends is its end."""
    rows = np.asarray(column)
    return rows[np.clip(np.asarray(place, dtype=float).round().astype(int), 0, len(rows) - 1)]


_erf = np.vectorize(math.erf, otypes=[float])

# Name -> (how many arguments, what it computes)
FUNCTIONS: dict[str, tuple[int, Callable[..., Value]]] = {
    "+": (2, np.add),
    "-": (2, np.subtract),
    "*": (2, np.multiply),
    "/": (2, np.divide),
    "**": (2, np.power),
    "<": (2, lambda a, b: np.less(a, b).astype(float)),
    ">": (2, lambda a, b: np.greater(a, b).astype(float)),
    "==": (2, lambda a, b: np.equal(a, b).astype(float)),
    "neg": (1, np.negative),
    "abs": (1, np.abs),
    "exp": (1, np.exp),
    "log": (1, np.log),
    "log1p": (1, np.log1p),
    "sqrt": (1, np.sqrt),
    "sin": (1, np.sin),
    "cos": (1, np.cos),
    "tanh": (1, np.tanh),
    "erf": (1, _erf),
    "sigmoid": (1, lambda z: 1 / (1 + np.exp(-np.asarray(z, dtype=float)))),
    "atan2": (2, np.arctan2),
    "hypot": (2, np.hypot),
    "min": (2, np.minimum),
    "max": (2, np.maximum),
    "clamp": (3, lambda value, low, high: np.maximum(low, np.minimum(high, value))),
    "where": (3, lambda condition, yes, no: np.where(np.asarray(condition) != 0, yes, no)),
    "at": (2, _at),
    "mean": (1, np.mean),
    "sum": (1, np.sum),
}
_OPERATORS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.USub: "neg",
    ast.Lt: "<", ast.Gt: ">", ast.Eq: "==",
}  # fmt: skip


@functools.cache
def _parsed(text: str) -> Json:
    return _read(ast.parse(text.strip(), mode="eval").body, text)


def parse(text: str | float) -> Json:
    """An expression as JSON. Raises ValueError for what the grammar has not, naming it."""
    return _parsed(text) if isinstance(text, str) else float(text)


def _read(node: ast.expr, text: str) -> Json:
    match node:
        case ast.Constant(value=int() | float() as number):
            return float(number)
        case ast.Name(name):
            return name
        case ast.BinOp(left, operator, right) if type(operator) in _OPERATORS:
            return [_OPERATORS[type(operator)], _read(left, text), _read(right, text)]
        case ast.UnaryOp(operator, inside) if type(operator) in _OPERATORS:
            return [_OPERATORS[type(operator)], _read(inside, text)]
        case ast.Compare(left, [operator], [right]) if type(operator) in _OPERATORS:
            return [_OPERATORS[type(operator)], _read(left, text), _read(right, text)]
        case ast.Call(ast.Name(name), arguments, []):
            return [_checked(name, len(arguments)), *(_read(each, text) for each in arguments)]
    raise ValueError(f"{ast.unparse(node)!r} in {text!r} is not of the grammar of boards")


def _checked(name: str, count: int) -> str:
    if name not in FUNCTIONS:
        raise ValueError(str(unknown(Text(N_("function")), name, FUNCTIONS)))
    if FUNCTIONS[name][0] != count:
        raise ValueError(f"{name} takes {FUNCTIONS[name][0]} arguments, not {count}")
    return name


def names(expression: Json) -> set[str]:
    """The names that an expression reads."""
    if isinstance(expression, str):
        return {expression}
    if isinstance(expression, list):
        return set().union(*(names(each) for each in expression[1:]))
    return set()


def evaluate(expression: Json, scope: Mapping[str, Any], definitions: Mapping[str, Json] | None = None) -> Value:
    """The value of an expression where names stand for what `scope` holds, else for what `definitions` define.

    Shapes: a number, or (N,) where a column is in it. Raises KeyError for a name that neither has.
    """
    known: dict[str, Any] = {"pi": math.pi, **scope}
    with np.errstate(all="ignore"):
        return _value(expression, known, definitions or {})


def _value(expression: Json, known: dict[str, Any], definitions: Mapping[str, Json]) -> Value:
    if isinstance(expression, str):
        if expression not in known:
            known[expression] = _value(definitions[expression], known, definitions)
        return known[expression]
    if isinstance(expression, list):
        return FUNCTIONS[expression[0]][1](*(_value(each, known, definitions) for each in expression[1:]))
    return expression
