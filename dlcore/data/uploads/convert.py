"""From the files a learner brings to a Parquet file of our own making and its description, in a process of its own."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from dlcore.data.uploads.description import AS_FOUND, Description, Reading, from_json
from dlcore.data.uploads.limits import CHILD_BYTES, CHILD_SECONDS
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

LEAST_ROOM = 1 << 16  # bytes; a disk with less is full
_CHILD = Path(__file__).with_name("child.py")


def convert(files: Sequence[tuple[Path, str]], made: Path, reading: Reading = AS_FOUND) -> Description:
    """Read files, each with the name it came under, and write `made`. Raises UploadError with one sentence."""
    named = [part for path, name in files for part in (str(path), name)]
    shown = files[0][1]
    quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_CHILD), str(made), json.dumps(asdict(reading)), *named],
            capture_output=True, text=True, timeout=CHILD_SECONDS, check=False, env={**os.environ, **quiet},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise UploadError(Text(N_("{file} could not be read in time."), file=shown)) from None
    try:
        said = json.loads(child.stdout)
    except json.JSONDecodeError:
        said = {"error": None, "complaint": child.stderr}
    if "description" in said:
        return from_json(said["description"])
    if shutil.disk_usage(made.parent).free < LEAST_ROOM:  # readers take an error of writing for one of reading
        raise disk_full(shown)
    if said["error"] is None:
        raise _broken(shown, said.get("complaint", "MemoryError"))
    raise UploadError(Text.from_json(said["error"]))


def disk_full(shown: str) -> UploadError:
    """There is no room to keep a file of this name."""
    return UploadError(
        Text(
            N_(
                "The disk is full: {file} was not kept, and nothing that is here was changed. Delete data sets or "
                "runs that are no longer needed, then bring it again."
            ),
            file=shown,
        )
    )


def _broken(shown: str, complaint: str) -> UploadError:
    if "MemoryError" in complaint or "bad_alloc" in complaint or "malloc" in complaint or not complaint:
        return UploadError(
            Text(
                N_("{file} takes more than {limit} GB of memory to read. Bring fewer rows, or columns."),
                file=shown,
                limit=CHILD_BYTES >> 30,
            )
        )
    return UploadError(Text(N_("{file} is damaged, or not what its name says: it could not be read."), file=shown))


def beside(path: Path) -> tuple[Description, Path]:
    """A file of this machine, read once for this process: its description, and where its rows lie.

    Raises UploadError where it is not there or not read.
    """
    try:
        state = path.stat()
    except OSError as error:
        raise UploadError(
            Text(N_("{file}: cannot be read ({reason})."), file=str(path), reason=error.strerror or str(error))
        ) from None
    return _beside(path, state.st_mtime_ns, state.st_size)


@functools.lru_cache(maxsize=8)
def _beside(path: Path, changed: int, size: int) -> tuple[Description, Path]:
    from dlcore.data.uploads.formats import with_partner

    folder = Path(_scratch().name)
    made = folder / f"{len(list(folder.iterdir()))}.parquet"
    return convert([(each, each.name) for each in with_partner(path)], made), made


@functools.cache
def _scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder that goes when this process ends."""
    return tempfile.TemporaryDirectory(prefix="dlcore-")
