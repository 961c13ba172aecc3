"""Classes with `__init__` and `forward`: the layers in the order in which `x` goes through them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from dlcore.codegen.back.values import CannotRead, Opaque, Written, shown
from dlcore.i18n import N_, Text
from dlcore.registry import LAYERS

if TYPE_CHECKING:
    from dlcore.codegen.back.reader import Reader

FUNCTIONS = ("torch", "torch.nn.functional")  # torch.relu(x), F.relu(x)
FLATTENS = ("flatten", "view", "reshape")  # x.view(x.size(0), -1)


class Forward:
    """One class: what its attributes hold, and what `forward` does with them."""

    def __init__(self, reader: Reader, node: ast.ClassDef) -> None:
        self.reader, self.node = reader, node
        self.methods = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
        self.own: dict[str, Any] = {}  # self.name -> layers
        self.numbered: list[Any] = []  # self[0], self[1], …, of a class that is a Sequential
        if "__init__" in self.methods:
            self._initialize(self.methods["__init__"])

    def layers(self) -> list[Any]:
        """The layers in order. Raises CannotRead where `forward` does more than send `x` through them."""
        forward = self.methods.get("forward")
        if forward is None:
            if self.numbered:
                return self.reader.unrolled(self.numbered)
            raise CannotRead(Text(N_("class {name} has no forward."), name=self.node.name), self.node.lineno)
        arguments = [each.arg for each in forward.args.args]
        if len(arguments) != 2:
            text = Text(N_("forward is read where it takes self and one x."))
            raise CannotRead(text, forward.lineno)
        made: list[Any] = []
        state = {arguments[1]}  # names that stand for what has come out so far
        for statement in forward.body:
            self._step(statement, state, made)
        return self.reader.unrolled(made)

    def _step(self, statement: ast.stmt, state: set[str], made: list[Any]) -> None:
        match statement:
            case ast.Expr(value=ast.Constant()) | ast.Pass():
                return
            case ast.Return(value=ast.expr() as value):
                self._through(value, state, made)
                return
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._through(value, state, made)
                state.clear()
                state.add(name)
                return
        text = Text(N_("«{code}» in forward is not read: let x go through one layer after another."),
                    code=shown(statement))  # fmt: skip
        raise CannotRead(text, statement.lineno)

    def _through(self, node: ast.expr, state: set[str], made: list[Any]) -> None:
        """Follow `F.relu(self.fc1(x))` from the inside out. Raises CannotRead."""
        if isinstance(node, ast.Name) and node.id in state:
            return
        if not isinstance(node, ast.Call):
            raise self._unread(node)
        if isinstance(node.func, ast.Attribute) and self._is_state(node.func.value, state):
            self._through(node.func.value, state, made)  # x.relu(), x.view(x.size(0), -1)
            made.append(self._function(node.func.attr, node, node.args))
            return
        if not node.args:
            raise self._unread(node)
        self._through(node.args[0], state, made)
        held = self._held(node.func)
        made.append(held if held is not None else self._named_function(node))

    def _is_state(self, node: ast.expr, state: set[str]) -> bool:
        if isinstance(node, ast.Name):
            return node.id in state
        if not isinstance(node, ast.Call):
            return False
        inner = node.func.value if isinstance(node.func, ast.Attribute) else None
        return self._held(node.func) is not None or (inner is not None and self._is_state(inner, state))

    def _held(self, node: ast.expr) -> Any:
        """The layers that `self.name`, `self[0]` or `super().forward` stand for; None where it is none of them."""
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in self.own:
                return self.own[name]
            case ast.Subscript(value=ast.Name(id="self"), slice=ast.Constant(value=int() as number)):
                return self.numbered[number] if -len(self.numbered) <= number < len(self.numbered) else None
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr="forward"):
                return self.numbered
        return None

    def _named_function(self, node: ast.Call) -> Written:
        module, _dot, name = (self.reader.names.dotted(node.func) or "").rpartition(".")
        if module not in FUNCTIONS:
            if module == "self":
                raise CannotRead(Text(N_("self.{name} is not a layer that was read."), name=name), node.lineno)
            raise self._unread(node)
        return self._function(name, node, node.args[1:])

    def _function(self, name: str, node: ast.Call, given: list[ast.expr]) -> Written:
        """`F.max_pool2d(x, 2)` as the layer MaxPool2d(2); what flattens is Flatten."""
        if name in FLATTENS:
            return self._flatten(name, node, given)
        layer = _layers_by_function().get(name.replace("_", ""))
        if layer is None:
            raise self._unread(node)
        settings = {each.arg: self.reader.value(each.value) for each in node.keywords
                    if each.arg is not None and each.arg != "training"}  # fmt: skip
        return Written(node.lineno, layer, [self.reader.value(each) for each in given], "torch.nn", settings)

    def _flatten(self, name: str, node: ast.Call, given: list[ast.expr]) -> Written:
        keywords = {each.arg: each.value for each in node.keywords}
        start = keywords.get("start_dim") or (given[0] if given else None)
        whole = isinstance(start, ast.Constant) and start.value == 1 if name == "flatten" else _keeps_the_batch(given)
        if not whole:
            raise self._unread(node)
        return Written(node.lineno, "Flatten", [], "torch.nn", {})

    # __init__

    def _initialize(self, method: ast.FunctionDef) -> None:
        local = dict(self.reader.names.values)
        self._take_defaults(method)
        try:
            for statement in method.body:
                self._prepare(statement)
        finally:
            self.reader.names.values = local

    def _take_defaults(self, method: ast.FunctionDef) -> None:
        """`def __init__(self, hidden=64)`: the settings as they are where nothing is said."""
        arguments = [*method.args.args, *method.args.kwonlyargs]
        given = method.args.defaults
        defaults = [*given, *(each for each in method.args.kw_defaults if each is not None)]
        for argument, default in zip(reversed(arguments), reversed(defaults), strict=False):
            self.reader.assign(ast.Name(argument.arg), default)

    def _prepare(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=name)], value=value):
                self.own[name] = self.reader.or_opaque(value)
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr="__init__"), args=given)):
                self.numbered = [each for node in given for each in self._argument(node)]
            case _:
                self.reader.statement(statement)

    def _argument(self, node: ast.expr) -> list[Any]:
        if isinstance(node, ast.Name) and node.id == "self":
            return []
        try:
            return self.reader.argument(node, 0, inside=True)
        except CannotRead as error:
            return [Opaque(error)]

    def _unread(self, node: ast.expr) -> CannotRead:
        text = Text(N_("«{code}» in forward is not read: let x go through one layer after another."), code=shown(node))
        return CannotRead(text, node.lineno)


def _layers_by_function() -> dict[str, str]:
    """relu -> ReLU, maxpool2d -> MaxPool2d: torch names its functions like its layers, in small letters."""
    return {name.lower(): name for name in LAYERS}


def _keeps_the_batch(given: list[ast.expr]) -> bool:
    """Whether `x.view(x.size(0), -1)` lays everything but the batch in one row."""
    last = given[-1] if len(given) == 2 else None
    return isinstance(last, ast.UnaryOp) and isinstance(last.op, ast.USub) and ast.unparse(last) == "-1"
