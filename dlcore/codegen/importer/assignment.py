"""What `=` and `del` do to names, attributes, items and rows of them."""

from __future__ import annotations

import ast
from typing import Any

from dlcore.codegen.importer import module_methods, tensor_basics
from dlcore.codegen.importer.arithmetic import refused, shown
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    BATCH,
    Container,
    Instance,
    Scope,
    Sizes,
    Tensor,
    Unknown,
)
from dlcore.i18n import N_, Text


def delete(interpreter: Interpreter, target: ast.expr, scope: Scope) -> None:
    """`del target`, of names, attributes and items. Raises CannotRead."""
    if isinstance(target, ast.Name):
        scope.names.pop(target.id, None)
        return
    if isinstance(target, ast.Attribute):
        whole = interpreter.evaluate(target.value, scope)
        if isinstance(whole, Instance) and target.attr in whole.names:
            del whole.names[target.attr]
            return
        if isinstance(whole, Container):
            del whole.items[module_methods.place_in(whole, target.attr, target)]
            return
    if isinstance(target, ast.Subscript):
        whole, index = interpreter.evaluate(target.value, scope), interpreter.evaluate(target.slice, scope)
        if isinstance(whole, Container) and isinstance(index, slice):
            del whole.items[index]
            whole.number_again()
            return
        if isinstance(whole, Container):
            del whole.items[module_methods.place_in(whole, index, target)]
            if whole.kind != "ModuleDict":
                whole.number_again()
            return
        try:
            del whole[index]
        except (TypeError, IndexError, KeyError, ValueError):
            raise refused(Text(N_("«{code}» is not followed."), code=shown(target)), target) from None


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
        module_methods.store(interpreter, whole, target.attr, value, target)
    elif isinstance(target, ast.Subscript):
        _store_item(interpreter, target, value, scope)


def _store_item(interpreter: Interpreter, target: ast.Subscript, value: Any, scope: Scope) -> None:
    interpreter.placed(value)
    whole, index = interpreter.evaluate(target.value, scope), interpreter.evaluate(target.slice, scope)
    if isinstance(whole, Instance) and whole.inner is not None:
        whole = whole.inner
    if isinstance(whole, Container) and not isinstance(index, slice):
        if whole.kind == "ModuleDict":
            module_methods.store(interpreter, whole, str(index), value, target)
            return
        place = module_methods.place_in(whole, index, target)
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
        unknown = unread if isinstance(unread, Unknown) else Unknown(tensor_basics.unread(target))
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
