"""The uploads that some runs learned from, and no others: what a route lays out, which knows no visitor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from dlcore.access import OPERATOR, student
from dlcore.data.uploads import upload_access
from dlcore.data.uploads.description import Description
from dlcore.runs import Runs

PREFIX = "upload:"


class RunUploads:
    """An `UploadAccess` with the data set of each run, as the run's owner has it.

    Raises RunNotFound when made for a run that does not exist.
    """

    def __init__(self, runs: Runs, run_ids: Iterable[str]) -> None:
        self._shelves: dict[str, upload_access.UploadAccess] = {}
        for run_id in run_ids:
            name = runs.experiment(run_id, OPERATOR).dataset.to_dict()["name"]
            if name.startswith(PREFIX):
                owner = student(runs.status(run_id, OPERATOR).owner)
                self._shelves[name.removeprefix(PREFIX)] = runs.upload_access(owner)

    def _of(self, upload_id: str) -> upload_access.UploadAccess:
        if upload_id not in self._shelves:
            raise upload_access.gone(upload_id)
        return self._shelves[upload_id]

    def describe(self, upload_id: str) -> Description:
        """What is known of it without its rows."""
        return self._of(upload_id).describe(upload_id)

    def check_rows(self, upload_id: str) -> None:
        """Raises UploadError where it was deleted."""
        self._of(upload_id).check_rows(upload_id)

    def open(self, upload_id: str) -> BinaryIO:
        """Its rows."""
        return self._of(upload_id).open(upload_id)

    def called(self, upload_id: str) -> str:
        """Its name, as its owner gave it."""
        return self._of(upload_id).called(upload_id)

    def target(self, upload_id: str) -> str | None:
        """The column that was named as its target when it was brought."""
        return self._of(upload_id).target(upload_id)
