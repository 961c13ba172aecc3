"""The app's own files that a bundle holds, so that its predict.py reads and answers by the very same rules.

They are found by what they import. In the bundle they lie side by side, and import one another by their last names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import dlcore
from dlcore.inference import postprocess, row_cells

ROOTS = (row_cells.__name__, postprocess.__name__)  # what predict.py imports
REPLACED = "dlcore.errors"  # of which the bundle has a short one of its own
_IMPORT = re.compile(r"^( *)from (dlcore[\w.]*) import (.+)$", re.MULTILINE)


def sources() -> dict[str, str]:
    """The text of each file by its name in the bundle."""
    found, waiting = {}, [*ROOTS]
    while waiting:
        module = waiting.pop()
        if module in found or module == REPLACED:
            continue
        text = _text(module)
        found[module] = _IMPORT.sub(_flat, text)
        waiting += _imported(text)
    made = f"# Part of dlcore {dlcore.__version__}, which reads and answers by this file, too.\n"
    return {f"{_last(module)}.py": made + text for module, text in sorted(found.items())}


def _text(module: str) -> str:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text("utf-8")


def _imported(text: str) -> Iterator[str]:
    """The modules of this library that a file imports."""
    for _indent, module, names in _IMPORT.findall(text):
        yield from (_members(module, names) or [module])


def _members(package: str, names: str) -> list[str]:
    """Those of the names that are modules of a package themselves."""
    spec = find_spec(package)
    if spec is None or spec.submodule_search_locations is None:
        return []
    return [f"{package}.{name}" for each in names.split(",") if find_spec(f"{package}.{(name := each.strip())}")]


def _flat(found: re.Match[str]) -> str:
    indent, module, names = found.groups()
    if members := _members(module, names):
        return f"{indent}import {', '.join(map(_last, members))}"
    return f"{indent}from {_last(module)} import {names}"


def _last(module: str) -> str:
    return module.rpartition(".")[2]
