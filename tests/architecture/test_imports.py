"""Imports point only downwards, and each outside library has one home."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# From the top down: a file may import from its own floor and from those below it. The longest name that fits counts.
FLOORS = (
    ("app",),
    ("pages.navigation", "pages.studio", "pages.compare", "pages.runs", "pages.lessons", "pages.data"),
    ("pages.components",),
    ("dlcore.__main__",),
    ("dlcore.cli",),
    ("dlcore.figures", "dlcore.runs", "dlcore.codegen", "dlcore.export", "dlcore.lessons", "dlcore.teaching"),
    ("dlcore.presets",),
    ("dlcore.training",),
    ("dlcore.training.events",),  # plain values: the store and the figures read them without the loop
    ("dlcore.network", "dlcore.data.load"),
    ("dlcore.data", "dlcore.layers"),
    ("dlcore.experiment",),
    ("dlcore.declaration",),
    ("dlcore.registry",),
    ("dlcore.errors",),
    ("dlcore.i18n",),
)

SOURCES = sorted([ROOT / "app.py", *ROOT.glob("pages/**/*.py"), *ROOT.glob("dlcore/**/*.py")])


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Modules that a file imports when it is loaded or run, with their lines; not those for type checkers alone."""
    tree = ast.parse(path.read_text("utf-8"))
    hidden = {
        inner
        for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }  # fmt: skip
    for node in ast.walk(tree):
        if node in hidden:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield node.lineno, whole if is_module(whole) else node.module


def is_module(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.with_suffix(".py").exists() or place.is_dir()


def floor_of(module: str) -> int | None:
    fitting = [
        (len(name), number) for number, names in enumerate(FLOORS)
        for name in names if module == name or module.startswith(name + ".")
    ]  # fmt: skip
    return max(fitting)[1] if fitting else None


def files(pattern: str) -> list[Path]:
    return [path for path in SOURCES if module_of(path) == pattern or module_of(path).startswith(pattern + ".")]


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_imports_point_only_downwards(path: Path) -> None:
    here = floor_of(module_of(path))
    if here is None:
        return  # the package's own front door, which loads names when they are asked for
    above = [
        (line, name) for line, name in imported(path)
        if (there := floor_of(name)) is not None and there < here
    ]  # fmt: skip
    assert not above


@pytest.mark.parametrize("path", SOURCES, ids=module_of)
def test_every_file_has_a_floor(path: Path) -> None:
    assert floor_of(module_of(path)) is not None or module_of(path) == "dlcore"


def only(library: str, *homes: str) -> list[tuple[str, int]]:
    """Files outside the homes that import a library."""
    return [
        (module_of(path), line)
        for path in SOURCES
        if not any(module_of(path) == home or module_of(path).startswith(home + ".") for home in homes)
        for line, name in imported(path)
        if name == library or name.startswith(library + ".")
    ]


@pytest.mark.parametrize(("library", "homes"), [
    ("streamlit", ("app", "pages")),
    ("plotly", ("dlcore.figures", "pages.components.live_view")),  # the live view serves plotly's own JavaScript file
    ("dask", ("dlcore.runs",)),
    ("distributed", ("dlcore.runs",)),
    ("sqlalchemy", ("dlcore.runs.store", "dlcore.runs.migrations")),
    ("alembic", ("dlcore.runs.store", "dlcore.runs.migrations")),
    ("starlette", ("app", "pages.components")),
    ("click", ("dlcore.cli",)),
    ("rich", ("dlcore.cli",)),
])  # fmt: skip
def test_an_outside_library_has_one_home(library: str, homes: tuple[str, ...]) -> None:
    assert not only(library, *homes)


def test_pages_never_import_pages() -> None:
    pages = [module_of(path) for path in SOURCES if floor_of(module_of(path)) == 1]
    crossing = [
        (module_of(path), name) for path in SOURCES if module_of(path) in pages
        for _line, name in imported(path) if name in pages
    ]  # fmt: skip
    assert not crossing


def test_nothing_unpickles_what_it_should_not_run() -> None:
    forbidden = ("weights_only" + "=False", "pickle" + ".load", "yaml.unsafe" + "_load", "yaml.full" + "_load")
    everything = [path for path in ROOT.rglob("*.py") if ".venv" not in path.parts]
    found = [(str(path), word) for path in everything for word in forbidden if word in path.read_text("utf-8")]
    assert not found
