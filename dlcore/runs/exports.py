"""What a run is taken away as, made in a process of its own: this one need not hold weights, nor wait for exporters.

What was made is kept beside the runs until it would be another: a second download costs a read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from dlcore.errors import ExportError, no_room
from dlcore.i18n import N_, Text, current_language
from dlcore.runs import children, disk_reserve
from dlcore.runs.settings import Settings
from dlcore.runs.trouble import disk_full

Kind = Literal["pt", "onnx", "pt2", "bundle", "tensorboard", "predictions-training", "predictions-validation",
               "predictions-test", "form", "answers", "analysis", "check"]  # fmt: skip
ENDINGS: dict[str, str] = {
    "pt": ".pt",
    "onnx": ".onnx",
    "pt2": ".pt2",
    "bundle": ".zip",
    "tensorboard": "_tensorboard.zip",
    **{f"predictions-{part}": f"_{part}-predictions.json" for part in ("training", "validation", "test")},
    "form": "_form.json",
    "answers": "_answers.json",
    "analysis": "_analysis.gz",
    "check": "_check.json",  # of what was handed in, not of a run
}
FOLDER = "exports"  # under the home
RESULT, ERROR = "result.json", "error.json"
QUESTION, FORM = "question.json", "form.json"  # what the child finds where a network is asked something
ANALYSIS, PROGRESS = "analysis.json", "progress"  # what is to be analysed, and how much of it is done
ASKING: tuple[Kind, ...] = (
    "form",
    "answers",
    "analysis",
)  # whoever asks once, asks again
MOST_SECONDS = 300
FORMAT = 3  # of what forms, answers and predictions are written down as: another number, and they are made anew
AT_A_TIME = 2  # exports of one process; further ones wait their turn
LOOK_SECONDS = 0.05
NO_ROOM = 28  # exit code of a child that could not even write down that the disk is full

_turns = threading.BoundedSemaphore(AT_A_TIME)


@dataclass(frozen=True)
class Exported:
    """A file that was made and held against the app: its path, its name for a download, the largest difference."""

    path: Path
    name: str
    difference: float | None  # None where there is nothing to compare
    bytes: int


@dataclass(frozen=True)
class ExportRequest:
    """What is to be made; `mark` is of all that would make it another file."""

    run_id: str
    kind: Kind
    epoch: str  # best or last
    mark: str
    given: Mapping[str, bytes] = field(default_factory=dict, repr=False)  # files that the child finds in its folder
    topic: str = ""  # which of its kind: what was made last of each is kept

    @classmethod
    def of(
        cls,
        run_id: str,
        kind: str,
        epoch: str,
        *decides: Any,
        given: Mapping[str, bytes] | None = None,
        topic: str = "",
    ) -> ExportRequest:
        """A request. Its mark is made of `decides` (the weights' fingerprint, the run's name, …), of what is `given`,
        and of the language for a bundle, which holds texts. Raises ExportError for a kind that there is not.
        """
        if kind not in ENDINGS:
            raise ExportError(Text(N_("A run cannot be taken away as {kind}."), kind=repr(kind)))
        given = given or {}
        prints = [hashlib.sha256(content).hexdigest() for content in given.values()]
        told = json.dumps([FORMAT, *map(str, decides), current_language() if kind == "bundle" else "", *prints])
        mark = hashlib.sha256(told.encode()).hexdigest()[:16]
        return cls(run_id, kind, epoch, mark, given, topic)  # type: ignore[arg-type]

    def place(self, settings: Settings) -> Path:
        """The folder in which what it asks for is, or will be."""
        kind = f"{self.kind}.{self.topic}" if self.topic else self.kind
        return settings.home / FOLDER / self.run_id / f"{kind}-{self.epoch}-{self.mark}"


def find(settings: Settings, request: ExportRequest) -> Exported | None:
    """What was made already; None where nothing was."""
    folder = request.place(settings)
    try:
        result = json.loads((folder / RESULT).read_text("utf-8"))
        path = folder / "made"
        return Exported(path, result["name"], result["difference"], path.stat().st_size)
    except (OSError, ValueError, KeyError):
        return None


def make(settings: Settings, request: ExportRequest) -> Exported:
    """Make it, in a child that may take so much time and memory. Raises ExportError with what keeps it from working."""
    if request.kind == "answers" and QUESTION not in request.given:
        raise ExportError(Text(N_("There is no answer without a question: ask the network on the page Runs.")))
    try:
        return find(settings, request) or _made(settings, request)
    except OSError as error:
        if no_room(error):
            raise ExportError(disk_full()) from None
        raise
    finally:
        if request.kind in ASKING:
            children.spare.keep(settings)


def _made(settings: Settings, request: ExportRequest) -> Exported:
    with _turns:
        if (found := find(settings, request)) is not None:  # another has made it while this one waited
            return found
        folder = request.place(settings)
        beside = folder.with_name(f".{folder.name}-{os.getpid()}-{threading.get_ident()}")
        beside.mkdir(parents=True)
        try:
            for name, content in request.given.items():
                (beside / name).write_bytes(content)
            _run(settings, request, beside)
            for name in request.given:
                (beside / name).unlink()
            _forget_older(folder)
            beside.replace(folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    made = find(settings, request)
    assert made is not None
    return made


def progress(settings: Settings, request: ExportRequest) -> float | None:
    """How much of it is done, 0 to 1, where a child is at it and says so."""
    folder = request.place(settings)
    for each in folder.parent.glob(f".{folder.name}-*/{PROGRESS}"):
        with suppress(OSError, ValueError):  # it is being written, or was done this moment
            return float(each.read_text("utf-8"))
    return None


def remove(settings: Settings, run_id: str) -> None:
    """Forget what was made of a run."""
    shutil.rmtree(settings.home / FOLDER / run_id, ignore_errors=True)


def _forget_older(folder: Path) -> None:
    """What was made the same way of another epoch, or under another name, is not asked for again."""
    for each in folder.parent.glob(f"{folder.name.rpartition('-')[0]}-*"):
        shutil.rmtree(each, ignore_errors=True)


def _run(settings: Settings, request: ExportRequest, folder: Path) -> None:
    """The child's work, watched."""
    job = {"run_id": request.run_id, "kind": request.kind, "epoch": request.epoch, "language": current_language(),
           "folder": str(folder)}  # fmt: skip
    child = children.spare.begun(settings, job)
    try:
        _watch(child.process, settings.run_memory_bytes)
    finally:
        child.end()
    if child.process.returncode == NO_ROOM:
        raise ExportError(disk_full())
    if child.waited and not any((folder / name).exists() for name in (RESULT, ERROR)):
        shutil.rmtree(folder / "work", ignore_errors=True)
        _run(settings, request, folder)  # it may have been ended while it waited
        return
    if not (folder / RESULT).exists():
        raise _what_it_said(settings, folder, child)


def _watch(child: subprocess.Popen[bytes], most_bytes: int) -> None:
    """Wait until the child is done; raise ExportError where it takes too long or too much."""
    until = time.monotonic() + MOST_SECONDS
    while True:
        try:
            child.wait(LOOK_SECONDS)
            return
        except subprocess.TimeoutExpired:
            if time.monotonic() > until:
                raise ExportError(Text(N_("Writing the file took too long, and was given up."))) from None
            if children.memory_of(child.pid) > most_bytes:
                raise ExportError(
                    Text(N_("Writing the file took more than {limit} of memory, and was given up."),
                         limit=f"{most_bytes / 1e9:.1f} GB")
                ) from None  # fmt: skip


def _what_it_said(settings: Settings, folder: Path, child: children.Child) -> ExportError:
    """The child's own sentence; where it could not even say one, that it broke."""
    try:
        return ExportError(Text.from_json(json.loads((folder / ERROR).read_text("utf-8"))))
    except (OSError, ValueError, KeyError):
        if disk_reserve.is_full(settings.home) or disk_reserve.is_full(Path(tempfile.gettempdir())):
            return ExportError(disk_full())
        import logging

        logging.getLogger("dlcore.runs").error("an export broke: %s", child.said)
        return ExportError(Text(N_("Writing the file broke; the log of the server says more.")))
