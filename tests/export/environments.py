"""Fresh environments for the files of a bundle: nothing is found in them but what a requirements.txt asks for."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement


def _empty(folder: Path) -> Path:
    """The Python of an environment without any package."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin" / "python"


def installed(requirements: Path, folder: Path) -> Path:
    """The Python of an environment into which pip brought everything, as a learner does it."""
    python = _empty(folder)
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-compile", "--quiet",
           "--disable-pip-version-check", "-r", str(requirements)]  # fmt: skip
    done = subprocess.run(pip, capture_output=True, text=True, check=False)
    if done.returncode and ("connection" in done.stderr.lower() or "No matching" in done.stderr):
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stderr
    return python


def linked(requirements: Path, folder: Path) -> Path:
    """The same from what is installed here, in a hundredth of the time: links to the files of each package.

    A package that is not of the version asked for, or that is not here, fails the test.
    """
    python = _empty(folder)
    (place,) = folder.glob("lib/python*/site-packages")
    waiting = [Requirement(line) for line in requirements.read_text("utf-8").splitlines() if line.strip()]
    names: set[str] = set()
    while waiting:
        wanted = waiting.pop()
        found = distribution(wanted.name)
        assert wanted.specifier.contains(found.version, prereleases=True), f"{wanted}, not {found.version}"
        if found.name not in names:
            names.add(found.name)
            _link(found.name, place)
            needed = map(Requirement, found.requires or ())
            waiting += [each for each in needed if each.marker is None or each.marker.evaluate({"extra": ""})]
    return python


def _link(name: str, place: Path) -> None:
    found = distribution(name)
    for file in found.files or ():
        here, there = Path(str(found.locate_file(file))), place / file
        if ".." not in file.parts and here.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            there.symlink_to(here)
