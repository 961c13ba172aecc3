"""Imports point only downwards, heavy libraries stay behind one door each, and nothing unpickles."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.modules import FILES, MODULES, ROOT, imports, is_in, module_of

# The layers of DESIGN, from the top. A module may import from its own layer's package and from every layer below.
# Packages that stand in one line are neighbours: they know nothing of each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("app", "dlcore.__main__"),
    ("dlcore.cli", "dlcore.notebook"),
    ("pages.navigation",),
    ("pages",),
    ("pages.components",),
    ("dlcore.serving",),
    ("dlcore.classroom",),
    ("dlcore.runs",),
    ("dlcore.access",),
    ("dlcore.analyses",),
    ("dlcore.probes",),
    ("dlcore.figures", "dlcore.lessons"),
    ("dlcore.export",),
    ("dlcore.inference",),
    ("dlcore.codegen",),
    ("dlcore.studies",),
    ("dlcore.baselines",),
    ("dlcore.coach",),
    ("dlcore.training", "dlcore.presets"),
    ("dlcore.network", "dlcore.data"),
    ("dlcore.layers",),
    ("dlcore.experiment",),
    ("dlcore.registry",),
    ("dlcore.declaration",),
    ("dlcore.lookup",),
    ("dlcore.errors",),
    ("dlcore.foreign_names",),
    ("dlcore.number_format",),
    ("dlcore.i18n",),
    ("dlcore.plurals",),
)

# What a data set or a network is, as values: the layers below them speak of these without being able to load one.
# The colours, too: a picture that leaves in a bundle has those of the app.
VALUES = {"dlcore.data.base", "dlcore.training.events", "dlcore.figures.colours"}

# A library, and the only place that may import it.
DOORS = {
    "streamlit": ("app", "pages"),
    "plotly": ("dlcore.figures",),
    "dask": ("dlcore.runs",),
    "distributed": ("dlcore.runs",),
    "sqlalchemy": ("dlcore.runs.store", "dlcore.runs.migrations"),
    "alembic": ("dlcore.runs.store", "dlcore.runs.migrations"),
    "fsspec": ("dlcore.runs",),
    "starlette": ("app", "dlcore.serving"),
    "authlib": ("dlcore.serving",),
    "joserfc": ("dlcore.serving",),
    "click": ("dlcore.cli",),
    "rich": ("dlcore.cli",),
}

WATCHED_LINES = 400


def place(module: str) -> tuple[int, str]:
    """(number of the layer from the top, the package of that layer) of a module: the longest name that fits."""
    fitting = [
        (len(package), level, package)
        for level, packages in enumerate(LAYERS)
        for package in packages
        if is_in(module, package)
    ]
    assert fitting, f"{module} stands in no layer: say where it belongs in {__name__}"
    _length, level, package = max(fitting)
    return level, package


def trespasses(path: Path) -> Iterator[str]:
    """«a imports b» for each import that does not point downwards."""
    importer = module_of(path)
    level, package = place(importer)
    for imported in imports(path, for_types=True):
        if not is_in(imported, "dlcore") and not is_in(imported, "pages"):
            continue
        if imported in ("dlcore", *VALUES):
            continue
        other_level, other_package = place(imported)
        if other_package != package and other_level <= level:
            yield f"{importer} imports {imported}"


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_imports_point_only_downwards(path: Path) -> None:
    assert not set(trespasses(path))


def test_the_layers_are_those_that_exist() -> None:
    for package in [package for packages in LAYERS for package in packages]:
        assert package in MODULES or (ROOT / package.replace(".", "/")).is_dir(), package


@pytest.mark.parametrize("path", [path for path in FILES if place(module_of(path))[1] == "pages"], ids=module_of)
def test_a_page_imports_no_page(path: Path) -> None:
    others = {each for each in imports(path) if is_in(each, "pages") and not is_in(each, "pages.components")}
    assert not others - {"pages"}


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_used_behind_its_door(library: str) -> None:
    users = {module_of(path) for path in FILES if any(is_in(each, library) for each in imports(path))}
    strangers = {user for user in users if not any(is_in(user, door) for door in DOORS[library])}
    assert not strangers


def test_nothing_in_the_tree_unpickles() -> None:
    forbidden = ("weights_only" + "=False", "pickle" + ".load", "allow_pickle" + "=True", "yaml.unsafe" + "_load")
    sources = [path for folder in ("dlcore", "pages", "tools", "tests") for path in (ROOT / folder).rglob("*.py")]
    guilty = [(path.name, words) for path in [*sources, ROOT / "app.py"] for words in forbidden
              if words in path.read_text("utf-8")]  # fmt: skip
    assert not guilty


def test_a_page_defines_no_class() -> None:
    """Streamlit runs a page anew for every click: a class of the last run would not be the class of this one."""
    pages = [*ROOT.glob("pages/*.py"), *ROOT.glob("pages/lessons/*.py")]
    nodes = ((path.name, node) for path in pages for node in ast.walk(ast.parse(path.read_text("utf-8"))))
    assert not [(name, node.name) for name, node in nodes if isinstance(node, ast.ClassDef)]


def test_long_files_are_seen() -> None:
    """A watch, not a rule: a file this long is usually two."""
    for path in FILES:
        if (lines := len(path.read_text("utf-8").splitlines())) > WATCHED_LINES:
            warnings.warn(f"{path.relative_to(ROOT)} has {lines} lines", stacklevel=1)
