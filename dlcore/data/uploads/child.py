"""Run as a script, in a process that is thrown away: files from outside in, one Parquet file and a description out.

It prints the description, or the one sentence that says what is wrong, as JSON. Whatever a file does to the process
that reads it, it does here: its memory is held to a limit, and it writes nothing but the one file it is told to.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1  # of Linux's prctl


def main(made: str, reading: str, given: list[str]) -> dict[str, Any]:
    """`reading` is JSON; `given` are pairs: where a file lies, and what it is called.

    What is wrong with the files comes back as an answer. Raises OSError where the machine fails.
    """
    from dlcore.data.uploads.convert import disk_full
    from dlcore.data.uploads.description import Reading, to_json
    from dlcore.data.uploads.formats import read
    from dlcore.data.uploads.source_file import UploadedFile
    from dlcore.errors import DlcoreError, no_room

    as_told = Reading.from_json(json.loads(reading))
    files = [UploadedFile(Path(path), name, as_told) for path, name in zip(given[::2], given[1::2], strict=True)]
    try:
        return {"description": to_json(read(files, Path(made)))}
    except DlcoreError as error:
        return {"error": error.text.to_json()}
    except MemoryError:
        return {"error": None}
    except OSError as error:
        if not no_room(error):
            raise
        return {"error": disk_full(given[1]).text.to_json()}


def _hold_memory() -> None:
    from dlcore.data.uploads.limits import CHILD_BYTES

    resource.setrlimit(resource.RLIMIT_DATA, (CHILD_BYTES, CHILD_BYTES))


def _end_with_parent() -> None:
    """Whoever started this process and ended takes it along, where the system can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[3]))
    _end_with_parent()
    _hold_memory()
    print(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3:])), flush=True)
    os._exit(0)  # pyarrow may still read ahead in a thread: torn down with the rest, it now and then ends in an abort
