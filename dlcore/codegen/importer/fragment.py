"""Lines copied from the middle of a class: `self.net = …` and `def forward(self, x)` get a class around them again."""

from __future__ import annotations

import ast

FRAGMENT = "self"  # what the class around such lines is called: no class of a file can have this name


def completed(tree: ast.Module) -> ast.Module:
    """The same tree, where lines that speak of `self` outside of any class stand in one."""
    methods = [each for each in tree.body if _is_method(each)]
    lines = [
        each for each in tree.body if not isinstance(each, ast.FunctionDef | ast.ClassDef) and _speaks_of_self(each)
    ]
    if not lines and not any(isinstance(each, ast.FunctionDef) and each.name == "forward" for each in methods):
        return tree
    body: list[ast.stmt] = list(methods)
    moved = [each for each in lines if not _calls_init(each) or not methods]
    if moved and not any(isinstance(each, ast.FunctionDef) and each.name == "__init__" for each in methods):
        body.insert(0, _initializer(moved))
    rest = [each for each in tree.body if each not in methods and each not in lines]
    return ast.Module([*rest, _class(body, (methods or lines)[0])], [])


def _is_method(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef) and bool(node.args.args) and node.args.args[0].arg == "self"


def _speaks_of_self(node: ast.stmt) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "self" for each in ast.walk(node)) or _calls_init(node)


def _calls_init(node: ast.stmt) -> bool:
    """`super().__init__()` alone on its line."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and (isinstance(node.value.func, ast.Attribute) and node.value.func.attr == "__init__")
    )


def _initializer(body: list[ast.stmt]) -> ast.FunctionDef:
    arguments = ast.arguments([], [ast.arg("self")], None, [], [], None, [])
    made = ast.FunctionDef("__init__", arguments, body, [])
    return ast.copy_location(made, body[0])


def _class(body: list[ast.stmt], start: ast.stmt) -> ast.ClassDef:
    base = ast.copy_location(ast.Attribute(ast.Name("nn", ast.Load()), "Module", ast.Load()), start)
    ast.copy_location(base.value, start)
    return ast.copy_location(ast.ClassDef(FRAGMENT, [base], [], body, []), start)
