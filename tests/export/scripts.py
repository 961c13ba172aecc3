"""Scripts of a bundle as `python predict.py …` runs them, without the seconds that torch takes to import.

Nothing of this library is found by them. `test_bundle` starts Python itself.
"""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

from tests.copies import Copier


@functools.cache
def _copier() -> Copier:
    return Copier("import numpy, safetensors.torch, sys, torch\nassert not {'dlcore', 'tests'} & set(sys.modules)")


def run(folder: Path, script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A script of a bundle's folder, run there with these arguments."""
    return _copier().run(folder, script, *arguments)
