"""Statements of the learner's code: what they do to names, lists and layers. What is not followed is made unknown."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlcore.codegen.importer import expressions, modules, objects, tensors
from dlcore.codegen.importer.arithmetic import calculated, refused, shown
from dlcore.codegen.importer.values import (
    BATCH,
    CONTAINERS,
    CannotRead,
    Container,
    Instance,
    Scope,
    Sizes,
    Symbol,
    Tensor,
    Unknown,
)
from dlcore.i18n import N_, Text

if TYPE_CHECKING:
    from dlcore.codegen.importer.interpreter import Interpreter

MOST_ROUNDS = 200  # of a loop; one that runs oftener trains, and builds nothing
CHANGING = ("append", "extend", "insert", "pop", "remove", "clear", "reverse", "sort", "add_module", "register_module",
            "update", "setdefault", "popitem", "__setattr__")  # fmt: skip


@dataclass(frozen=True)
class Signal:
    """How a block of statements was left: return with its value, break or continue."""

    kind: str
    value: Any = None


def execute(interpreter: Interpreter, body: Iterable[ast.stmt], scope: Scope) -> Signal | None:
    """Follow statements in order. None where the end is reached. Raises nothing but TooMuch."""
    for node in body:
        interpreter.step(node)
        try:
            signal = _statement(interpreter, node, scope)
        except CannotRead as error:
            interpreter.let_through(error)
            signal = pass_over(interpreter, [node], scope, error)
        if signal is not None:
            return signal
    return None


def _statement(interpreter: Interpreter, node: ast.stmt, scope: Scope) -> Signal | None:
    match node:
        case ast.Assign(targets=targets, value=value):
            found = interpreter.safe(value, scope)
            for target in targets:
                interpreter.assign(target, found, scope)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            interpreter.assign(target, interpreter.safe(value, scope), scope)
        case ast.AugAssign():
            _augment(interpreter, node, scope)
        case ast.Expr(value=value):
            _expression(interpreter, value, scope)
        case ast.Return(value=value):
            return Signal("return", None if value is None else interpreter.safe(value, scope))
        case ast.If():
            return _if(interpreter, node, scope)
        case ast.For():
            return _for(interpreter, node, scope)
        case ast.While():
            return _while(interpreter, node, scope)
        case ast.With(items=items, body=body):
            for each in items:
                found = interpreter.safe(each.context_expr, scope)
                interpreter.entered(found, each.context_expr)
                if each.optional_vars is not None:
                    interpreter.assign(each.optional_vars, found, scope)
            return execute(interpreter, body, scope)
        case ast.Try(body=body, orelse=orelse, finalbody=finalbody):
            return execute(interpreter, [*body, *orelse, *finalbody], scope)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            scope.store(node.name, interpreter.function(node, node.name, scope))
        case ast.ClassDef():
            interpreter.define(node, scope)
        case ast.Import() | ast.ImportFrom():
            _import(interpreter, node, scope)
        case ast.Delete(targets=targets):
            for target in targets:
                _delete(interpreter, target, scope)
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            scope.shared.update(names)
        case ast.Break():
            return Signal("break")
        case ast.Continue():
            return Signal("continue")
        case ast.Raise():
            why = refused(Text(N_("«{code}» ends it here."), code=shown(node)), node)
            return Signal("return", Unknown(why))
        case ast.Match():
            raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)
    return None


def _expression(interpreter: Interpreter, value: ast.expr, scope: Scope) -> None:
    """A line that only calls something: what matters is what the call changes."""
    try:
        found = interpreter.evaluate(value, scope)
    except CannotRead as error:
        interpreter.let_through(error)
        changed = [each for each in _changed(value) if not isinstance(each, ast.Name)]
        if changed:
            pass_over(interpreter, [ast.Expr(value)], scope, error)
        return
    interpreter.mentioned(found, value)


def _augment(interpreter: Interpreter, node: ast.AugAssign, scope: Scope) -> None:
    target = ast.Name(node.target.id, ast.Load()) if isinstance(node.target, ast.Name) else node.target
    ast.copy_location(target, node.target)
    old = interpreter.evaluate(target, scope)
    new = interpreter.evaluate(node.value, scope)
    if isinstance(old, list) and isinstance(node.op, ast.Add):
        old.extend(list(interpreter.items_of(new, node)))
        calculated(node.op, old, [], node)  # not too long
        return
    if isinstance(old, Container) and isinstance(node.op, ast.Add):
        for each in interpreter.items_of(new, node):
            interpreter.placed(each)
            old.items.append((str(len(old.items)), each))
        return
    made = expressions.combined(interpreter, node.op, old, new, node)
    if isinstance(old, Tensor) and isinstance(made, Tensor):
        tensors.change(old, made.node, node)
        return
    interpreter.assign(node.target, made, scope)


def _if(interpreter: Interpreter, node: ast.If, scope: Scope) -> Signal | None:
    truth = interpreter.truth(interpreter.evaluate(node.test, scope), node.test)
    return execute(interpreter, node.body if truth else node.orelse, scope)


def _for(interpreter: Interpreter, node: ast.For, scope: Scope) -> Signal | None:
    values = list(interpreter.items_of(interpreter.evaluate(node.iter, scope), node.iter))
    if len(values) > MOST_ROUNDS:
        raise refused(Text(N_("a loop of more than {limit} rounds is not followed."), limit=MOST_ROUNDS), node)
    for each in values:
        interpreter.assign(node.target, each, scope)
        signal = execute(interpreter, node.body, scope)
        if signal is not None and signal.kind == "return":
            return signal
        if signal is not None and signal.kind == "break":
            return None
    return execute(interpreter, node.orelse, scope)


def _while(interpreter: Interpreter, node: ast.While, scope: Scope) -> Signal | None:
    for _round in range(MOST_ROUNDS):
        if not interpreter.truth(interpreter.evaluate(node.test, scope), node.test):
            return execute(interpreter, node.orelse, scope)
        signal = execute(interpreter, node.body, scope)
        if signal is not None and signal.kind == "return":
            return signal
        if signal is not None and signal.kind == "break":
            return None
    raise refused(Text(N_("a loop of more than {limit} rounds is not followed."), limit=MOST_ROUNDS), node)


def _import(interpreter: Interpreter, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    for each in node.names:
        if isinstance(node, ast.Import):
            whole = each.name if each.asname else each.name.split(".")[0]
            scope.store(each.asname or whole, Symbol(whole))
        elif each.name == "*" and node.module == "torch.nn":
            for name in (*modules.known_names(), *CONTAINERS, "Module"):
                scope.store(name, Symbol(f"torch.nn.{name}"))
        elif each.name != "*":
            scope.store(each.asname or each.name, Symbol(f"{node.module or ''}.{each.name}"))


def _delete(interpreter: Interpreter, target: ast.expr, scope: Scope) -> None:
    if isinstance(target, ast.Name):
        scope.names.pop(target.id, None)
        return
    if isinstance(target, ast.Attribute):
        whole = interpreter.evaluate(target.value, scope)
        if isinstance(whole, Instance) and target.attr in whole.names:
            del whole.names[target.attr]
            return
        if isinstance(whole, Container):
            del whole.items[objects.place_in(whole, target.attr, target)]
            return
    if isinstance(target, ast.Subscript):
        whole, index = interpreter.evaluate(target.value, scope), interpreter.evaluate(target.slice, scope)
        if isinstance(whole, Container) and isinstance(index, slice):
            del whole.items[index]
            whole.number_again()
            return
        if isinstance(whole, Container):
            del whole.items[objects.place_in(whole, index, target)]
            if whole.kind != "ModuleDict":
                whole.number_again()
            return
        try:
            del whole[index]
        except (TypeError, IndexError, KeyError, ValueError):
            raise refused(Text(N_("«{code}» is not followed."), code=shown(target)), target) from None


# Assignment


def assign(interpreter: Interpreter, target: ast.expr, value: Any, scope: Scope) -> None:
    """target = value, of names, attributes, items and rows of them. Raises CannotRead."""
    if isinstance(target, ast.Name):
        scope.store(target.id, value)
        interpreter.bound(target.id, value, target)
    elif isinstance(target, ast.Tuple | ast.List):
        _unpack(interpreter, target, value, scope)
    elif isinstance(target, ast.Starred):
        assign(interpreter, target.value, value, scope)
    elif isinstance(target, ast.Attribute):
        whole = interpreter.safe(target.value, scope)
        objects.store(interpreter, whole, target.attr, value, target)
    elif isinstance(target, ast.Subscript):
        _store_item(interpreter, target, value, scope)


def _store_item(interpreter: Interpreter, target: ast.Subscript, value: Any, scope: Scope) -> None:
    interpreter.placed(value)
    whole, index = interpreter.evaluate(target.value, scope), interpreter.evaluate(target.slice, scope)
    if isinstance(whole, Instance) and whole.inner is not None:
        whole = whole.inner
    if isinstance(whole, Container) and not isinstance(index, slice):
        if whole.kind == "ModuleDict":
            objects.store(interpreter, whole, str(index), value, target)
            return
        place = objects.place_in(whole, index, target)
        whole.items[place] = (whole.items[place][0], value)
        return
    try:
        if isinstance(whole, list | dict):
            whole[index] = list(interpreter.items_of(value, target)) if isinstance(index, slice) else value
            return
    except (TypeError, IndexError, ValueError):
        pass
    raise refused(Text(N_("«{code}» is not followed."), code=shown(target)), target)


def _unpack(interpreter: Interpreter, target: ast.Tuple | ast.List, value: Any, scope: Scope) -> None:
    targets = target.elts
    if isinstance(value, Unknown | Tensor):
        unread = value.node.item if isinstance(value, Tensor) else value
        unknown = unread if isinstance(unread, Unknown) else Unknown(tensors.unread(target))
        for number, each in enumerate(targets):  # of a layer that is not read, the first is what goes on
            goes_on = number == 0 and isinstance(value, Tensor) and unknown is unread
            assign(interpreter, each, value if goes_on else unknown, scope)
        return
    if isinstance(value, Sizes):
        for number, each in enumerate(targets):
            assign(interpreter, each, BATCH if number == 0 else Unknown(value.why), scope)
        return
    values = list(interpreter.items_of(value, target))
    star = next((number for number, each in enumerate(targets) if isinstance(each, ast.Starred)), None)
    if star is not None:
        behind = len(targets) - star - 1
        values = [*values[:star], values[star : len(values) - behind], *values[len(values) - behind :]]
    if len(values) != len(targets):
        raise refused(Text(N_("«{code}» is not followed: the numbers of names and values differ."), code=shown(target)),
                      target)  # fmt: skip
    for each, one in zip(targets, values, strict=True):
        assign(interpreter, each, one, scope)


# What is not followed


def pass_over(interpreter: Interpreter, body: list[ast.stmt], scope: Scope, why: CannotRead) -> Signal | None:
    """Statements that are not followed: whatever they may have changed is unknown from here on."""
    unknown = Unknown(why)
    for node in body:
        for each in ast.walk(node):
            for place in _changed(each):
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


def _changed(node: ast.AST) -> list[ast.expr]:
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
