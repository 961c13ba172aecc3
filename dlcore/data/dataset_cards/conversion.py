"""The rows of a card's file as the readers of `dlcore.data.uploads` keep them: converted once, for all processes.

    <home>/datasets/catalog/penguins/<fingerprint>.parquet and .json

The fingerprint is of the file's bytes and of how they are to be read: a file that was changed is converted anew.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import dlcore
from dlcore.data import download
from dlcore.data.dataset_cards.suggestion import Suggestion
from dlcore.data.uploads.description import Description, Reading, from_json, to_json
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

SMALL_BYTES = 2_000_000  # a text file up to this size is read in this process: starting another takes ten times as long


@dataclass(frozen=True)
class Converted:
    """What was found in a file, what its card suggested then, where its rows lie, and the fingerprint of all that."""

    description: Description
    suggestion: Suggestion
    rows: Path
    fingerprint: str


def converted(
    name: str, file: Path, reading: Reading, suggestion: Suggestion, check: Callable[[Description], None]
) -> Converted:
    """The rows of a file, for a data set of this name.

    Raises UploadError where it cannot be read, and what `check` raises of its description.
    """
    try:
        state = file.stat()
    except OSError as error:
        raise UploadError(
            Text(N_("{file}: cannot be read ({reason})."), file=file.name, reason=error.strerror or str(error))
        ) from None
    fingerprint = _fingerprint(
        file, state.st_mtime_ns, state.st_size, json.dumps([asdict(reading), asdict(suggestion)])
    )
    folder = _folder(name)
    rows, described = folder / f"{fingerprint}.parquet", folder / f"{fingerprint}.json"
    if not (rows.exists() and described.exists()):
        _convert(file, reading, suggestion, check, rows, described)
    found = _known(described)
    check(found.description)
    return found


def last(name: str) -> Converted | None:
    """A data set of this name as it was read last; None where it never was in this home."""
    known = [each for each in _folder(name).glob("*.json") if each.with_suffix(".parquet").exists()]
    return _known(max(known, key=lambda path: path.stat().st_mtime_ns)) if known else None


@functools.lru_cache(maxsize=256)
def _fingerprint(file: Path, _changed: int, _size: int, reading: str) -> str:
    made = hashlib.sha256(f"{dlcore.__version__} {file.name} {reading}\n".encode())
    with file.open("rb") as opened:
        while piece := opened.read(1 << 20):
            made.update(piece)
    return made.hexdigest()[:24]


@functools.lru_cache(maxsize=256)
def _known(path: Path) -> Converted:
    stored = json.loads(path.read_text("utf-8"))
    suggestion = Suggestion.from_json(stored["suggestion"])
    return Converted(from_json(stored["description"]), suggestion, path.with_suffix(".parquet"), path.stem)


def _folder(name: str) -> Path:
    """Under this installation's home; for this process alone where nothing can be written there."""
    folder = download.folder("catalog") / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    alone = Path(_scratch().name) / name
    alone.mkdir(exist_ok=True)
    return alone


@functools.cache
def _scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder that goes when this process ends."""
    return tempfile.TemporaryDirectory(prefix="dlcore-")


def _convert(
    file: Path, reading: Reading, suggestion: Suggestion, check: Callable[[Description], None], rows: Path,
    described: Path,
) -> None:  # fmt: skip
    """Beside them first, then renamed: whoever looks finds both whole. What was made of an earlier file goes."""
    folder = rows.parent
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        fresh, written = Path(beside) / rows.name, Path(beside) / described.name
        description = _read(file, fresh, reading)
        check(description)
        told = {"description": to_json(description), "suggestion": asdict(suggestion)}
        written.write_text(json.dumps(told, allow_nan=False), encoding="utf-8")
        for earlier in folder.glob("*.*"):
            earlier.unlink(missing_ok=True)
        os.replace(fresh, rows)
        os.replace(written, described)


def _read(file: Path, made: Path, reading: Reading) -> Description:
    from dlcore.data.uploads import convert, formats  # with pyarrow
    from dlcore.data.uploads.source_file import UploadedFile

    if formats.reader(file.name) == formats.TEXT and file.stat().st_size <= SMALL_BYTES:
        return formats.read([UploadedFile(file, file.name, reading)], made)
    return convert.convert([(file, file.name)], made, reading)
