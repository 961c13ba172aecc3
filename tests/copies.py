"""Scripts in processes of their own that need not import again what takes seconds: copies of one that has it all."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

# For each line (folder, script, its arguments, its environment, the files of its two outputs) one copy, which runs the
# script as Python itself would, and ends. Answers with the exit status.
COPIER = """
import json, os, runpy, sys

def run(folder, script, arguments, environment, outputs):
    for number, path in enumerate(outputs, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    os.environ.update(environment)
    sys.argv, sys.path[0] = [script, *arguments], folder
    runpy.run_path(script, run_name="__main__")

for line in sys.stdin:
    copy = os.fork()
    if not copy:
        status = 0
        try:
            run(*json.loads(line))
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
            if status and not isinstance(end.code, int):
                print(end.code, file=sys.stderr)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            status = 1
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    print(os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]), flush=True)
"""


class Copier:
    """A process that has carried out `prepare`, and is copied for each script; it ends with this one.

    `path`: where it finds modules besides what is installed; nothing of this library, if it is not named.
    """

    def __init__(self, prepare: str, path: Path | None = None) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        if path is not None:
            environment["PYTHONPATH"] = str(path)
        self._process = subprocess.Popen([sys.executable, "-c", f"{prepare}\n{COPIER}"], cwd="/", env=environment,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # fmt: skip
        atexit.register(self._end)

    def _end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def run(
        self, folder: Path, script: str, *arguments: str | Path, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """A script of a folder, run there with these arguments, and with this added to its environment."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with tempfile.TemporaryDirectory() as kept:
            outputs = [Path(kept, name) for name in ("out", "err")]
            words = [*map(str, arguments)]
            asked = [str(folder), script, words, dict(environment or {}), [*map(str, outputs)]]
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            status = int(self._process.stdout.readline())
            said = [each.read_text("utf-8") for each in outputs]
        return subprocess.CompletedProcess([script, *words], status, *said)
