"""Read every hostile file as the app does, each in a process of its own, and print a line of JSON for each.

What is said of it, how long that took, and by how many MB a process grew that read it, be it this one or a child of its
own: a child grows by what it takes more than for a sound file of the same kind.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch

from dlcore.data.uploads.convert import convert
from dlcore.errors import DlcoreError
from dlcore.experiment import Experiment
from dlcore.export import weights as weights_files
from dlcore.export.bundle.reading import read_bundle
from tests.export.test_weights import network

from . import bundles, documents, uploads, weights
from .files import Hostile

SOURCES = (uploads, weights, bundles, documents)


def main() -> None:
    """`python -m tests.force.hostile [PART PARTS]`."""
    torch.set_num_threads(1)
    part, parts = map(int, sys.argv[1:]) if len(sys.argv) == 3 else (0, 1)
    usual = {
        name: outcome(Hostile(kind, "sound", tuple(name.split()), content))["child"] for kind, name, content in sound()
    }
    for place, case in enumerate(each for source in SOURCES for each in source.hostile()):
        if place % parts == part:
            told = outcome(case)
            child = max(0.0, told.pop("child") - usual_of(case, usual))
            print(json.dumps({**told, "growth": max(told["growth"], child)}), flush=True)


def sound() -> list[tuple[Any, str, tuple[bytes, ...]]]:
    """A file of every kind that a child of the reading process reads."""
    written = weights_files.save(network().state_dict(), "pt")
    return [("weights", "mine.pt", (written,)), *(("upload", *each) for each in uploads.sound().items())]


def usual_of(case: Hostile, usual: Mapping[str, float]) -> float:
    """MB that a child takes for a sound file of the same kind; infinite where none reads it."""
    ending = case.names[0].rpartition(".")[2]
    return next((taken for name, taken in usual.items() if name.split()[0].endswith(ending)), float("inf"))


def outcome(case: Hostile) -> dict[str, Any]:
    """What was said of a file, how long that took, and what memory: growth of the reader, peak of its children."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(each) for each in in_a_child(lambda: list(map(str, case.write(Path(folder)))))]
        told = in_a_child(lambda: measured(lambda: READERS[case.kind](case, paths, Path(folder))))
    return {"kind": case.kind, "label": case.label, "names": case.names, **told}


def in_a_child(work: Callable[[], Any]) -> Any:
    """What a copy of this process answers, as JSON."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(reading)
            with os.fdopen(writing, "w") as answer:
                json.dump(work(), answer)
        except BaseException as error:
            sys.stderr.write(f"{error!r}\n")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        content = answer.read()
    os.waitpid(child, 0)
    return json.loads(content)


def measured(work: Callable[[], Any]) -> dict[str, Any]:
    """What a piece of work raises, its seconds, and the memory in MB of this process and of its children."""
    before, began = peak(resource.RUSAGE_SELF), time.monotonic()
    said, refused = "", False
    try:
        work()
    except DlcoreError as error:
        said, refused = str(error), True
    except Exception as error:
        said = repr(error)
    seconds, growth = time.monotonic() - began, peak(resource.RUSAGE_SELF) - before
    return {
        "said": said,
        "refused": refused,
        "seconds": seconds,
        "growth": growth,
        "child": peak(resource.RUSAGE_CHILDREN),
    }


def peak(who: int) -> float:
    """The most memory that a process has had, in MB; a copy begins with what it was copied with."""
    return resource.getrusage(who).ru_maxrss / 1024


def _upload(case: Hostile, paths: list[Path], folder: Path) -> None:
    convert(list(zip(paths, case.names, strict=True)), folder / "rows")


def _weights(case: Hostile, paths: list[Path], _folder: Path) -> None:
    weights_files.read(paths[0].read_bytes(), case.names[0], network())


def _bundle(case: Hostile, paths: list[Path], _folder: Path) -> None:
    read_bundle(paths[0].read_bytes(), case.names[0]).experiment()


def _experiment(_case: Hostile, paths: list[Path], _folder: Path) -> None:
    Experiment.from_yaml_text(paths[0].read_bytes())


READERS = {"upload": _upload, "weights": _weights, "bundle": _bundle, "experiment": _experiment}

if __name__ == "__main__":
    main()
