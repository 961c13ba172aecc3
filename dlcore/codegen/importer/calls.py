"""Calls in the learner's code, and what is given to them."""

from __future__ import annotations

import ast
from typing import Any

from dlcore.codegen.importer import (
    collection_methods,
    functions,
    module_methods,
    modules,
    objects,
    tensor_basics,
    tensors,
)
from dlcore.codegen.importer.arithmetic import line_of, refused, shown
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    CONTAINERS,
    Bound,
    CannotRead,
    FromData,
    Function,
    Instance,
    Numbers,
    Scope,
    Sizes,
    Spread,
    States,
    Super,
    Symbol,
    Tensor,
    Unknown,
    UserClass,
    is_module,
)
from dlcore.i18n import N_, Text


def call_expression(interpreter: Interpreter, node: ast.Call, scope: Scope) -> Any:
    """What a call in the code gives. Raises CannotRead."""
    function = interpreter.evaluate(node.func, scope)
    with interpreter.calling(scope):
        given, settings = _arguments(interpreter, node, scope)
        spread = next((each for each in given if isinstance(each, Spread)), None)
        if spread is not None and not (isinstance(function, Symbol) and function.name in CONTAINERS):
            raise spread.why
        return call(interpreter, function, given, settings, node)


def _arguments(interpreter: Interpreter, node: ast.Call, scope: Scope) -> tuple[list[Any], dict[str, Any]]:
    given: list[Any] = []
    for each in node.args:
        if isinstance(each, ast.Starred):
            try:
                given += interpreter.items_of(interpreter.evaluate(each.value, scope), each)
            except CannotRead as error:
                interpreter.let_through(error)
                given.append(Spread(error))
        else:
            given.append(interpreter.safe(each, scope))
    settings: dict[str, Any] = {}
    for keyword in node.keywords:
        if keyword.arg is not None:
            settings[keyword.arg] = interpreter.safe(keyword.value, scope)
            continue
        inside = interpreter.evaluate(keyword.value, scope)
        if not isinstance(inside, dict) or not all(isinstance(each, str) for each in inside):
            raise refused(Text(N_("«{code}» is not read: name each setting."), code=shown(node)), node)
        settings |= inside
    return given, settings


def call(interpreter: Interpreter, function: Any, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """function(*given, **settings). Raises CannotRead for one that is not followed."""
    interpreter.step(node)
    if isinstance(function, Symbol):
        return functions.call(interpreter, function, given, settings, node, None)
    if isinstance(function, Function):
        return objects.call(interpreter, function, given, settings, node)
    if isinstance(function, UserClass):
        return objects.instantiate(interpreter, function, given, settings, node)
    if isinstance(function, Bound):
        return _bound_call(interpreter, function, given, settings, node)
    if is_module(function):
        return modules.apply(interpreter, function, given, settings, node)
    if isinstance(function, Instance):
        found = objects.method(function.kind, "__call__")
        if isinstance(found, Function):
            return objects.call(interpreter, found, [function, *given], settings, node)
    x = next((tensor_basics.of_state(each) for each in given if isinstance(tensor_basics.of_state(each), Tensor)), None)
    text = Text(N_("«{code}» is not read here: calls are never carried out."), code=shown(node))
    why: CannotRead = FromData(text, line_of(node))
    if isinstance(function, Unknown) and not isinstance(function.why, FromData):
        why = function.why
    if x is not None:
        return modules.opaque(x, why)
    raise why


def _bound_call(
    interpreter: Interpreter, bound: Bound, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    value = bound.value
    if bound.function is not None:
        if bound.name == "forward" and isinstance(value, Instance):
            with interpreter.forwarding():
                return objects.call(interpreter, bound.function, [value, *given], settings, node)
        return objects.call(interpreter, bound.function, [value, *given], settings, node)
    if isinstance(value, UserClass):  # Base.__init__(self)
        if given and isinstance(given[0], Instance):
            objects.initialize_outside(interpreter, given[0], value.outside(), given[1:], settings, node)
        return None
    if isinstance(value, Tensor):
        return tensors.operate(interpreter, bound.name, value, given, settings, node)
    if isinstance(value, States):
        return tensor_basics.state_method(value, bound.name, given, node)
    if isinstance(value, Numbers):
        return value
    if isinstance(value, Sizes):
        return Unknown(value.why)
    if isinstance(value, list | dict | str | tuple):
        return collection_methods.method(interpreter, bound, given, settings, node)
    if isinstance(value, Super) or is_module(value):
        of = Bound(value, bound.name)
        if isinstance(value, Super) and bound.name not in ("__init__", "forward"):
            of = Bound(value.instance, bound.name)
        return module_methods.module_method(interpreter, of, given, settings, node)
    raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)
