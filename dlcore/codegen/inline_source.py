"""The source of a function with everything it needs, so that a script can hold it and import nothing of ours.

Text and comments stay as they stand in our file. What changes: no self, no annotations, no decorators; a setting
`self.noise` is the variable `noise`.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

OURS = "dlcore"
Edit = tuple[int, int, str]  # from, to, what stands there instead


@dataclass
class Followed:
    """Import lines, variables and functions by name, each in the order in which they are needed."""

    imports: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    functions: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Variables first, then the functions, two empty lines before each."""
        made = [line for text in self.variables.values() for line in text.splitlines()]
        for text in self.functions.values():
            made += ["", "", *text.splitlines()]
        return made


def follow_method(owner: Any, name: str) -> Followed:
    """A method of a declared value with all it calls; the settings it reads become variables."""
    found = Followed()
    _function(getattr(type(owner), name), owner, found)
    return found


def _function(function: Callable[..., Any], owner: Any, found: Followed) -> None:
    function = inspect.unwrap(function)
    text = textwrap.dedent(inspect.getsource(function))
    tree = ast.parse(text).body[0]
    assert isinstance(tree, ast.FunctionDef)
    place = _Places(text)
    edits = [*_signature(tree, place)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
            edits.append((*place.of(node), node.attr))
            _member(owner, node.attr, found)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            edits.append((place.end(node.target), place.end(node.annotation), ""))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Rows":
            edits.append((*place.of(node.func), ""))  # Rows(x, y) is the pair (x, y)
    _free_names(_Bare().visit(tree), function.__globals__, found)
    found.functions[function.__name__] = _edited(text, edits).replace("  # fmt: skip", "")


def _signature(tree: ast.FunctionDef, place: _Places) -> Iterable[Edit]:
    if tree.decorator_list:
        yield place.line(tree.decorator_list[0].lineno), place.line(tree.lineno), ""
    arguments = tree.args.args
    if arguments and arguments[0].arg == "self":
        end = place.of(arguments[1])[0] if len(arguments) > 1 else place.end(arguments[0])
        yield place.of(arguments[0])[0], end, ""
        arguments = arguments[1:]
    for each in arguments:
        if each.annotation is not None:
            yield place.of(each)[0] + len(each.arg), place.end(each.annotation), ""
    if tree.returns is not None:
        before = place.end(tree.args.args[-1]) if tree.args.args else place.of(tree)[0] + len(f"def {tree.name}(")
        close = place.text.index(")", before)
        yield close + 1, place.end(tree.returns), ""


def _member(owner: Any, name: str, found: Followed) -> None:
    """A setting or a value of the owner as a variable; one of its methods as a function."""
    member = getattr(type(owner), name, None)
    if inspect.isfunction(member):
        if name not in found.functions:
            _function(member, owner, found)
    else:
        found.variables.setdefault(name, f"{name} = {getattr(owner, name)!r}")


def _free_names(tree: ast.AST, known: dict[str, Any], found: Followed) -> None:
    """Everything that the tree reads from its module: followed, imported or written down."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)) or node.id not in known:
            continue
        name, value = node.id, known[node.id]
        if name in found.functions or name in found.variables or hasattr(builtins, name) or name == "Rows":
            continue
        home = getattr(inspect.unwrap(value), "__module__", None) if callable(value) else None
        if isinstance(value, ModuleType):
            _import(found, f"import {value.__name__}" + ("" if value.__name__ == name else f" as {name}"))
        elif callable(value) and home is not None and not home.startswith(OURS):
            _import(found, f"from {home} import {name}")
        elif inspect.isfunction(inspect.unwrap(value)) and home is not None:
            _function(value, None, found)
        elif not callable(value):
            _variable(name, value, known, found)


def _import(found: Followed, line: str) -> None:
    if line not in found.imports:
        found.imports.append(line)


def _variable(name: str, value: Any, known: dict[str, Any], found: Followed) -> None:
    """A constant of a module, as its own line there where it can be found, else as its value."""
    module = sys.modules[known["__name__"]]
    text = inspect.getsource(module)
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and any(
            isinstance(each, ast.Name) and each.id == name for each in node.targets
        ):
            _free_names(node.value, known, found)
            found.variables[name] = ast.get_source_segment(text, node) or f"{name} = {value!r}"
            return
    found.variables[name] = f"{name} = {value!r}"


class _Bare(ast.NodeTransformer):
    """A tree without annotations and decorators, of which the script knows nothing."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.decorator_list, node.returns = [], None
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        self.generic_visit(node)
        return node.value and ast.Assign([node.target], node.value, lineno=node.lineno)


class _Places:
    """Where the nodes of a tree stand in its text, as offsets."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0]
        for line in text.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def line(self, number: int) -> int:
        """Where a 1-based line begins."""
        return self._starts[number - 1]

    def of(self, node: Any) -> tuple[int, int]:
        return self._offset(node.lineno, node.col_offset), self._offset(node.end_lineno, node.end_col_offset)

    def end(self, node: Any) -> int:
        return self.of(node)[1]

    def _offset(self, line: int, column: int) -> int:
        """ast counts columns in bytes."""
        start = self._starts[line - 1]
        raw = self.text[start : self._starts[line]].encode()
        return start + len(raw[:column].decode())


def _edited(text: str, edits: Iterable[Edit]) -> str:
    for start, end, instead in sorted(edits, reverse=True):
        text = text[:start] + instead + text[end:]
    return text.strip("\n")
