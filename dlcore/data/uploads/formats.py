"""Which reader takes which file: by the end of its name."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

from dlcore.data.uploads.description import ANSWERS, AS_FOUND, PARTS, Description
from dlcore.data.uploads.limits import MAX_BYTES, spoken
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.errors import UploadError
from dlcore.i18n import N_, Text

TEXT = "delimited"
TABLES = (TEXT, "excel", "columnar")  # what there is most to say about
ABOUT = {"folders": ("parts",), "npz": ("parts", "answers"), "idx": ("parts", "answers")}  # what of the others

# End of a name -> the module beside this one whose `read(files, made)` takes it.
READERS = {
    ".csv": TEXT, ".tsv": TEXT, ".txt": TEXT, ".tab": TEXT,
    ".xlsx": "excel", ".xlsm": "excel",
    ".parquet": "columnar",
    ".zip": "folders",
    ".npz": "npz",
    "-ubyte": "idx", ".idx": "idx", "-ubyte.gz": "idx", ".idx.gz": "idx",
}  # fmt: skip


def reader(name: str) -> str:
    """The module that reads files of this name. Raises UploadError where none does."""
    found = next((module for end, module in READERS.items() if name.lower().endswith(end)), None)
    if found is None:
        raise UploadError(
            Text(
                N_("{file}: files of this kind are not read. Allowed: {allowed}."),
                file=name,
                allowed="CSV, TSV, TXT, XLSX, PARQUET, ZIP, NPZ, IDX",
            )
        )
    return found


def read(files: Sequence[UploadedFile], made: Path) -> Description:
    """Read what was brought into a Parquet file at `made`. Raises UploadError."""
    modules = {reader(file.name) for file in files}
    if len(modules) > 1 or (len(files) > 1 and modules != {"idx"}):
        raise UploadError(
            Text(N_("Bring one file; only an IDX pair is two: images and labels. {count} came."), count=len(files))
        )
    for file in files:
        if (size := file.path.stat().st_size) > MAX_BYTES:
            raise UploadError(
                Text(
                    N_("{file} has {size}; at most {limit} are allowed."),
                    file=file.name,
                    size=spoken(size),
                    limit=spoken(MAX_BYTES),
                )
            )
        if not size:
            raise UploadError(Text(N_("{file} is empty."), file=file.name))
    name = modules.pop()
    _check_told(files[0], name)
    module = importlib.import_module(f"dlcore.data.uploads.{name}")
    return cast("Description", module.read(files, made))


def _check_told(file: UploadedFile, module: str) -> None:
    """Raises UploadError where something is said of a file that is not about files of its kind, or not allowed."""
    told, about = file.reading, ABOUT.get(module, ())
    of_parts = PARTS if module == "folders" else PARTS[:2]
    choices: dict[str, tuple[str, ...]] = {"parts": of_parts, "answers": ANSWERS}
    for name, allowed in choices.items():
        value = getattr(told, name)
        if value is None or (name in about and value in allowed):
            continue
        if name not in about:
            raise UploadError(Text(N_("{field} says nothing about {file}."), field=name, file=file.name))
        raise UploadError(
            Text(
                N_("{field}: {received} is not allowed. Allowed: {allowed}."),
                field=name,
                received=repr(value),
                allowed=", ".join(map(repr, allowed)),
            )
        )
    if module not in TABLES and replace(told, parts=None, answers=None) != AS_FOUND:
        raise UploadError(
            Text(N_("{file} is no text file: there is nothing to say about how it is read."), file=file.name)
        )


def with_partner(path: Path) -> list[Path]:
    """The file, and the labels that lie beside the images of an IDX pair."""
    if reader(path.name) != "idx":
        return [path]
    partner = path.with_name(path.name.replace("images", "labels").replace("idx3", "idx1"))
    return [path, partner] if partner != path and partner.exists() else [path]
