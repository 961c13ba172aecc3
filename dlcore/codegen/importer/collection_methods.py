"""Methods of lists, dictionaries and texts."""

from __future__ import annotations

import ast
from typing import Any

from dlcore.codegen.importer.arithmetic import (
    calculated,
    refused,
    shown,
    within,
)
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    Bound,
)
from dlcore.i18n import N_, Text


def method(interpreter: Interpreter, bound: Bound, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """A method of a list, a dictionary or a text. Raises CannotRead for one that is not followed."""
    value, name = bound.value, bound.name
    try:
        if isinstance(value, list):
            return list_method(interpreter, value, name, given, node)
        if isinstance(value, dict):
            return dict_method(value, name, given, settings, node)
        if isinstance(value, str):
            return text_method(value, name, given, node)
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


def list_method(interpreter: Interpreter, value: list[Any], name: str, given: list[Any], node: ast.AST) -> Any:
    """value.name(*given), in place where Python does so. Raises CannotRead for one that is not followed."""
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


def dict_method(value: dict[Any, Any], name: str, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
    """value.name(*given, **settings). Raises CannotRead for one that is not followed."""
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


def text_method(value: str, name: str, given: list[Any], node: ast.AST) -> Any:
    """value.name(*given). Raises CannotRead for one that is not followed."""
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
