"""The browser code, called from Python: one node for all tests, which keeps nothing between two calls."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tools.npm import NODE

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]


class Node:
    """A node that answers calls of functions of the browser code."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [NODE, FOLDER / "answers.js"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def call(self, path: str, name: str, *arguments: Any) -> Any:
        """What the function `name` of a file of this tree gives for these arguments, all of them plain JSON."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        said = {"file": (ROOT / path).as_uri(), "name": name, "args": arguments}
        self.process.stdin.write(json.dumps(said) + "\n")
        self.process.stdin.flush()
        found = json.loads(self.process.stdout.readline())
        assert "error" not in found, found["error"]
        return found["answer"]

    def close(self) -> None:
        """End it."""
        self.process.communicate()
