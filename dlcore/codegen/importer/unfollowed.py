"""Statements that are not followed: whatever they may have changed is unknown from there on."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    CannotRead,
    Instance,
    Scope,
    Signal,
    Unknown,
)

CHANGING = ("append", "extend", "insert", "pop", "remove", "clear", "reverse", "sort", "add_module", "register_module",
            "update", "setdefault", "popitem", "__setattr__")  # fmt: skip


def pass_over(interpreter: Interpreter, body: list[ast.stmt], scope: Scope, why: CannotRead) -> Signal | None:
    """Statements that are not followed: whatever they may have changed is unknown from here on.

    Raises `why` where they may leave the loop around them, or go on with it.
    """
    unknown = Unknown(why)
    for node in body:
        for each in ast.walk(node):
            for place in changed(each):
                _spoil(interpreter, place, scope, unknown)
    left = {type(each) for node in body for each in _own_statements(node)}
    if ast.Return in left:
        return Signal("return", unknown)
    if {ast.Break, ast.Continue} & left and not any(isinstance(node, ast.For | ast.While) for node in body):
        raise why  # so that the loop around it is not followed either
    return None


def _own_statements(node: ast.AST) -> Iterable[ast.AST]:
    """Everything in a statement but what stands in functions and classes inside."""
    left = [node]
    while left:
        one = left.pop()
        if not isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield one
            left += ast.iter_child_nodes(one)


def changed(node: ast.AST) -> list[ast.expr]:
    """The places that a part of a statement stores to, or whose lists it may change."""
    if isinstance(node, ast.Name | ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
        return [node]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        if name in CHANGING or (name.endswith("_") and not name.endswith("__")):
            return [node.func.value, *(each for each in node.args if name.endswith("_"))]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("setattr", "delattr"):
        return [ast.Attribute(each, "", ast.Store()) for each in node.args[:1]]
    return []


def _spoil(interpreter: Interpreter, place: ast.expr, scope: Scope, unknown: Unknown) -> None:
    """Make what stands at a place unknown."""
    if isinstance(place, ast.Name) and isinstance(place.ctx, ast.Store | ast.Del):
        scope.store(place.id, unknown)
        return
    owner = place.value if isinstance(place, ast.Attribute | ast.Subscript) else place
    if isinstance(place, ast.Attribute) and not isinstance(place.ctx, ast.Store | ast.Del):
        owner = place
    if isinstance(place, ast.Subscript) and not isinstance(place.ctx, ast.Store | ast.Del):
        owner = place
    try:
        whole = interpreter.evaluate(owner, scope)
    except CannotRead as error:
        interpreter.let_through(error)
        return
    if (
        isinstance(whole, Instance)
        and isinstance(place, ast.Attribute)
        and isinstance(place.ctx, ast.Store)
        and place.attr
    ):
        whole.names[place.attr] = unknown
        return
    interpreter.spoil(whole, unknown.why)
