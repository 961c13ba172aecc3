"""Classes and functions of the file: how an object is made, what its attributes are, and how a call is followed."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlcore.codegen.importer import modules, tensors
from dlcore.codegen.importer.arguments import explicit
from dlcore.codegen.importer.arithmetic import line_of, refused, shown
from dlcore.codegen.importer.values import (
    CONTAINERS,
    SEQUENTIAL,
    TRAINING,
    Bound,
    CannotRead,
    Container,
    Function,
    Instance,
    Numbers,
    OwnModule,
    Scope,
    Super,
    Symbol,
    Tensor,
    Unknown,
    UserClass,
    Written,
    children,
    is_module,
)
from dlcore.i18n import N_, Text

if TYPE_CHECKING:
    from dlcore.codegen.importer.interpreter import Interpreter

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
    """An object of a class of the file. What its constructor does that is not followed is unknown, not fatal."""
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
    """What an object of a module class makes of a tensor."""
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
    return any(isinstance(tensors.of_state(each), Tensor) for each in flat) or any(
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


# Methods of containers and modules


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
