"""The app's own browser code, run by the Node that Playwright brings along: what it computes, as plain values."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import playwright

PAGES = Path(__file__).parents[1] / "pages"
NODE = Path(playwright.__file__).parent / "driver" / ("node.exe" if sys.platform == "win32" else "node")
LOOP = """
import readline from "node:readline";
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { name, given } = JSON.parse(line);
  let answer;
  try {
    answer = { made: await calls[name](...given) };
  } catch (error) {
    answer = { error: String(error.stack) };
  }
  process.stdout.write(JSON.stringify(answer) + "\\n");
}
"""


def address(name: str) -> str:
    """Where the one file of this name among the pages' browser code is, for an import."""
    (path,) = PAGES.rglob(name)
    return path.as_uri()


class JavaScript:
    """A module with an object `calls` of functions, in a process of its own; use in `with`."""

    def __init__(self, source: str) -> None:
        command = [str(NODE), "--no-warnings", "--input-type=module", "--eval", source + LOOP]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> JavaScript:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def __call__(self, name: str, *given: Any) -> Any:
        """What the function of this name makes of these plain values. Raises RuntimeError where it throws."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"name": name, "given": given}, allow_nan=False) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["made"]
