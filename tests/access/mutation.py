"""Every check of the policy in the store, and the store without one of them."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from dlcore.runs import assignments as assignment_runs
from dlcore.runs import belongings, runs, study_records, uploads
from dlcore.runs import studies as study_runs
from dlcore.runs.store import (
    assignments,
    class_changes,
    classes,
    classroom,
    identities,
    learner,
    shown_run,
    studies,
    submissions,
    teachers,
)
from dlcore.runs.store import uploads as stored_uploads

MODULES = (
    learner, studies, classes, class_changes, classroom, shown_run, teachers, assignments, submissions, stored_uploads,
    runs, belongings, uploads, study_runs, study_records, assignment_runs, identities,
)  # fmt: skip

# What stands in the place of a check that is taken out.
WITHOUT = {
    "_may": "sa.true()",
    "allowed": "sa.true()",
    "allowed_in_class": "sa.true()",
    "may_see_run": "sa.true()",
    "may_read_data": "sa.true()",
    "is_given": "sa.true()",
    "own_name": "viewer.name",
    "check_owner": "viewer.name",
    "_check_allowed": "None",
    "check_operator": "None",
    "_is_of": "sa.true()",
}

# No viewer calls these. What holds them: tests/access/test_given_data.py.
CALLED_BY_NOBODY = {"_next_name"}


@dataclass(frozen=True)
class Check:
    """One call of a check, the number `place` among those of its function."""

    module: ModuleType
    kind: str | None  # the class of the function
    function: str
    place: int
    source: str

    @property
    def id(self) -> str:
        return f"{self.module.__name__.removeprefix('dlcore.runs.')}.{self.function}-{self.place}"

    def taken_out(self) -> tuple[Any, Callable[..., Any]]:
        """Where the function stands, and the function without this check."""
        tree = ast.parse(textwrap.dedent(self.source))
        calls = [node for node in ast.walk(tree) if _is_check(node)]
        wanted = calls[self.place]
        replaced = _Replaced(wanted).visit(tree)
        future = ast.parse("from __future__ import annotations").body
        module = ast.fix_missing_locations(ast.Module(future + replaced.body, []))
        made: dict[str, Any] = {}
        exec(compile(module, f"<{self.id}>", "exec"), vars(self.module), made)
        where = self.module if self.kind is None else getattr(self.module, self.kind)
        return where, made[self.function]


class _Replaced(ast.NodeTransformer):
    def __init__(self, wanted: ast.AST) -> None:
        self.wanted = wanted

    def visit(self, node: ast.AST) -> Any:
        if node is self.wanted:
            return ast.parse(WITHOUT[_called(node)], mode="eval").body
        return super().generic_visit(node)


def _called(node: ast.AST) -> str:
    assert isinstance(node, ast.Call)
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def _is_check(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _called(node) in WITHOUT


def checks() -> Iterator[Check]:
    """All of them, found by reading the store."""
    for module in MODULES:
        source = inspect.getsource(module)
        for kind, node in _functions(ast.parse(source)):
            if node.name in WITHOUT or node.name in CALLED_BY_NOBODY:
                continue
            lines = source.splitlines(keepends=True)
            first = min(each.lineno for each in (node, *node.decorator_list))
            text = "".join(lines[first - 1 : node.end_lineno])
            for place in range(sum(map(_is_check, ast.walk(ast.parse(textwrap.dedent(text)))))):
                yield Check(module, kind, node.name, place, text)


def _functions(tree: ast.Module) -> Iterator[tuple[str | None, ast.FunctionDef]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield None, node
        elif isinstance(node, ast.ClassDef):
            yield from ((node.name, each) for each in node.body if isinstance(each, ast.FunctionDef))
