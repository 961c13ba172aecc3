"""Opening a bundle that came from anywhere: its files as bytes, by the names a bundle has, and nothing else.

Names never become paths, nothing is executed, and what is unpacked is counted while it is unpacked: a file that says
less than it holds is refused as well as one that says too much.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcore.errors import ExportError
from dlcore.experiment import Experiment
from dlcore.export.bundle.preprocessing import FORMAT
from dlcore.i18n import N_, Text

MANIFEST = "bundle.json"
NEEDED = (MANIFEST, "classes.json", "experiment.yaml", "preprocessing.json", "samples.json", "weights.safetensors")
LARGEST_FILE = 500_000_000  # bytes, packed
LARGEST_UNPACKED = 1_000_000_000  # bytes, of all files together
MOST_FILES = 100
CHUNK = 1_000_000


@dataclass(frozen=True)
class Bundle:
    """The files of a bundle, each as its manifest's fingerprint has it."""

    name: str  # of the file, for sentences
    files: Mapping[str, bytes]

    @property
    def manifest(self) -> dict[str, Any]:
        """`bundle.json`: of which run and epoch it is, and how good that was."""
        return self.json(MANIFEST)

    def json(self, name: str) -> dict[str, Any]:
        """One of its JSON files. Raises ExportError where it is none."""
        try:
            found = json.loads(self.files[name])
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ExportError(Text(N_("{file}: {member} is not what a bundle holds."), file=self.name, member=name))
        return found

    def experiment(self) -> Experiment:
        """What was trained. Raises ExperimentError."""
        return Experiment.from_yaml_text(self.files["experiment.yaml"])


def open_bundle(path: Path) -> Bundle:
    """The files of a `.zip` on this machine. Raises ExportError for what is no bundle, is damaged or too large."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ExportError(Text(N_("{file} is too large: a bundle has at most {limit} bytes."), file=path.name,
                                   limit=f"{LARGEST_FILE:,}"))  # fmt: skip
        return read_bundle(path.read_bytes(), path.name)
    except OSError as error:
        raise ExportError(
            Text(N_("{file}: cannot be read ({reason})."), file=str(path), reason=error.strerror or str(error))
        ) from None


def read_bundle(raw: bytes, name: str) -> Bundle:
    """The files of a bundle that came as bytes; `name` is for sentences. Raises as `open_bundle`."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            bundle = Bundle(name, _unpacked(archive, name))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OSError, RuntimeError, zlib.error):
        raise ExportError(Text(N_("{file} is no bundle, or it is damaged."), file=name)) from None
    missing = [each for each in NEEDED if each not in bundle.files]
    if missing:
        raise ExportError(Text(N_("{file} is no bundle: {member} is missing."), file=name, member=missing[0]))
    _check_fingerprints(bundle)
    return bundle


def _unpacked(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    members = sorted(archive.infolist(), key=lambda each: each.header_offset)
    ends = [each.header_offset + each.compress_size for each in members]
    overlapping = any(end > later.header_offset for end, later in zip(ends, members[1:], strict=False))
    strange = any("/" in each.filename or "\\" in each.filename or each.is_dir() for each in members)
    if len(members) > MOST_FILES or overlapping or strange or len({each.filename for each in members}) < len(members):
        raise ExportError(Text(N_("{file} is packed in a way that no bundle is; it was not opened."), file=name))
    left, files = LARGEST_UNPACKED, {}
    for member in members:
        files[member.filename] = _read(archive, member, left, name)
        left -= len(files[member.filename])
    return files


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, name: str) -> bytes:
    """One file, counted while it is unpacked."""
    found = bytearray()
    with archive.open(member) as file:
        while chunk := file.read(CHUNK):
            found += chunk
            if len(found) > most:
                raise ExportError(
                    Text(N_("{file} holds more than {limit} bytes."), file=name, limit=f"{LARGEST_UNPACKED:,}")
                )
    return bytes(found)


def _check_fingerprints(bundle: Bundle) -> None:
    """Every file is as it was when the bundle was written, and no other is there."""
    wanted = bundle.manifest.get("files")
    if not isinstance(wanted, dict):
        raise ExportError(Text(N_("{file}: {member} is not what a bundle holds."), file=bundle.name, member=MANIFEST))
    for name, content in bundle.files.items():
        if name != MANIFEST and hashlib.sha256(content).hexdigest() != wanted.get(name):
            raise ExportError(
                Text(N_("{file}: {member} was changed after the bundle was written."), file=bundle.name, member=name)
            )
