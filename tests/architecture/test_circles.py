"""No two modules, and no two packages, need each other: late imports and those for types alone count, too.

`import a.b.c` needs the module that it names. That Python looks into `a` and `a.b` on the way is no import of what
stands there; who names the package itself (`from a.b import c`, where c is no module) needs its `__init__`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.architecture.modules import FILES, MODULES, imports, module_of

Graph = Mapping[str, set[str]]

IMPORTS: Graph = {
    module_of(path): {each for each in imports(path, for_types=True) if each in MODULES} - {module_of(path)}
    for path in FILES
}
PACKAGES = sorted({".".join(name.split(".")[:depth]) for name in MODULES for depth in range(1, name.count(".") + 1)})


def circles(graph: Graph) -> list[list[str]]:
    """The strongly connected components of more than one member: whoever is in one can reach all others and return.

    Tarjan's, in one walk; `low` is the earliest met of all that can be reached and are still on the way.
    """
    met: dict[str, int] = {}
    low: dict[str, int] = {}
    on_the_way: list[str] = []
    found: list[list[str]] = []

    def walk(one: str) -> None:
        met[one] = low[one] = len(met)
        on_the_way.append(one)
        for other in sorted(graph.get(one, ())):
            if other not in met:
                walk(other)
                low[one] = min(low[one], low[other])
            elif other in on_the_way:
                low[one] = min(low[one], met[other])
        if low[one] == met[one]:
            place = on_the_way.index(one)
            found.append(sorted(on_the_way[place:]))
            del on_the_way[place:]

    for each in sorted(graph):
        if each not in met:
            walk(each)
    return [each for each in found if len(each) > 1]


def within(package: str, graph: Graph) -> Graph:
    """What stands side by side in a package, modules and packages, and which of them import which."""
    depth = package.count(".") + 2

    def standing(modules: Iterable[str]) -> set[str]:
        return {".".join(each.split(".")[:depth]) for each in modules if each.startswith(f"{package}.")}

    made: dict[str, set[str]] = {}
    for module, others in graph.items():
        for one in standing([module]):
            made.setdefault(one, set()).update(standing(others) - {one})
    return made


def test_a_circle_is_found_however_long_it_is() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"d"}}) == []
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a", "d"}, "d": {"e"}, "e": {"d"}, "f": {"a"}}) == [
        ["d", "e"], ["a", "b", "c"],
    ]  # fmt: skip


def test_a_circle_of_packages_is_found_where_no_two_modules_need_each_other() -> None:
    graph = {"p.a.one": {"p.b.one"}, "p.b.two": {"p.a.two"}, "p.c": {"p.a.one"}}
    assert circles(graph) == []
    assert circles(within("p", graph)) == [["p.a", "p.b"]]


def test_no_module_needs_itself_through_others() -> None:
    assert circles(IMPORTS) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_two_that_stand_in_one_package_need_each_other(package: str) -> None:
    assert circles(within(package, IMPORTS)) == []


def asked_of_the_front_door(path: Path) -> set[str]:
    """What a file takes from `dlcore` itself: names that its `__init__` finds when they are asked for."""
    tree = ast.parse(path.read_text("utf-8"))
    asked = {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "dlcore"
    }
    asked |= {each.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "dlcore"
              for each in node.names}  # fmt: skip
    named = {each.split(".")[1] for each in imports(path, for_types=True) if each.startswith("dlcore.")}
    return asked - named


def test_the_library_asks_its_front_door_for_the_version_alone() -> None:
    """`dlcore.train` in a module of dlcore would be an import that no graph shows."""
    asked = {module_of(path): asked_of_the_front_door(path) for path in FILES if module_of(path).startswith("dlcore.")}
    assert {module: names - {"__version__"} for module, names in asked.items() if names - {"__version__"}} == {}
