"""Methods that torch gives to modules, and attributes that are stored in them."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from dlcore.codegen.importer import modules
from dlcore.codegen.importer.arguments import explicit
from dlcore.codegen.importer.arithmetic import refused, shown
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.objects import ITSELF, LOOKS, initialize_outside
from dlcore.codegen.importer.values import (
    SEQUENTIAL,
    Bound,
    CannotRead,
    Container,
    Function,
    Instance,
    OwnModule,
    Super,
    Symbol,
    Unknown,
    UserClass,
    Written,
    children,
    is_module,
)
from dlcore.i18n import N_, Text


def store(interpreter: Interpreter, value: Any, name: str, new: Any, node: ast.AST) -> None:
    """value.name = new. Raises CannotRead where what it changes is not followed."""
    interpreter.placed(new)
    if isinstance(value, Instance | UserClass):
        value.names[name] = new
    elif isinstance(value, Container):
        place = next((n for n, each in enumerate(value.items) if each[0] == name), None)
        if place is not None:
            value.items[place] = (name, new)
        elif is_module(new):
            value.items.append((name, new))
        elif name == "forward":
            interpreter.spoil(value, _replaced(node))
    elif isinstance(value, Symbol) and value.dotted.startswith("torch.nn"):
        interpreter.fatal = interpreter.fatal or _replaced(node)
    elif isinstance(value, OwnModule):
        interpreter.spoil(value, _replaced(node))
    elif isinstance(value, Written):
        _change_layer(interpreter, value, name, new, node)


def _replaced(node: ast.AST) -> CannotRead:
    return refused(Text(N_("«{code}» changes a layer: this is not followed."), code=shown(node)), node)


def _change_layer(interpreter: Interpreter, layer: Written, name: str, new: Any, node: ast.AST) -> None:
    """`model[2].p = 0.3` changes the setting; what touches weights is not followed."""
    if name in ("training", "requires_grad"):
        return
    settings = {"p", "negative_slope", "alpha", "beta", "eps", "momentum"}
    if name in settings and isinstance(new, int | float):
        names = list(explicit(layer))
        given = dict(zip(names, layer.arguments, strict=False)) | layer.settings
        layer.arguments, layer.settings = (), {**given, name: new}
        return
    interpreter.spoil(
        layer, refused(Text(N_("«{code}» changes a layer: this is not followed."), code=shown(node)), node)
    )


def module_method(
    interpreter: Interpreter, bound: Bound, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    """A method that torch gives to modules: append, children, to, … Raises CannotRead for one that is not followed."""
    value, name = bound.value, bound.name
    if name == "__init__" and isinstance(value, Super):
        later = value.instance.kind.outside()
        initialize_outside(interpreter, value.instance, later, given, settings, node)
        return None
    if name == "forward" and isinstance(value, Super):
        return modules.apply(interpreter, value.instance.inner, given, settings, node)
    if isinstance(value, Super):
        return module_method(interpreter, Bound(value.instance, name), given, settings, node)
    if name in ("__call__", "forward"):
        return modules.apply(interpreter, value, given, settings, node)
    if name == "apply" and given and isinstance(given[0], Function):
        for each in _inside_out(value, set()):
            interpreter.call(given[0], [each], {}, node)
    if name in ITSELF:
        return value
    if name in ("add_module", "register_module", "__setattr__"):
        found = [*given, *settings.values()]
        store(interpreter, value, str(found[0]), found[1], node)
        return None
    if name == "register_parameter" and isinstance(value, Instance):
        value.names[str(given[0])] = given[1] if given[1:] else None
        return None
    if name == "children":
        return [each for _name, each in children(value)]
    if name == "named_children":
        return [(label, each) for label, each in children(value)]
    if isinstance(value, Container):
        return _container_method(interpreter, value, name, given, node)
    if name in LOOKS:
        return Unknown(refused(Text(N_("«{code}» is not part of the network."), code=shown(node)), node))
    raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)


def _inside_out(value: Any, seen: set[int]) -> list[Any]:
    """A module and all in it, those inside first, as torch's apply goes through them."""
    if id(value) in seen:
        return []
    seen.add(id(value))
    inner = [one for _name, each in children(value) if is_module(each) for one in _inside_out(each, seen)]
    return [*inner, value]


def _container_method(interpreter: Interpreter, whole: Container, name: str, given: list[Any], node: ast.AST) -> Any:
    for each in given:
        interpreter.placed(each)
    if name in ("keys", "values", "items"):
        pairs: dict[str, Callable[[tuple[str, Any]], Any]] = {
            "keys": lambda each: each[0], "values": lambda each: each[1], "items": tuple,
        }  # fmt: skip
        return [pairs[name](each) for each in whole.items]
    if name == "append":
        whole.items.append((str(len(whole.items)), given[0]))
    elif name == "extend":
        values = interpreter.items_of(given[0], node)
        whole.items += [(str(len(whole.items) + n), each) for n, each in enumerate(values)]
    elif name == "insert" and isinstance(given[0], int):
        whole.items.insert(given[0], ("", given[1]))
        whole.number_again()
    elif name == "pop" and isinstance(given[0] if given else -1, int | str):
        place = place_in(whole, given[0] if given else -1, node)
        value = whole.items.pop(place)[1]
        if whole.kind != "ModuleDict":
            whole.number_again()
        return value
    elif name == "update" and isinstance(given[0], dict):
        for label, value in given[0].items():
            store(interpreter, whole, str(label), value, node)
    elif name == "clear":
        whole.items.clear()
    elif name in LOOKS:
        return Unknown(refused(Text(N_("«{code}» is not part of the network."), code=shown(node)), node))
    else:
        raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)
    return whole if name in ("append", "extend", "insert") and whole.kind == SEQUENTIAL else None


def place_in(whole: Container, index: Any, node: ast.AST) -> int:
    """Where in a container something stands. Raises CannotRead."""
    if isinstance(index, str):
        found = next((n for n, each in enumerate(whole.items) if each[0] == index), None)
    elif isinstance(index, int) and -len(whole.items) <= index < len(whole.items):
        found = index % len(whole.items)
    else:
        found = None
    if found is None:
        raise refused(Text(N_("«{code}» names nothing that was read."), code=shown(node)), node)
    return found
