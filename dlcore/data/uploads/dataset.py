"""A learner's own data as a data set: `upload:<id>` anywhere, `file:PATH` on the command line and in notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import numpy as np
from pydantic import PrivateAttr

from dlcore.data.base import About, Prepared, Rows
from dlcore.data.uploads import choice, upload_access
from dlcore.data.uploads.description import Description, Images, Table
from dlcore.data.uploads.upload_settings import UploadSettings
from dlcore.declaration import setting
from dlcore.errors import UploadError
from dlcore.i18n import N_
from dlcore.registry import USER_DATASETS

Array = np.ndarray[Any, Any]
DIVIDED = (".zip", ".npz")  # ends of the names of files that can come divided into parts


class UserDataset(UploadSettings):
    """A data set that is read from a file as it is: one that the learner brought, or one with a card."""

    REGISTRY = USER_DATASETS
    abstract: ClassVar[bool] = True

    def description(self) -> Description:
        """What is known of it without reading its rows. Raises UploadError where it is not there."""
        raise NotImplementedError

    def open(self) -> BinaryIO:
        """The rows, as the Parquet file that was made when it was brought."""
        raise NotImplementedError

    def about(self) -> About:
        return choice.about(self, self.description())

    def read(self, seed: int) -> Rows:
        from dlcore.data.uploads import rows  # with pyarrow: only who reads data waits for it

        return rows.read(self, self.description(), self.open())

    def answers(self) -> Array:
        """y alone, (N,) or (N, classes): for counting, without reading what is large."""
        from dlcore.data.uploads import rows

        return rows.answers(self, self.description(), self.open())

    def some(self, numbers: Array) -> Any:
        """x of a few rows, to be looked at: a frame with the target in front for a table, else an array.

        Shapes: row numbers (N,) -> N rows, or (N, *shape).
        """
        from dlcore.data.uploads import rows

        return rows.some(self, self.description(), self.open(), numbers)

    def knobs(self) -> tuple[str, ...]:
        """Of all settings, those that a form beside the data offers; columns are chosen where they are seen."""
        description = self.description()
        if isinstance(description, Images):
            return ("side",)
        if isinstance(description, Table) and choice.text_of(self, description) is not None:
            return ("level", "length", "vocabulary")
        return ()

    def column(self, name: str, in_time: bool = False) -> Array:
        from dlcore.data.uploads import rows

        return rows.column(self, self.description(), self.open(), name, in_time)

    def part_sizes(self) -> tuple[int, ...] | None:
        return getattr(self.description(), "parts", ()) or None

    def kept_in_training(self, rows: Rows, train: Array) -> Array:
        """Of the training rows, by number (N,), those that may teach; where `rows` holds no x, the file is looked at.

        One column after the other is: little to hold, however large the data set.
        """
        description = self.description()
        if not isinstance(description, Table) or not self.leaves_out_of_training:
            return train
        from dlcore.data.cleaning.table_columns import TableColumns
        from dlcore.data.uploads import prepare
        from dlcore.data.uploads import rows as rows_of

        if rows.x is not None:
            return prepare.kept_in_training(self, description, TableColumns.of_frame(rows.x), train)
        with self.open() as file:
            return prepare.kept_in_training(self, description, rows_of.columns(self, description, file), train)

    def prepare(self, rows: Rows, parts: Sequence[Array]) -> Prepared:
        from dlcore.data.uploads import prepare  # with scikit-learn

        return prepare.prepare(self, self.description(), rows, parts)


class Located(UserDataset):
    """A data set that is found by more than its name: `upload:<id>`, `file:PATH`."""

    abstract: ClassVar[bool] = True

    where: str = setting(help=N_("Which one: the id of an upload, or the path of a file."))

    @property
    def reference(self) -> str:
        return f"{self.name}:{self.where}"


class Upload(Located):
    """A data set that was brought into the app and is kept there, unchanged."""

    name = "upload"

    @property
    def called(self) -> str:
        """Its name; the id of one that is not there any more."""
        try:
            return upload_access.current(self.where).called(self.where)
        except UploadError:
            return self.reference

    def description(self) -> Description:
        return upload_access.current(self.where).describe(self.where)

    def check_rows(self) -> None:
        upload_access.current(self.where).check_rows(self.where)

    def open(self) -> BinaryIO:
        return upload_access.current(self.where).open(self.where)

    @property
    def targets(self) -> tuple[str, ...] | None:
        chosen = super().targets
        if chosen is None and (named := upload_access.current(self.where).target(self.where)) is not None:
            return (named,)
        return chosen


class File(Located):
    """A file of this machine, beside the experiment that names it, else in the current folder."""

    name = "file"

    _beside: Path | None = PrivateAttr(None)  # the folder of the experiment's file; of no account for what is equal

    def beside(self, folder: Path) -> File:
        made = self.model_copy()
        made._beside = folder
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, File) and self.to_dict() == other.to_dict()

    @property
    def called(self) -> str:
        return Path(self.where).stem

    def description(self) -> Description:
        return self._read()[0]

    def open(self) -> BinaryIO:
        return self._read()[1].open("rb")

    def part_sizes(self) -> tuple[int, ...] | None:
        """None for a table without reading it: only zips and arrays can come divided."""
        return super().part_sizes() if self.where.lower().endswith(DIVIDED) else None

    def _read(self) -> tuple[Description, Path]:
        from dlcore.data.uploads import convert

        return convert.beside(upload_access.folder_of_files(self._beside) / self.where)
