"""The child that makes one export: `python -m dlcore.runs.export_child`.

Its job is the first line of its standard input, as JSON: `run_id`, `kind`, `epoch`, `language`, `folder`. While none
has come it loads what every job needs. It ends when its standard input does: with the process that started it.

The job `resident` ends only then: the lines that follow are questions about one run, answered on the standard output.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from queue import SimpleQueue

from dlcore.data.uploads import upload_access


def main() -> None:
    """Load, wait for the job, do it. Raises OSError where the machine fails; a full disk is an exit code."""
    upload_access.forbid_local()  # a job's owner is named with it
    answers = _answers_alone()
    jobs: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(jobs,), daemon=True).start()
    from dlcore.errors import no_room
    from dlcore.runs.export_work import get_ready, work  # seconds, in which the parent may end
    from dlcore.runs.exports import NO_ROOM

    get_ready()
    job = json.loads(jobs.get())
    if job["kind"] == "resident":
        from dlcore.runs.resident_work import serve

        serve(job["run_id"], jobs.get, answers)
    try:
        work(**{**job, "folder": Path(job["folder"])})
    except OSError as error:
        if no_room(error):
            os._exit(NO_ROOM)
        raise
    os._exit(0)  # all is written; taking torch down in good order would be waited for


def _answers_alone() -> int:
    """The standard output as a file descriptor for answers; what anything prints goes where errors go."""
    answers = os.dup(1)
    os.dup2(2, 1)
    return answers


def _listen(jobs: SimpleQueue[bytes]) -> None:
    with open(0, "rb", closefd=False) as lines:
        for line in lines:
            jobs.put(line)
    os._exit(1)


if __name__ == "__main__":
    main()
