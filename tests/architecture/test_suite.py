"""Tests stand where `make test` looks for them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()


def folders(variable: str) -> list[str]:
    """What a variable of the Makefile lists."""
    found = re.search(rf"^{variable} := (.+)$", MAKEFILE, re.MULTILINE)
    assert found
    return found[1].split()


@pytest.mark.parametrize("mark", ["browser", "serial"])
def test_whatever_has_a_mark_stands_in_a_folder_in_which_the_makefile_looks_for_it(mark: str) -> None:
    marked = [path for path in (ROOT / "tests").rglob("*.py") if f"mark.{mark}" in path.read_text("utf-8")]
    places = {path.relative_to(ROOT).as_posix() for path in marked if path != Path(__file__)}
    assert places
    assert not [each for each in places if not each.startswith(tuple(f"{folder}/" for folder in folders(mark.upper())))]
