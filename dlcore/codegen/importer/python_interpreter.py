"""A file of Python followed from top to bottom with values in place of execution: how its network comes to be."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

from dlcore.codegen.importer import (
    access,
    assignment,
    calls,
    expressions,
    modules,
    objects,
    python_functions,
    statements,
    unfollowed,
)
from dlcore.codegen.importer.arithmetic import line_of, refused, shown
from dlcore.codegen.importer.interpreter import Interpreter
from dlcore.codegen.importer.values import (
    CannotRead,
    FromData,
    Instance,
    Scope,
    Signal,
    Symbol,
    TooMuch,
    Unknown,
)
from dlcore.i18n import N_, Text
from dlcore.layers.base import MODULES

MOST_IN_ALL = 60_000
HARMLESS_ON_CLASSES = ("dataclass", "final", "total_ordering", "attrs", "define")
ANYTHING = ("exec", "eval", "globals", "locals", "vars")
USUAL = {"nn": "torch.nn", "F": "torch.nn.functional", "OrderedDict": "collections.OrderedDict", "np": "numpy",
         "torch": "torch", "math": "math", "copy": "copy", "plt": "matplotlib.pyplot", "pd": "pandas"}  # fmt: skip
ORDINARY = (*(name for name in python_functions.BUILTINS if "." not in name), "object", "Exception", "ValueError",
            "NotImplementedError", "RuntimeError", "input", "open", "any", "all")  # fmt: skip


class PythonInterpreter(Interpreter):
    """Follows the syntax of Python, each kind of it by its module."""

    def run(self, tree: ast.Module) -> None:
        """Follow a whole file. Raises TooMuch where that would take too long in all."""
        for node in tree.body:
            self._total, self._steps = self._total + self._steps, 0
            if self._total > MOST_IN_ALL:
                raise TooMuch(Text(N_("following this code takes too long.")), line_of(node))
            try:
                self.execute([node], self.top)
            except TooMuch as error:
                self._steps = 0
                unfollowed.pass_over(self, [node], self.top, CannotRead(error.text, error.line))
        self._steps = 0
        if self.fatal is not None:
            raise self.fatal

    def execute(self, body: Iterable[ast.stmt], scope: Scope) -> Signal | None:
        body = list(body)
        if not body:
            return None
        with self.deeper(body[0]):
            return statements.execute(self, body, scope)

    def evaluate(self, node: ast.expr, scope: Scope) -> Any:
        self.step(node)
        with self.deeper(node):
            return expressions.evaluate(self, node, scope)

    def assign(self, target: ast.expr, value: Any, scope: Scope) -> None:
        assignment.assign(self, target, value, scope)

    def call(self, function: Any, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
        return calls.call(self, function, given, settings, node)

    def call_forward(self, module: Instance, given: list[Any], settings: dict[str, Any], node: ast.AST) -> Any:
        return objects.forward(self, module, given, settings, node)

    def attribute(self, value: Any, name: str, node: ast.AST) -> Any:
        return access.attribute_of(self, value, name, node)

    def look_up(self, name: str, scope: Scope, node: ast.AST) -> Any:
        """What a name stands for. Raises CannotRead for one that nothing stands behind."""
        found = scope.find(name)
        if found is not None:
            return found.names[name]
        if name in USUAL:
            return Symbol(USUAL[name])
        if name in ANYTHING:
            text = Text(N_("«{name}» may change anything: code with it is not followed."), name=name)
            self.fatal = self.fatal or CannotRead(text, line_of(node))
        if name in ORDINARY:
            return Symbol(name)
        if modules.is_own(name):
            return Symbol(f"{MODULES}.{name}")
        return Unknown(FromData(Text(N_("«{name}» stands for nothing that is read here."), name=name), line_of(node)))

    def define(self, node: ast.ClassDef, scope: Scope) -> None:
        """A class of the file; those that this app writes into its code are known already."""
        if modules.is_ours(node):
            scope.names[node.name] = Symbol(f"{MODULES}.{node.name}")
            return
        made = objects.define(self, node, scope)
        unknown = [each for each in node.decorator_list if not any(one in shown(each) for one in HARMLESS_ON_CLASSES)]
        if unknown:
            text = Text(N_("«@{code}» changes a class: this is not followed."), code=shown(unknown[0]))
            scope.names[node.name] = Unknown(refused(text, unknown[0]))
            return
        scope.names[node.name] = made
        self.classes[node.name] = made
