"""The modules of the tree, and what each imports: the graph that the tests of this folder look at."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FRONT_DOOR = ROOT / "dlcore/__init__.py"  # names what is inside, and loads it when asked
FILES = [
    *(path for path in sorted(ROOT.glob("dlcore/**/*.py")) if path != FRONT_DOOR),
    *sorted(ROOT.glob("pages/**/*.py")),
    ROOT / "app.py",
]


def module_of(path: Path) -> str:
    """`dlcore/data/load.py` is dlcore.data.load; a package's `__init__.py` is the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path) for path in FILES}


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


@functools.cache
def imports(path: Path, for_types: bool = False) -> tuple[str, ...]:
    """Every module that a file imports, inside functions too; with `for_types`, what only a type checker reads, too."""
    return tuple(_imports(path, for_types))


def _imports(path: Path, for_types: bool) -> Iterator[str]:
    for node in _nodes(ast.parse(path.read_text("utf-8")), for_types):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: write the whole name of the module"
            for each in node.names:
                whole = f"{node.module}.{each.name}"
                yield whole if whole in MODULES else str(node.module)


def _nodes(node: ast.AST, for_types: bool) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not for_types and isinstance(child, ast.If) and _asks_for_types(child.test):
            continue
        yield child
        yield from _nodes(child, for_types)


def _asks_for_types(test: ast.expr) -> bool:
    return ast.unparse(test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")
