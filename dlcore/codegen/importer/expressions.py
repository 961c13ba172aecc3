"""Expressions of the learner's code and what they stand for."""

from __future__ import annotations

import ast
from typing import Any

from dlcore.codegen.importer import (
    modules,
    tensor_basics,
)
from dlcore.codegen.importer.access import attribute_of, item_of
from dlcore.codegen.importer.arithmetic import PLAIN, calculated, compared, refused, shown, unclear, within
from dlcore.codegen.importer.calls import call_expression
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    BATCH,
    TRAINING,
    Function,
    Instance,
    Numbers,
    Scope,
    States,
    Symbol,
    Tensor,
    Unknown,
    UserClass,
    is_module,
)
from dlcore.i18n import N_, Text


def evaluate(interpreter: Interpreter, node: ast.expr, scope: Scope) -> Any:
    """What an expression stands for. Raises CannotRead."""
    kind = _KINDS.get(type(node))
    if kind is None:
        raise refused(
            Text(N_("«{code}» is not read here: only layers, names, numbers and arithmetic with them are."),
                 code=shown(node)),
            node,
        )  # fmt: skip
    return kind(interpreter, node, scope)


def _constant(_interpreter: Interpreter, node: ast.Constant, _scope: Scope) -> Any:
    value = node.value
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return within(value, node) if not isinstance(value, str) else value[:1_000]
    if value is None or isinstance(value, bool) or value is Ellipsis:
        return value
    raise refused(Text(N_("«{code}» is not read here: only layers, names, numbers and arithmetic with them are."),
                       code=shown(node)), node)  # fmt: skip


def _name(interpreter: Interpreter, node: ast.Name, scope: Scope) -> Any:
    return interpreter.look_up(node.id, scope, node)


def _attribute(interpreter: Interpreter, node: ast.Attribute, scope: Scope) -> Any:
    return attribute_of(interpreter, interpreter.evaluate(node.value, scope), node.attr, node)


def _sequence(interpreter: Interpreter, node: ast.List | ast.Tuple | ast.Set, scope: Scope) -> Any:
    made: list[Any] = []
    for each in node.elts:
        if isinstance(each, ast.Starred):
            made += interpreter.items_of(interpreter.evaluate(each.value, scope), each)
        else:
            made.append(interpreter.safe(each, scope))
        within(made, each)
    return tuple(made) if isinstance(node, ast.Tuple) else made


def _dictionary(interpreter: Interpreter, node: ast.Dict, scope: Scope) -> Any:
    made: dict[Any, Any] = {}
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            inside = interpreter.evaluate(value, scope)
            if not isinstance(inside, dict):
                raise unclear(node)
            made |= inside
            continue
        name = interpreter.evaluate(key, scope)
        if not isinstance(name, PLAIN):
            raise unclear(node)
        made[name] = interpreter.safe(value, scope)
    return made


def _unary(interpreter: Interpreter, node: ast.UnaryOp, scope: Scope) -> Any:
    value = interpreter.evaluate(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return not interpreter.truth(value, node)
    if isinstance(value, Unknown):
        raise value.why
    if isinstance(value, Tensor):
        return modules.opaque(value, tensor_basics.unread(node))
    if isinstance(value, bool) or not isinstance(value, int | float) or isinstance(node.op, ast.Invert):
        raise refused(Text(N_("«{code}» is no arithmetic with numbers."), code=shown(node)), node)
    return -value if isinstance(node.op, ast.USub) else value


def _binary(interpreter: Interpreter, node: ast.BinOp, scope: Scope) -> Any:
    left, right = interpreter.evaluate(node.left, scope), interpreter.evaluate(node.right, scope)
    return combined(interpreter, node.op, left, right, node)


def combined(_interpreter: Interpreter, op: ast.operator, left: Any, right: Any, node: ast.AST) -> Any:
    """left op right, of tensors too. Raises CannotRead."""
    left, right = tensor_basics.of_state(left), tensor_basics.of_state(right)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        tensor = left if isinstance(left, Tensor) else right
        if isinstance(op, ast.Add) and isinstance(left, Tensor) and isinstance(right, Tensor):
            return tensor_basics.add(left, right, node)
        why = next((each.why for each in (left, right) if isinstance(each, Unknown)), None)
        return modules.opaque(tensor, why or tensor_basics.unread(node))
    if left is BATCH or right is BATCH:
        raise unclear(node)
    return calculated(op, left, right, node)


def _logical(interpreter: Interpreter, node: ast.BoolOp, scope: Scope) -> Any:
    wanted = isinstance(node.op, ast.Or)
    value: Any = None
    for each in node.values:
        value = interpreter.evaluate(each, scope)
        if interpreter.truth(value, each) is wanted:
            return value
    return value


def _comparison(interpreter: Interpreter, node: ast.Compare, scope: Scope) -> Any:
    left = interpreter.evaluate(node.left, scope)
    for op, each in zip(node.ops, node.comparators, strict=True):
        right = interpreter.evaluate(each, scope)
        if isinstance(op, ast.Is | ast.IsNot) and right is None and _is_something(left):
            found = isinstance(op, ast.IsNot)
        elif TRAINING in (left, right) and isinstance(op, ast.Eq | ast.Is | ast.NotEq | ast.IsNot):
            found = compared(op, interpreter.truth(left, node), interpreter.truth(right, node), node)
        else:
            found = compared(op, left, right, node)
        if not found:
            return False
        left = right
    return True


def _is_something(value: Any) -> bool:
    return is_module(value) or isinstance(value, Tensor | Numbers | Function | UserClass | Symbol | Instance | States)


def _choice(interpreter: Interpreter, node: ast.IfExp, scope: Scope) -> Any:
    truth = interpreter.truth(interpreter.evaluate(node.test, scope), node.test)
    return interpreter.evaluate(node.body if truth else node.orelse, scope)


def _subscript(interpreter: Interpreter, node: ast.Subscript, scope: Scope) -> Any:
    return item_of(interpreter, interpreter.evaluate(node.value, scope), interpreter.evaluate(node.slice, scope), node)


def _slice(interpreter: Interpreter, node: ast.Slice, scope: Scope) -> Any:
    parts = [
        None if each is None else interpreter.evaluate(each, scope) for each in (node.lower, node.upper, node.step)
    ]
    for each in parts:
        if each is not None and not isinstance(each, int):
            raise unclear(node)
    return slice(*parts)


def _comprehension(
    interpreter: Interpreter, node: ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp, scope: Scope
) -> Any:
    made: list[Any] = []
    pairs: dict[Any, Any] = {}
    inner = Scope(parent=scope)

    def through(number: int) -> None:
        if number == len(node.generators):
            interpreter.step(node)
            if isinstance(node, ast.DictComp):
                name = interpreter.evaluate(node.key, inner)
                if not isinstance(name, PLAIN):
                    raise unclear(node)
                pairs[name] = interpreter.safe(node.value, inner)
            else:
                made.append(interpreter.safe(node.elt, inner))
                within(made, node)
            return
        generator = node.generators[number]
        for each in list(interpreter.items_of(interpreter.evaluate(generator.iter, inner), generator.iter)):
            interpreter.assign(generator.target, each, inner)
            if all(interpreter.truth(interpreter.evaluate(test, inner), test) for test in generator.ifs):
                through(number + 1)

    through(0)
    return pairs if isinstance(node, ast.DictComp) else made


def _text(interpreter: Interpreter, node: ast.JoinedStr, scope: Scope) -> Any:
    parts: list[str] = []
    for each in node.values:
        if isinstance(each, ast.Constant):
            parts.append(str(each.value))
            continue
        value = interpreter.evaluate(each.value, scope) if isinstance(each, ast.FormattedValue) else None
        plain = isinstance(each, ast.FormattedValue) and each.format_spec is None and each.conversion == -1
        if not plain or not isinstance(value, int | str | float):
            raise unclear(node)
        parts.append(str(value))
        within("".join(parts), node)
    return within("".join(parts), node)


def _lambda(interpreter: Interpreter, node: ast.Lambda, scope: Scope) -> Any:
    return interpreter.function(node, "lambda", scope)


def _walrus(interpreter: Interpreter, node: ast.NamedExpr, scope: Scope) -> Any:
    value = interpreter.evaluate(node.value, scope)
    interpreter.assign(node.target, value, scope)
    return value


def _starred(_interpreter: Interpreter, node: ast.Starred, _scope: Scope) -> Any:
    raise refused(Text(N_("«{code}» is no list of layers."), code=shown(node)), node)


_KINDS: dict[type[ast.expr], Any] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _dictionary,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.BoolOp: _logical,
    ast.Compare: _comparison,
    ast.IfExp: _choice,
    ast.Call: call_expression,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.JoinedStr: _text,
    ast.Lambda: _lambda,
    ast.NamedExpr: _walrus,
    ast.Starred: _starred,
}
