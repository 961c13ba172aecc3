"""Reading a file in this process, as the child does, and using what came of it as a data set."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import dlcore
from dlcore.data.uploads import upload_access
from dlcore.data.uploads.description import AS_FOUND, Description, Reading
from dlcore.data.uploads.formats import read
from dlcore.data.uploads.source_file import UploadedFile
from dlcore.experiment import Experiment

ANY = "0123456789abcdef"


def given(folder: Path, content: bytes, name: str) -> UploadedFile:
    """Content that came under a name, which is not the name it lies under."""
    path = folder / f"given-{len(list(folder.iterdir()))}"
    path.write_bytes(content)
    return UploadedFile(path, name)


def kept(folder: Path, content: bytes, name: str, reading: Reading = AS_FOUND) -> tuple[Description, Path]:
    """The description of one file, and where its rows were written."""
    made = folder / "rows.parquet"
    return read([replace(given(folder, content, name), reading=reading)], made), made


class OneUpload:
    """A shelf with a single upload on it, whatever it is asked for."""

    def __init__(self, description: Description, made: Path, target: str | None = None) -> None:
        self._description, self._made, self._target = description, made, target

    def describe(self, upload_id: str) -> Description:
        return self._description

    def called(self, upload_id: str) -> str:
        return "Cats"

    def target(self, upload_id: str) -> str | None:
        return self._target

    def check_rows(self, upload_id: str) -> None: ...

    def open(self, upload_id: str) -> BinaryIO:
        return self._made.open("rb")


def lay_out(description: Description, made: Path) -> None:
    """Let `upload:…` mean this file in the rest of the test."""
    upload_access.use(OneUpload(description, made))


def experiment(**choice: Any) -> Experiment:
    """An experiment on the upload that was laid out; its loss is not asked for."""
    return Experiment.from_dict({
        "dataset": {"name": f"upload:{ANY}", **choice},
        "network": [{"layer": "Flatten"}, {"layer": "Output"}],
        "training": {"loss": "CrossEntropyLoss", "optimizer": "Adam", "epochs": 2},
    })  # fmt: skip


def about(**choice: Any) -> Any:
    """What a choice says without loading."""
    return experiment(**choice).dataset.source.about()  # type: ignore[attr-defined]


def loaded(**choice: Any) -> Any:
    """What is trained on."""
    return dlcore.load(experiment(**choice))
