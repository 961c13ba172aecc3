"""Statements of the learner's code: what they do to names, lists and layers. What is not followed is made unknown."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from dlcore.codegen.importer import expressions, modules, tensor_basics
from dlcore.codegen.importer.arithmetic import calculated, refused, shown
from dlcore.codegen.importer.assignment import delete
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.unfollowed import changed, pass_over
from dlcore.codegen.importer.values import (
    CONTAINERS,
    CannotRead,
    Container,
    Scope,
    Signal,
    Symbol,
    Tensor,
    Unknown,
)
from dlcore.i18n import N_, Text

MOST_ROUNDS = 200  # of a loop; one that runs oftener trains, and builds nothing


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
                delete(interpreter, target, scope)
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
        places = [each for each in changed(value) if not isinstance(each, ast.Name)]
        if places:
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
        tensor_basics.change(old, made.node, node)
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
