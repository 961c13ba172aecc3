"""Opening a bundle that came from anywhere: its files as bytes, by the names a bundle has, and nothing else.

Names never become paths, nothing is executed, and what is unpacked is counted while it is unpacked, as of every other
zip file that comes from outside (`dlcore.data.uploads.archive`).
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcore.data.uploads.archive import Archive
from dlcore.data.uploads.limits import (
    BUNDLE_BYTES_AT_LEAST,
    MAX_BUNDLE_BYTES,
    MAX_BUNDLE_MEMBERS,
    MAX_BUNDLE_RATIO,
    MAX_BUNDLE_UNPACKED,
    spoken,
)
from dlcore.errors import ExportError, UploadError
from dlcore.experiment import Experiment
from dlcore.i18n import N_, Text
from dlcore.inference.preprocessing import FORMAT

MANIFEST = "bundle.json"
NEEDED = (MANIFEST, "classes.json", "experiment.yaml", "preprocessing.json", "samples.json", "weights.safetensors")


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
    return read_bundle(bytes_of(path), path.name)


def bytes_of(path: Path) -> bytes:
    """A bundle as it lies on this machine. Raises ExportError where it cannot be read or is too large to be one."""
    try:
        if path.stat().st_size > MAX_BUNDLE_BYTES:
            raise ExportError(Text(N_("{file} is too large: a bundle has at most {limit}."), file=path.name,
                                   limit=spoken(MAX_BUNDLE_BYTES)))  # fmt: skip
        return path.read_bytes()
    except OSError as error:
        raise ExportError(
            Text(N_("{file}: cannot be read ({reason})."), file=str(path), reason=error.strerror or str(error))
        ) from None


def read_bundle(raw: bytes, name: str) -> Bundle:
    """The files of a bundle that came as bytes; `name` is for sentences. Raises as `open_bundle`."""
    limit = min(MAX_BUNDLE_UNPACKED, max(BUNDLE_BYTES_AT_LEAST, MAX_BUNDLE_RATIO * len(raw)))
    try:
        with Archive(io.BytesIO(raw), name, limit=limit, most=MAX_BUNDLE_MEMBERS) as archive:
            _check_names([each.filename for each in archive.entries], name)
            bundle = Bundle(name, {each.filename: archive.read(each, archive.limit) for each in archive.entries})
    except UploadError as error:
        raise ExportError(error.text) from None
    missing = [each for each in NEEDED if each not in bundle.files]
    if missing:
        raise ExportError(Text(N_("{file} is no bundle: {member} is missing."), file=name, member=missing[0]))
    _check_fingerprints(bundle)
    return bundle


def _check_names(names: list[str], bundle: str) -> None:
    """A bundle's files lie in no folder, and each name is there once."""
    if len(set(names)) < len(names) or any("/" in each or "\\" in each for each in names):
        raise ExportError(Text(N_("{file} is packed in a way that no bundle is; it was not opened."), file=bundle))


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
