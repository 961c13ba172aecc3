"""The work of a child that stays with one run: one analysis after the other, with what was loaded for those before."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

from dlcore.access import OPERATOR, student
from dlcore.analyses.base import ANALYSES
from dlcore.analyses.filmed_run import FilmedRun
from dlcore.data.uploads import upload_access
from dlcore.errors import DlcoreError
from dlcore.i18n import set_language
from dlcore.probes import arrays
from dlcore.runs.export_work import filmed_run
from dlcore.runs.resident import HEAD
from dlcore.runs.runs import Runs
from dlcore.runs.settings import read_settings

QUICK = 1  # of gzip: these answers are read once, a moment later


def serve(run_id: str, questions: Callable[[], bytes], answers: int) -> None:
    """Answer each question, a line of JSON, into this file descriptor, for as long as the process lives."""
    with Runs(read_settings()) as runs:
        viewer = student(runs.status(run_id, OPERATOR).owner)
        upload_access.use(runs.upload_access(viewer))
        filmed: FilmedRun | None = None
        while True:
            asked = json.loads(questions())
            try:
                set_language(asked.pop("language"))
                if filmed is None or asked.get("epoch", filmed.epochs[-1]) not in filmed.epochs:
                    filmed = _renewed(filmed, filmed_run(runs, run_id, viewer))  # it may have been recorded since
                right, content = True, _answer(filmed, asked)
            except DlcoreError as error:
                right, content = False, json.dumps(error.text.to_json()).encode()
            _send(answers, HEAD.pack(right, len(content)) + content)


def _renewed(before: FilmedRun | None, now: FilmedRun) -> FilmedRun:
    """The run with the epochs that were recorded since; what was loaded of it stays."""
    if before is not None:
        before.epochs = now.epochs
    return before or now


def _answer(filmed: FilmedRun, asked: dict[str, Any]) -> bytes:
    analysis = ANALYSES.find(asked.pop("analysis"), "analysis")
    return arrays.write(analysis.compute(filmed, asked, lambda _share: None), level=QUICK)


def _send(file: int, content: bytes) -> None:
    while content:
        content = content[os.write(file, content) :]
