"""A file of Python as the calls that make its network, found in its syntax tree. Nothing in it is executed.

Read are `nn.Sequential(...)` in all its forms, names that stand for layers, numbers or lists of them, `append`, and
classes whose `forward` sends `x` through one layer after the other. Everything else is passed over, and named by its
line where the network needs it.
"""

from __future__ import annotations

import ast
import functools
import inspect
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

from torch import nn

import dlcore.layers.modules
from dlcore.codegen.back.forward import Forward
from dlcore.codegen.back.values import (
    DEEPEST,
    MOST_ITEMS,
    CannotRead,
    Names,
    Opaque,
    Written,
    shown,
    unpacked,
    value_of,
)
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES
from dlcore.registry import LAYERS

MAX_CODE_BYTES = 100_000
USUAL = {"nn": "torch.nn", "F": "torch.nn.functional", "OrderedDict": "collections.OrderedDict", "np": "numpy"}
CONTAINERS = ("Sequential", "ModuleList")
MOST_LOOKED_AT = 20_000


def parsed(code: str) -> ast.Module:
    """The syntax tree of a file. Raises CannotRead for what is no Python, or too much of it."""
    if len(code.encode(errors="replace")) > MAX_CODE_BYTES:
        raise CannotRead(Text(N_("code may have at most {limit} bytes."), limit=f"{MAX_CODE_BYTES:,}"), 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except SyntaxError as error:
        raise CannotRead(Text(N_("this is not Python: {reason}."), reason=error.msg), error.lineno or 1) from None
    except (ValueError, RecursionError, MemoryError):
        raise CannotRead(Text(N_("this is not Python that can be read.")), 1) from None


class Reader:
    """Goes through a file once, from top to bottom, and remembers what its names stand for."""

    def __init__(self, code: str) -> None:
        self.names = Names({}, dict(USUAL))
        self.notes: list[CannotRead] = []
        self.classes: dict[str, ast.ClassDef] = {}
        self.last: Any = None  # the newest network: a Sequential, a list of layers or a class
        self._looked_at = 0  # items, so that a few lines that repeat one another cannot keep us for ever
        self._read: dict[str, list[Any]] = {}  # class -> its layers
        self._reading: set[str] = set()
        for statement in parsed(code).body:
            self.statement(statement)

    def network(self) -> list[Any]:
        """The layers in order, each a Written or an Opaque. Raises CannotRead where the file has none."""
        if isinstance(self.last, ast.ClassDef):
            return self._inside(self.last)
        if self.last is not None:
            return self.unrolled([self.last])
        layers = [each for each in self.names.values.values() if isinstance(each, Written)]
        if layers and not any(isinstance(each, list) for each in self.names.values.values()):
            return self.unrolled(layers)
        lists = [each for each in self.names.values.values() if isinstance(each, list) and each]
        if lists:
            return self.unrolled(lists[-1])
        why = self.notes[0] if self.notes else None
        raise why or CannotRead(Text(N_("no network was found: write model = nn.Sequential(…).")), 1)

    def unrolled(self, found: Iterable[Any], depth: int = 0) -> list[Any]:
        """Layers one after another; a Sequential among them gives way to what is inside, unless it is one layer."""
        from dlcore.codegen.back.layers import is_one_layer  # reads what is found here

        made: list[Any] = []
        for each in found:
            self._looked_at += 1
            if self._looked_at > MOST_LOOKED_AT or depth > DEEPEST:
                raise CannotRead(Text(N_("a list has more than {limit} items."), limit=MOST_ITEMS), 1)
            if isinstance(each, list | tuple):
                made += self.unrolled(each, depth + 1)
            elif isinstance(each, Written) and each.name in CONTAINERS and not is_one_layer(each):
                made += self.unrolled(each.arguments, depth + 1)
            elif isinstance(each, Written | Opaque):
                made.append(each)
        return made

    # Statements

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import(names=names):
                for each in names:
                    self.names.modules[each.asname or each.name.split(".")[0]] = (
                        each.name if each.asname else each.name.split(".")[0]
                    )
            case ast.ImportFrom(module=str() as module, names=names):
                self._import(module, names)
            case ast.ClassDef():
                if not _is_ours(node):
                    self.classes[node.name] = node
                    self.last = node
            case ast.Assign(targets=[target], value=value):
                self.assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self.assign(target, value)
            case ast.Expr(value=ast.Call() as call):
                self._grow(call)
            case ast.For() | ast.While() | ast.If() | ast.With() | ast.Try():
                self._pass_over(node)

    def _import(self, module: str, names: Sequence[ast.alias]) -> None:
        for each in names:
            if each.name == "*" and module == "torch.nn":
                self.names.modules.update({name: f"torch.nn.{name}" for name in (*known_names(), *CONTAINERS)})
            elif each.name != "*":
                self.names.modules[each.asname or each.name] = f"{module}.{each.name}"

    def assign(self, target: ast.expr, node: ast.expr) -> None:
        if not isinstance(target, ast.Name):
            return
        try:
            found = self.value(node)
        except CannotRead as error:
            self.names.values[target.id] = Opaque(error)
            if _mentions_layers(node, self.names):
                self.notes.append(error)
            return
        self.names.values[target.id] = found
        if isinstance(node, ast.Call) and self.names.dotted(node.func) in self.classes:
            self.last = found  # model = Network()
        if isinstance(found, Written) and found.name == "Sequential":
            self.last = found

    def _grow(self, call: ast.Call) -> None:
        """`layers.append(nn.ReLU())`, `model.add_module("1", nn.ReLU())`, `layers.extend([...])`, `layers += ...`."""
        if self.names.dotted(call.func) == "torch.nn.Sequential":
            self.assign(ast.Name("model"), call)
        if not (isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name) and call.args):
            return
        whole = self.names.values.get(call.func.value.id)
        if call.func.attr not in ("append", "extend", "add_module") or not isinstance(whole, list | Written):
            return
        try:
            added = self.value(call.args[-1])
        except CannotRead as error:
            added = Opaque(error)
        items = added if isinstance(added, list | tuple) else [added]
        if isinstance(whole, list):
            whole += items
        else:
            whole.arguments = (*whole.arguments, *items)

    def _pass_over(self, node: ast.stmt) -> None:
        """A loop or a condition is never run; it is named where it makes layers."""
        if _mentions_layers(node, self.names):
            text = Text(N_("loops and conditions are not read: write the layers one after another."))
            self.notes.append(CannotRead(text, node.lineno))

    # Expressions

    def value(self, node: ast.expr) -> Any:
        """What an expression stands for. Raises CannotRead."""
        return value_of(node, self.names, self._call)

    def _call(self, dotted: str, node: ast.Call, depth: int) -> Any:
        module, _dot, name = dotted.rpartition(".")
        if name == "OrderedDict" or dotted == "dict":
            return self._in_order(node)
        if not module and name in self.classes:
            if node.args or node.keywords:
                text = Text(N_("«{code}» is not read: only classes without settings are."), code=shown(node))
                raise CannotRead(text, node.lineno)
            return list(self._inside(self.classes[name]))
        if module == "torch.nn" and (name in known_names() or name in CONTAINERS):
            return self._layer(node, name, "torch.nn", depth)
        if not module and name in own_names():
            return self._layer(node, name, MODULES, depth)
        if module == "torch.nn":
            raise CannotRead(Text(N_("there is no layer {name} here."), name=f"nn.{name}"), node.lineno)
        raise CannotRead(Text(N_("«{code}» is not read here: calls are never carried out."), code=shown(node)),
                         node.lineno)  # fmt: skip

    def _layer(self, node: ast.Call, name: str, module: str, depth: int) -> Written:
        settings: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise CannotRead(Text(N_("«{code}» is not read: name each setting."), code=shown(node)), node.lineno)
            settings[keyword.arg] = value_of(keyword.value, self.names, self._call, depth)
        arguments: list[Any] = []
        for each in node.args:
            try:
                arguments += self.argument(each, depth, inside=name in CONTAINERS)
            except CannotRead as error:
                if name not in CONTAINERS:
                    raise
                arguments.append(Opaque(error))
        return Written(node.lineno, name, arguments, module, settings)

    def argument(self, node: ast.expr, depth: int, inside: bool) -> list[Any]:
        """One argument, `*layers` as many. Inside a container an OrderedDict or a list is the layers that it holds."""
        if isinstance(node, ast.Starred):
            return unpacked(node, self.names, self._call, depth)
        found = value_of(node, self.names, self._call, depth)
        return list(found) if inside and isinstance(found, list) else [found]

    def _in_order(self, node: ast.Call) -> list[Any]:
        """The layers of an OrderedDict, whose names play no part."""
        pairs: list[ast.expr] = [keyword.value for keyword in node.keywords]
        for given in node.args:
            if isinstance(given, ast.Dict):
                pairs += given.values
            elif isinstance(given, ast.List | ast.Tuple):
                pairs += [each.elts[1] for each in given.elts if isinstance(each, ast.Tuple) and len(each.elts) == 2]
        return [self.or_opaque(each) for each in pairs]

    def or_opaque(self, node: ast.expr) -> Any:
        try:
            return self.value(node)
        except CannotRead as error:
            return Opaque(error)

    # Classes

    def _inside(self, node: ast.ClassDef) -> list[Any]:
        """What a class sends `x` through, in order."""
        if node.name in self._reading:
            raise CannotRead(Text(N_("class {name} holds itself."), name=node.name), node.lineno)
        if node.name not in self._read:
            self._reading.add(node.name)
            try:
                self._read[node.name] = Forward(self, node).layers()
            finally:
                self._reading.discard(node.name)
        return self._read[node.name]


@functools.cache
def known_names() -> frozenset[str]:
    """Names of torch.nn that layers of the registry are made of."""
    return frozenset({*(name for name in LAYERS if hasattr(nn, name)), "Flatten", "Unflatten", "Identity"})


@functools.cache
def own_names() -> dict[str, str]:
    """The modules that torch lacks, each with its syntax tree written down."""
    own = vars(dlcore.layers.modules).items()
    return {
        name: _bare(ast.parse(inspect.getsource(each)).body[0])
        for name, each in own
        if inspect.isclass(each) and each.__module__ == MODULES
    }


def _is_ours(node: ast.ClassDef) -> bool:
    """Whether a class is the very one that this app writes into its code, and not another of the same name."""
    return own_names().get(node.name) == _bare(node)


def _bare(node: ast.stmt) -> str:
    return ast.dump(node, annotate_fields=False)


def _mentions_layers(node: ast.AST, names: Names) -> bool:
    """Whether layers are made somewhere in there."""
    found = (names.dotted(each.func) or "" for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(each.startswith("torch.nn.") and each.rpartition(".")[2] in known_names() for each in found)
