"""Who reads a docstring alone can call the function: it says what is raised, and the shapes of arrays and tensors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.modules import FILES, ROOT, module_of

LEAVING = ROOT / "dlcore/export/bundle/templates"  # scripts that leave the app, written as a textbook has them
LIBRARY = [path for path in FILES if module_of(path).startswith("dlcore") and LEAVING not in path.parents]

SAYS_WHAT_IS_RAISED = re.compile(r"\b[Rr]aises? ")
SHAPE = re.compile(r"\((?:|\*|[\w*²]+,|[\w*²]+(?:, [\w*²]+)+,?)\)")  # (), (*), (N,), (N, *shape), (side², 2)
BY_NAME = re.compile(r"\b(?:dict|Mapping)\[str, (?:Tensor|Array|np\.ndarray)")  # weights: each has a shape of its own


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """The public functions of a module, and those methods of its public classes that do not leave it to their base.

    What a command of the command line is for, its decorator says.
    """
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield from (each for each in node.body if isinstance(each, ast.FunctionDef) and is_public(each)
                        and ast.get_docstring(each) is not None)  # fmt: skip
        elif isinstance(node, ast.FunctionDef) and is_public(node):
            yield node


def is_public(node: ast.FunctionDef) -> bool:
    return not node.name.startswith("_") and not any("command" in ast.unparse(each) for each in node.decorator_list)


def raised(node: ast.AST) -> Iterator[ast.Raise]:
    """What a function raises itself; not what stands inside another in it, nor what is left to subclasses."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Raise) and "NotImplementedError" not in ast.unparse(child):
            yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from raised(child)


def arrays(path: Path) -> str:
    """What tensors and arrays are called in a module, as a pattern."""
    source = path.read_text("utf-8")
    names = [r"torch\.Tensor", r"np\.ndarray"]
    names += [r"(?<![.\w])Tensor"] if re.search(r"^ *from torch import .*\bTensor\b", source, re.MULTILINE) else []
    names += [r"(?<![.\w])Array"] if re.search(r"^Array = np\.ndarray", source, re.MULTILINE) else []
    return rf"(?:{'|'.join(names)})\b"


def has_arrays(node: ast.FunctionDef, pattern: str) -> bool:
    """Whether one goes in or out."""
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    annotations = [each.annotation for each in given] + [node.returns]
    words = [ast.unparse(each) for each in annotations if each is not None]
    return any(re.search(pattern, each) and not BY_NAME.search(each) for each in words)


def test_the_patterns_know_what_they_are_for() -> None:
    assert all(SHAPE.search(each) for each in ("(N,)", "(N, features)", "(side², 2)", "a scalar ()", "any shape (*)"))
    assert not any(SHAPE.search(each) for each in ("(one of these)", "(the largest, where they stand)", "(it)"))
    tree = ast.parse("def f():\n    def g():\n        raise A\n    if x:\n        raise B\n")
    assert [ast.unparse(each) for each in raised(tree.body[0])] == ["raise B"]


@pytest.mark.parametrize("path", LIBRARY, ids=module_of)
def test_a_function_says_what_it_raises(path: Path) -> None:
    silent = [each.name for each in functions(path)
              if any(raised(each)) and not SAYS_WHAT_IS_RAISED.search(ast.get_docstring(each) or "")]  # fmt: skip
    assert silent == []


@pytest.mark.parametrize("path", LIBRARY, ids=module_of)
def test_a_function_says_which_shapes_go_in_and_out(path: Path) -> None:
    pattern = arrays(path)
    silent = [each.name for each in functions(path)
              if has_arrays(each, pattern) and not SHAPE.search(ast.get_docstring(each) or "")]  # fmt: skip
    assert silent == []
