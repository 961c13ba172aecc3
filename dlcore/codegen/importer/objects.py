"""Classes and functions of the file: how an object is made, what its attributes are, and how a call is followed."""

from __future__ import annotations

import ast
from typing import Any

from dlcore.codegen.importer import modules, tensor_basics
from dlcore.codegen.importer.arithmetic import line_of, refused, shown
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    CONTAINERS,
    TRAINING,
    Bound,
    CannotRead,
    Container,
    Function,
    Instance,
    Numbers,
    Scope,
    Super,
    Symbol,
    Tensor,
    Unknown,
    UserClass,
    Written,
)
from dlcore.i18n import N_, Text

# Methods that give the module itself back, and change nothing that it computes.
ITSELF = ("to", "cuda", "cpu", "eval", "train", "float", "double", "half", "requires_grad_", "apply", "share_memory",
          "compile", "type", "init_weights")  # fmt: skip
LOOKS = ("parameters", "named_parameters", "modules", "named_modules", "state_dict", "load_state_dict", "zero_grad",
         "buffers", "register_buffer", "extra_repr", "register_forward_hook", "fit", "compile", "summary")  # fmt: skip
FROM_TORCH = ("training", "forward", "children", "named_children", "add_module", "register_module", "__init__",
              "__setattr__", "register_parameter", *ITSELF, *LOOKS)  # fmt: skip


def define(interpreter: Interpreter, node: ast.ClassDef, scope: Scope) -> UserClass:
    """A class of the file, its body followed."""
    bases = [interpreter.safe(each, scope) for each in node.bases]
    body = Scope(parent=scope)
    fields = [
        each.target.id for each in node.body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]
    made = UserClass(node.name, node, scope, bases, body.names, fields)
    interpreter.execute(node.body, body)
    for name, value in body.names.items():
        if isinstance(value, Function) and value.owner is None:
            value.owner = made
            value.scope = scope  # names of the class are not seen inside its methods
            value.name = name
    return made


def method(kind: UserClass, name: str, after: UserClass | None = None) -> Any:
    """What a class or those it derives from call so; those behind `after` alone. None where none does."""
    order = kind.ancestors()
    if after is not None:
        order = order[order.index(after) + 1 :] if after in order else []
    return next((each.names[name] for each in order if name in each.names), None)


def instantiate(
    interpreter: Interpreter, kind: UserClass, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Instance:
    """An object of a class of the file. What its constructor does that is not followed is unknown, not fatal.

    Raises CannotRead for a class that makes or keeps its objects in a way of its own.
    """
    own = [name for name in ("__setattr__", "__getattribute__", "__new__") if method(kind, name) is not None]
    if own:
        text = Text(N_("class {name} is not followed: it has a {method} of its own."), name=kind.name, method=own[0])
        raise CannotRead(text, kind.node.lineno)
    made = Instance(kind, line_of(node))
    with interpreter.constructing():
        found = method(kind, "__init__")
        if isinstance(found, Function):
            call(interpreter, found, [made, *given], settings, node)
        elif any(isinstance(each, ast.Call | ast.Name | ast.Attribute) and "dataclass" in shown(each)
                 for each in kind.node.decorator_list):  # fmt: skip
            made.names.update(dict(zip(kind.fields, given, strict=False)) | settings)
        elif given or settings:
            initialize_outside(interpreter, made, kind.outside(), given, settings, node)
    interpreter.made(made)
    return made


def initialize_outside(
    interpreter: Interpreter,
    made: Instance,
    bases: list[Symbol],
    given: list[Any],
    settings: dict[str, Any],
    node: ast.AST,
) -> None:
    """`super().__init__(...)` of a class that derives from one of torch."""
    for base in bases:
        if base.module == "torch.nn" and base.name in CONTAINERS:
            made.inner = modules.container(base.name, given, settings, node)
        elif base.module == "torch.nn" and base.name in modules.known_names():
            made.inner = modules.make(base.name, given, settings, node)


def call(
    interpreter: Interpreter, function: Function, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    """Follow a function of the file. Raises CannotRead where the arguments do not fit."""
    scope = Scope(_bound(function, given, settings, node), function.scope)
    with interpreter.deeper(node):
        if isinstance(function.node, ast.Lambda):
            return interpreter.evaluate(function.node.body, scope)
        if function.owner is not None and given:
            scope.names["__class__"] = function.owner
            scope.names.setdefault("__self__", given[0])
        if any(isinstance(each, ast.Yield | ast.YieldFrom | ast.Await) for each in ast.walk(function.node)):
            raise refused(Text(N_("«{code}» is not followed."), code=shown(node)), node)
        signal = interpreter.execute(function.node.body, scope)
    return signal.value if signal is not None else None


def _bound(function: Function, given: list[Any], settings: dict[str, Any], node: ast.AST) -> dict[str, Any]:
    """The arguments of a call by the names that the function gives them."""
    known = function.node.args
    names = [each.arg for each in (*known.posonlyargs, *known.args)]
    bound = dict(function.defaults)
    bound.update(zip(names, given, strict=False))
    rest = tuple(given[len(names) :])
    if known.vararg is not None:
        bound[known.vararg.arg] = rest
    elif rest:
        raise _arguments(function, node)
    others: dict[str, Any] = {}
    for name, value in settings.items():
        if name in names or name in [each.arg for each in known.kwonlyargs]:
            bound[name] = value
        else:
            others[name] = value
    if known.kwarg is not None:
        bound[known.kwarg.arg] = others
    elif others:
        raise _arguments(function, node)
    missing = [each for each in (*names, *(one.arg for one in known.kwonlyargs)) if each not in bound]
    if missing and function.owner is not None and function.name in ("__init__", "forward"):
        raise CannotRead(_incomplete(function, function.owner.name, missing), function.node.lineno)
    if missing:
        text = Text(N_("{name} is called without {missing}."), name=function.name, missing=", ".join(missing))
        raise refused(text, node)
    return bound


def _incomplete(function: Function, owner: str, missing: list[str]) -> Text:
    if function.name == "forward":
        return Text(N_("forward is read where it takes self and one x."))
    names = ", ".join(missing)
    return Text(N_("{name} needs values for {missing}: write model = {name}(…)."), name=owner, missing=names)


def _arguments(function: Function, node: ast.AST) -> CannotRead:
    text = Text(N_("{name} does not take the arguments of «{code}»."), name=function.name, code=shown(node))
    return refused(text, node)


def forward(
    interpreter: Interpreter, module: Instance, given: list[Any], settings: dict[str, Any], node: ast.AST
) -> Any:
    """What an object of a module class makes of a tensor.

    Raises CannotRead where its forward is not there, replaced or not read.
    """
    both = method(module.kind, "__call__") is not None and method(module.kind, "forward") is not None
    if both or "forward" in module.names:
        raise refused(Text(N_("«{code}» is not followed: its forward was replaced."), code=shown(node)), node)
    found = method(module.kind, "forward") or method(module.kind, "__call__")
    if isinstance(found, Unknown):
        raise found.why
    if isinstance(found, Function):
        if not _touches_the_network(given, settings):
            for each in given:
                if isinstance(each, Numbers):
                    interpreter.seen(module, each)
            return Unknown(refused(Text(N_("«{code}» is not part of the network."), code=shown(node)), node))
        with interpreter.forwarding():
            return call(interpreter, found, [module, *given], settings, node)
    if module.inner is not None:
        return modules.apply(interpreter, module.inner, given, settings, node)
    raise CannotRead(Text(N_("class {name} has no forward."), name=module.kind.name), module.kind.node.lineno)


def _touches_the_network(given: list[Any], settings: dict[str, Any]) -> bool:
    flat = [
        one for each in (*given, *settings.values()) for one in (each if isinstance(each, list | tuple) else [each])
    ]
    return any(isinstance(tensor_basics.of_state(each), Tensor) for each in flat) or any(
        not isinstance(each, Unknown | Numbers) and each is not None for each in flat
    )


# Attributes


def attribute(interpreter: Interpreter, value: Any, name: str, node: ast.AST) -> Any:
    """value.name of an object, a class or `super()` of the file. Raises CannotRead where there is none."""
    if isinstance(value, Instance):
        if name in value.names:
            return value.names[name]
        found = method(value.kind, name)
        if found is None:
            return _of_torch(value, name, node)
        return _method_of(interpreter, value, name, found, node)
    if isinstance(value, Super):
        found = method(value.instance.kind, name, after=value.owner)
        return Bound(value.instance, name, found) if isinstance(found, Function) else Bound(value, name)
    assert isinstance(value, UserClass)
    found = method(value, name)
    if name == "__name__":
        return value.name
    if found is None and name == "__init__":
        return Bound(value, name)
    if found is None:
        raise refused(Text(N_("{owner} has no {name} that was read."), owner=value.name, name=name), node)
    return Bound(value, name, found) if isinstance(found, Function) and found.kind == "class" else found


def _method_of(interpreter: Interpreter, value: Instance, name: str, found: Any, node: ast.AST) -> Any:
    if not isinstance(found, Function):
        return found
    if found.kind == "property":
        return call(interpreter, found, [value], {}, node)
    if found.kind == "static":
        return found
    return Bound(value.kind if found.kind == "class" else value, name, found)


def _of_torch(value: Instance, name: str, node: ast.AST) -> Any:
    """What every module has from torch."""
    if name == "__class__":
        return value.kind
    if name == "training" and value.kind.is_module:
        return TRAINING
    if isinstance(value.inner, Container | Written) and name not in FROM_TORCH:
        return Bound(value.inner, name)
    if value.kind.is_module and (name in FROM_TORCH or name.startswith("_")):
        return Bound(value, name)
    raise refused(Text(N_("self.{name} is not a layer that was read."), name=name), node)
