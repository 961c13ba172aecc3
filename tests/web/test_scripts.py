"""The browser code's own tests, run by node: each file of them is one test here, and its output is shown."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.web.node import FOLDER, ROOT
from tools.npm import NODE

FILES = sorted(FOLDER.glob("**/*.test.js"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(FOLDER).as_posix())
def test_the_browser_code_does_what_its_tests_say(path: Path) -> None:
    assert (ROOT / "node_modules/happy-dom").is_dir(), "node_modules/ is missing: `python -m tools.npm ci` makes it"
    done = subprocess.run(
        [NODE, "--test-reporter=spec", path], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    print(done.stdout, done.stderr)
    assert done.returncode == 0
    counts = {name: int(count) for name, count in re.findall(r"^ℹ (\w+) (\d+)$", done.stdout, re.MULTILINE)}
    assert counts["pass"] == counts["tests"] > 0, "no test is left out"


def test_every_folder_of_browser_code_has_tests() -> None:
    folders = {path.parent.name for path in (ROOT / "pages/components/web").glob("*/*.js")}
    assert folders == {path.parent.name for path in FILES}
