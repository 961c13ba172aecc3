"""What the app imports is what requirements.txt pins, exactly; and what is installed here is what is pinned."""

from __future__ import annotations

import ast
import json
import re
import sys
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OWN = {"dlcore", "pages", "app"}
OWN |= {"model", "predict", "asked", "errors", "postprocess", "row_cells"}  # of a bundle
FOR_ANOTHER = {
    "cryptography",  # distributed's TLS
    "kornia",  # named in the calls of dlcore/training/augmentation.py, which build it when it is asked for
    "kornia-rs",  # kornia's own, held to one version
    "onnxscript",  # torch's exporter to ONNX
    "psycopg",  # SQLAlchemy's driver for PostgreSQL
    "uvicorn",  # streamlit's server
}


def pins(file: str) -> dict[str, str]:
    """Name (in lower case, with hyphens) -> version, of every line of a requirements file."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / file).read_text("utf-8").splitlines()]
    wanted = [line for line in lines if line and not line.startswith("-r ")]
    found = [re.fullmatch(r"([\w.-]+)(?:\[[\w,]+\])?==([\w.+!]+)", line) for line in wanted]
    assert all(found), f"{file}: every line is name==version"
    return {plain(each[1]): each[2] for each in found if each}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> set[str]:
    """The top names of everything that the app's files import, inside functions too."""
    names: set[str] = set()
    for path in [*ROOT.glob("dlcore/**/*.py"), *ROOT.glob("pages/**/*.py"), ROOT / "app.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - OWN - {"pydantic_core"}  # pydantic pins its own core


def test_everything_the_app_imports_is_pinned() -> None:
    distributions, pinned = packages_distributions(), set(pins("requirements.txt"))
    assert not {name for name in imported() if not set(map(plain, distributions.get(name, [name]))) & pinned}


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_what_is_pinned_is_what_is_installed(file: str) -> None:
    differing = {name: (pin, version(name)) for name, pin in pins(file).items() if version(name).split("+")[0] != pin}
    assert not differing


def test_nothing_is_pinned_that_the_app_does_not_use() -> None:
    distributions = packages_distributions()
    used = {plain(each) for name in imported() for each in distributions.get(name, [])}
    assert not set(pins("requirements.txt")) - used - FOR_ANOTHER


def test_what_checks_the_browser_code_is_pinned_exactly() -> None:
    wanted = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert set(wanted) & {"dependencies", "optionalDependencies", "peerDependencies"} == set(), "the app needs no node"
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for name, pinned in wanted["devDependencies"].items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", pinned), name
        assert locked[f"node_modules/{name}"]["version"] == pinned


def test_the_lockfile_names_no_place_that_packages_come_from() -> None:
    """Whose registry a machine asks is its own affair; what it may answer is fixed by the hashes."""
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert not [name for name, package in locked.items() if "resolved" in package]
    assert not [name for name, package in locked.items() if name and "integrity" not in package]
